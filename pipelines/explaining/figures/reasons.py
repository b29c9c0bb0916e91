"""Why a cell is final, partial or missing: what each institution delivered for each of its years.

Border: the status itself stands in ``counts``; here is read which deliveries make it so.
"""

from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipelines.explaining.figures.keys import CellKey, years_of
from pipelines.explaining.published import rows_of

OWN_LABEL_READINGS = ("framework", "label")  # their upper bound needs no list of postgraduates
NEEDED = {"offerings": "lifelong_learning", "programmes": "degree", "enrolments": "enrolments"}
POSTGRADUATE = "postgraduate"
DELIVERED = ("delivered", "carried_forward")

# One row per institution and academic year of a cell; a year that nobody delivered has rows too.
SUPPLIES_SQL = """
    select
        institutions.institution_id,
        years.academic_year,
        coalesce(coverage.status, 'missing') as status,
        string_split(coalesce(coverage.complete_for, ''), '|') as complete_for,
        coalesce(
            coverage.rows_read > 0 and coverage.rows_rejected / coverage.rows_read > $share, false
        ) as is_rejected_too_often,
        coalesce(counts.status = 'did_not_exist', false) as did_not_exist
    from institutions
    cross join (select unnest($years) as academic_year) as years
    left join coverage
        on institutions.institution_id = coverage.institution_id
        and years.academic_year = coverage.academic_year
        and coverage.kind = $kind
    left join counts
        on institutions.institution_id = counts.institution_id
        and years.academic_year = counts.academic_year
        and counts.measure = $measure
        and counts.definition = $definition
        and counts.split = 'none'
        and counts.rule_set_version = $rules
    where $institution in ('*', 'overlap')
        or list_contains($institutions, institutions.institution_id)
    order by institutions.kind <> 'university', lower(institutions.name), years.academic_year
"""


PANEL_SQL = """
    select institution_id
    from coverage
    where kind = $kind
        and academic_year in ($from_year, $to_year)
        and status in ('delivered', 'carried_forward')
    group by institution_id
    having count(distinct academic_year) = 2
    order by institution_id
"""


@dataclass(frozen=True)
class Supply:
    """What one institution delivered for one year of a cell."""

    institution_id: str
    academic_year: str
    status: str
    complete_for: tuple[str, ...]
    is_rejected_too_often: bool
    did_not_exist: bool

    @property
    def is_delivered(self) -> bool:
        """Whether there is data."""
        return self.status in DELIVERED


@dataclass(frozen=True)
class Reason:
    """One reason that makes a cell what it is, with whom and for which years it holds."""

    name: str
    years_by_institution: dict[str, tuple[str, ...]]


def read_panel(
    connection: duckdb.DuckDBPyConnection, kind: str, from_year: str, to_year: str
) -> tuple[str, ...]:
    """Return the institutions with accepted data of a kind in both years."""
    rows = rows_of(connection, PANEL_SQL, kind=kind, from_year=from_year, to_year=to_year)
    return tuple(row["institution_id"] for row in rows)


def read_supplies(
    connection: duckdb.DuckDBPyConnection, asked: CellKey, kind: str, max_rejected_share: Decimal
) -> list[Supply]:
    """Return what was delivered for a cell, per institution and year."""
    cell = asked.cell
    rows = rows_of(
        connection,
        SUPPLIES_SQL,
        years=list(years_of(cell.year)),
        kind=kind,
        measure=cell.measure,
        definition=cell.definition,
        rules=asked.rules,
        institution=cell.institution,
        institutions=list(asked.panel or (cell.institution,)),
        share=float(max_rejected_share),
    )
    return [Supply(**{**row, "complete_for": tuple(row["complete_for"])}) for row in rows]


def reasons_of(supplies: list[Supply], kind: str, definition: str) -> list[Reason]:
    """Return the reasons that hold, the heaviest first."""
    named: dict[str, list[Supply]] = {}
    for supply in supplies:
        for name in _reasons(supply, kind, definition):
            named.setdefault(name, []).append(supply)
    order = ("missing", "refused", "did_not_exist", "incomplete", "rejected", "carried_forward")
    return [Reason(name, _by_institution(named[name])) for name in order if name in named]


def _reasons(supply: Supply, kind: str, definition: str) -> list[str]:
    if supply.did_not_exist:
        return ["did_not_exist"]
    if not supply.is_delivered:
        return ["refused" if supply.status == "refused" else "missing"]
    found = []
    if _is_incomplete(supply, kind, definition):
        found.append("incomplete")
    if supply.is_rejected_too_often:
        found.append("rejected")
    if supply.status == "carried_forward":
        found.append("carried_forward")
    return found


def _is_incomplete(supply: Supply, kind: str, definition: str) -> bool:
    needed = [NEEDED[kind]]
    if kind == "offerings" and definition not in OWN_LABEL_READINGS:
        needed.append(POSTGRADUATE)
    return any(one not in supply.complete_for for one in needed)


def _by_institution(supplies: list[Supply]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for supply in supplies:
        years = found.get(supply.institution_id, ())
        found[supply.institution_id] = (*years, supply.academic_year)
    return found
