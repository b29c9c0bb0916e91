"""The warehouse: dbt build, gate, publish, and the lock around them.

Border: what a record means stands in ``dbt_project``, what must hold in ``expectations``; nothing
here reads a delivery or writes an answer.
"""
