"""What would decide the verdicts that stay open, for many offerings at once.

Border: how a lack is worded stands in ``pipelines.explaining.lacks``.
"""

from collections.abc import Sequence

import duckdb

from pipelines.explaining.facts import Criterion, Verdict
from pipelines.explaining.figures.records import Record
from pipelines.explaining.lacks import Judged, lack_in_brief
from pipelines.explaining.published import rows_of
from pipelines.explaining.telling import Teller

CRITERIA_SQL = """
    select offering_id || ' ' || academic_year as run, criterion_id, outcome, evidence
    from offering_criteria
    where rule_set_version = $rules
        and list_contains($runs, offering_id || ' ' || academic_year)
    order by run, criterion_id
"""
NOTED_SQL = """
    select delivery_id || ' ' || row_number as place, list(distinct rule_id) as rules
    from rejected_rows
    where kind = 'offerings' and severity = 'warning'
        and list_contains($places, delivery_id || ' ' || row_number)
    group by place
"""


def read_judged(
    connection: duckdb.DuckDBPyConnection, records: Sequence[Record], rules: str
) -> dict[str, Judged]:
    """Return what tells why verdicts on offerings are open, by offering id and year."""
    runs = [run_of(record) for record in records]
    criteria: dict[str, dict[str, Criterion]] = {}
    for row in rows_of(connection, CRITERIA_SQL, rules=rules, runs=runs):
        run = row.pop("run")
        criteria.setdefault(run, {})[row["criterion_id"]] = Criterion(**row)
    places = [_place(record) for record in records]
    noted = {row["place"]: row["rules"] for row in rows_of(connection, NOTED_SQL, places=places)}
    return {
        run_of(record): Judged(
            criteria=criteria.get(run_of(record), {}),
            offering_kind=record.offering_kind,
            type=record.type,
            noted=frozenset(noted.get(_place(record), ())),
        )
        for record in records
    }


def openness(
    teller: Teller, judged: dict[str, Judged], record: Record, definition: str
) -> tuple[str, str]:
    """Return the criteria a record stays open on, and what would decide."""
    verdict = Verdict(definition, record.verdict, record.deciding)
    return lack_in_brief(teller, judged[run_of(record)], definition, verdict)


def run_of(record: Record) -> str:
    """Return what names an offering in a year."""
    return f"{record.record_id} {record.academic_year}"


def _place(record: Record) -> str:
    return f"{record.delivery_id} {record.row_number}"
