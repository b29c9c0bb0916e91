"""Staalkaart: from institutions' deliveries to the published warehouse and its answers.

The sub-packages follow the flow: ``deliveries`` (bytes to landing), ``warehouse`` (dbt build, gate,
publish), ``answers`` (published tables to documents), ``synthetic`` (generated deliveries).

Border: what a record means is decided in ``dbt_project``, never here.
"""
