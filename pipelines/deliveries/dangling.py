"""Codes that refer to nothing: known only where the rows they refer to have been delivered too.

A warning per delivery, column and code, at the first row that has it: the rows count as accepted.
An institution and year of which no row of the kind referred to is in force gives no warnings.

Border: what a dangling reference does to a count is decided in ``dbt_project``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.rules import load_rules


@dataclass(frozen=True)
class Reference:
    """A column that refers to rows of other kinds.

    Attributes:
        rule_id: The rule that a dangling code breaks.
        kind: The kind that has the column.
        column: The column.
        targets: Kind and column where the code may stand; the first kind must be delivered.
    """

    rule_id: str
    kind: str
    column: str
    targets: tuple[tuple[str, str], ...]


_OFFERINGS = (("offerings", "source_code"), ("programmes", "programme_code"))
_COMPONENTS = (
    ("components", "component_code"),
    ("programmes", "component_code"),
    ("offerings", "source_code"),
)
_PROGRAMMES = (("programmes", "programme_code"), ("offerings", "source_code"))
REFERENCES = (
    Reference("offering_unknown", "components", "source_code", _OFFERINGS),
    Reference("offering_unknown", "enrolments", "source_code", _OFFERINGS),
    Reference("component_unknown", "enrolments", "component_code", _COMPONENTS),
    Reference("programme_unknown", "enrolments", "programme_code", _PROGRAMMES),
)


def dangling_rows(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Yield rows of ``delivered.rejected_rows`` for codes that refer to nothing.

    Args:
        connection: To the build file, in which the rows in force are written.
    """
    for reference in REFERENCES:
        rule = load_rules()[reference.rule_id]
        label = load_kinds()[reference.kind].column(reference.column).header or reference.column
        for delivery_id, row_number, year, code, count in _found(connection, reference):
            message = rule.text("nl", column=label, value=code, expected=year, found=count)
            yield delivery_id, row_number, label, rule.id, rule.severity, message


def _found(
    connection: duckdb.DuckDBPyConnection, reference: Reference
) -> list[tuple[str, int, str, str, int]]:
    known = " union ".join(
        f"select institution_id, academic_year, {column} as code from delivered.{kind}"  # noqa: S608 (own names)
        for kind, column in reference.targets
    )
    first_kind = reference.targets[0][0]
    return connection.execute(
        f"""
        with used as (
            select
                delivery_id, institution_id, academic_year, {reference.column} as code,
                min(row_number) as row_number, count(*) as row_count
            from delivered.{reference.kind}
            where {reference.column} is not null and stream <> 'study_guide'
            group by all
        ),
        known as ({known}),
        covered as (select distinct institution_id, academic_year from delivered.{first_kind})
        select delivery_id, row_number, academic_year, code, row_count
        from used
        semi join covered using (institution_id, academic_year)
        anti join known using (institution_id, academic_year, code)
        order by delivery_id, row_number, code
        """  # noqa: S608 (own names)
    ).fetchall()
