"""Codes that refer to nothing: known only where the rows they refer to have been delivered too.

A warning per delivery, column and code, at the first row that has it: the rows count as accepted.
An institution and year of which no row of the kind referred to is in force gives no warnings.

Border: which columns refer to what stands in ``references.py``; what a dangling reference does to
a count is decided in ``dbt_project``.
"""

from collections.abc import Iterator
from typing import Any

import duckdb

from pipelines.deliveries.references import REFERENCES, STREAM_WITHOUT_REFERENCES, Reference


def dangling_rows(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Yield rows of ``delivered.rejected_rows`` for codes that refer to nothing.

    Args:
        connection: To the build file, in which the rows in force are written.
    """
    for reference in REFERENCES:
        rule = reference.rule
        for delivery_id, row_number, year, code, count in _found(connection, reference):
            message = rule.text("nl", **reference.facts(code, year, count))
            yield (
                delivery_id,
                reference.kind,
                row_number,
                reference.label,
                rule.id,
                rule.severity,
                message,
            )


def _found(
    connection: duckdb.DuckDBPyConnection, reference: Reference
) -> list[tuple[str, int, str, str, int]]:
    known = " union ".join(
        f"select institution_id, academic_year, {column} as code from delivered.{kind}"  # noqa: S608 (own names)
        for kind, column in reference.targets
    )
    return connection.execute(
        f"""
        with used as (
            select
                delivery_id, institution_id, academic_year, {reference.column} as code,
                min(row_number) as row_number, count(*) as row_count
            from delivered.{reference.kind}
            where {reference.column} is not null
                and stream <> '{STREAM_WITHOUT_REFERENCES}'
            group by all
        ),
        known as ({known}),
        covered as (
            select distinct institution_id, academic_year from delivered.{reference.first_kind}
        )
        select delivery_id, row_number, academic_year, code, row_count
        from used
        semi join covered using (institution_id, academic_year)
        anti join known using (institution_id, academic_year, code)
        order by delivery_id, row_number, code
        """  # noqa: S608 (own names)
    ).fetchall()
