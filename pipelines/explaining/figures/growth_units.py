"""What became of each offering between two years: the units behind the terms of growth.

Panel and fates are those of counting.md, Growth, stated anew from the published tables.

Border: learners have no units here; their terms come rounded from ``source.py``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipelines.answers.cells import PANEL
from pipelines.explaining.figures.keys import GrowthKey
from pipelines.explaining.figures.reasons import read_panel
from pipelines.explaining.figures.records import COUNTED, OPEN
from pipelines.explaining.published import rows_of

OFFERINGS = "offerings"
FIRST, LAST, DIFFERENCE, COVERAGE, STAYED = "first", "last", "difference", "coverage", "stayed"
# The terms between the first and the last year, with the side of the difference they are on.
SIGNS = {
    "new": 1,
    "relabelled_in": 1,
    "reclassified_in": 1,
    "discontinued": -1,
    "reclassified_out": -1,
}
COUNTED_VERDICTS = {"lower": (COUNTED,), "upper": (COUNTED, OPEN)}

RUNS_SQL = """
    select
        offerings.offering_id,
        offerings.institution_id,
        offerings.academic_year,
        offerings.title,
        offerings.offering_kind,
        coalesce(offerings.is_labelled, false) as is_labelled,
        offerings.label_raw,
        offerings.delivery_id,
        offerings.row_number,
        verdicts.verdict,
        verdicts.deciding_criterion as deciding,
        case
            when $institution in ('*', 'panel')
                then coalesce(offerings.flemish_unit_id, offerings.offering_id)
            else offerings.offering_id
        end as unit_id
    from offerings
    inner join offering_verdicts as verdicts
        on offerings.offering_id = verdicts.offering_id
        and offerings.academic_year = verdicts.academic_year
    where verdicts.definition = $definition
        and verdicts.rule_set_version = $rules
        and offerings.academic_year in ($from_year, $to_year)
        and $institution in ('*', 'panel', offerings.institution_id)
    order by offerings.institution_id, offerings.delivery_id, offerings.row_number
"""


@dataclass(frozen=True)
class YearRun:
    """An offering in the first or the last year of a span, with its verdict."""

    offering_id: str
    institution_id: str
    academic_year: str
    title: str | None
    offering_kind: str | None
    is_labelled: bool
    label_raw: str | None
    delivery_id: str | None
    row_number: int | None
    verdict: str
    deciding: str | None

    @property
    def label_and_kind(self) -> str:
        """What makes a run another one when it changes: its kind, and its own label."""
        return f"{self.offering_kind or ''} {self.is_labelled}"


@dataclass(frozen=True)
class GrowthUnit:
    """A unit that is counted in the first or the last year, and what became of it.

    Attributes:
        fate: A term of growth, or ``stayed``.
        is_counted_first, is_counted_last: Whether the bound counts it in that year.
    """

    unit_id: str
    runs: tuple[YearRun, ...]
    fate: str
    is_counted_first: bool
    is_counted_last: bool

    def adds_to(self, term: str) -> Decimal:
        """Return what the unit adds to the value of a term."""
        change = Decimal(self.is_counted_last) - Decimal(self.is_counted_first)
        if term == FIRST:
            return Decimal(self.is_counted_first)
        if term == LAST:
            return Decimal(self.is_counted_last)
        if term == DIFFERENCE:
            return change
        if term != self.fate:
            return Decimal(0)
        return change if term == COVERAGE else Decimal(SIGNS.get(term, 1))


def read_growth_units(
    connection: duckdb.DuckDBPyConnection, asked: GrowthKey
) -> tuple[GrowthUnit, ...]:
    """Return the units counted in the first or the last year, each with its fate."""
    panel = read_panel(connection, OFFERINGS, asked.from_year, asked.to_year)
    found: dict[str, list[YearRun]] = {}
    place = ("definition", "rules", "from_year", "to_year", "institution")
    for row in rows_of(connection, RUNS_SQL, **{name: getattr(asked, name) for name in place}):
        unit_id = row.pop("unit_id")
        if asked.institution != PANEL or row["institution_id"] in panel:
            found.setdefault(unit_id, []).append(YearRun(**row))
    units = (_unit(asked, unit_id, runs, panel) for unit_id, runs in found.items())
    return tuple(one for one in units if one.is_counted_first or one.is_counted_last)


def _unit(
    asked: GrowthKey, unit_id: str, runs: Sequence[YearRun], panel: Collection[str]
) -> GrowthUnit:
    verdicts = COUNTED_VERDICTS[asked.bound]
    first = [run for run in runs if run.academic_year == asked.from_year]
    last = [run for run in runs if run.academic_year == asked.to_year]
    is_counted_first = any(run.verdict in verdicts for run in first)
    is_counted_last = any(run.verdict in verdicts for run in last)
    fate = _fate(first, last, is_counted_first, is_counted_last, panel, verdicts)
    return GrowthUnit(unit_id, tuple(runs), fate, is_counted_first, is_counted_last)


def _fate(
    first: Sequence[YearRun],
    last: Sequence[YearRun],
    is_counted_first: bool,
    is_counted_last: bool,
    panel: Collection[str],
    verdicts: Collection[str],
) -> str:
    panel_first = [run for run in first if run.institution_id in panel]
    panel_last = [run for run in last if run.institution_id in panel]
    if is_counted_first and is_counted_last:
        return STAYED
    counting = panel_last if is_counted_last else panel_first
    if not any(run.verdict in verdicts for run in counting):
        return COVERAGE
    if not is_counted_last:
        return "reclassified_out" if panel_last else "discontinued"
    if not panel_first:
        return "new"
    is_relabelled = bool(first and last) and _labels(first) != _labels(last)
    return "relabelled_in" if is_relabelled else "reclassified_in"


def _labels(runs: Sequence[YearRun]) -> frozenset[str]:
    return frozenset(run.label_and_kind for run in runs)
