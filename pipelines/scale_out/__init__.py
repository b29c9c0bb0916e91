"""The models on Apache Spark: what one engine hands to the other, and the proof that they agree.

Two environments share this package, because pyspark and Great Expectations do not live in one:
``handover`` and ``comparison`` run in ``.venv``; ``registration`` and ``spark_build`` in
``.venv-spark`` and import nothing but the standard library, pyspark and dbt.

Border: what counts as delivered is decided in ``pipelines/deliveries``, what is computed in
``dbt_project``.
"""
