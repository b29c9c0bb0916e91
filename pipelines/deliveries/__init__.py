"""From the bytes institutions send to typed, pseudonymised Parquet and the schema ``delivered``.

The order of the modules is the order of the work: ``recognition`` → ``readers`` → ``screening``
→ ``pseudonyms`` → ``landing`` → ``ledger``, led by ``intake``; ``delivered`` then applies
streams, supersession and the as-of date.

Border: what a record means (kinds of offering, labels, verdicts) does not belong here but in
``dbt_project``; nothing in this package imports Dagster, dbt or Great Expectations.
"""
