"""The records behind a cell of a public measure, read again from the published record tables.

A ``Record`` is a row of a delivery: an offering in a year, or a component of degree programmes in a
year. A ``Unit`` is what the measure counts once: the records of a joint offering, of one title, or
of an offering in all years of a window. Rules: counting.md, Measures and The cube.

Border: nothing about a person is read here; what is read is worded in ``listing.py``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipelines.answers.cells import Cell
from pipelines.explaining.figures.keys import CellKey, years_of
from pipelines.explaining.figures.record_queries import COMPONENTS_SQL, OFFERINGS_SQL
from pipelines.explaining.published import rows_of

CREDITS = "credits_offered"
WITHOUT_CREDITS = "offerings_without_credits"
COMPONENTS = "components_offered"
TITLES = "titles"
ALL = "all"  # the value of no split
COUNTED, OPEN = "in", "undetermined"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Record:
    """One row of a delivery, as an offering in a year or a component in a year.

    Attributes:
        record_id: The offering's id; for a component institution and code.
        deciding: The deciding criterion; for a component what is known of its function.
        credits: ECTS as stated; None where none are.
        shared_credits: The largest ECTS that a partner of the joint offering states in that year.
        shared_unit: What all institutions together count it under.
        title_unit: What the measure titles counts it under.
        cuts: Its value of each split.
    """

    record_id: str
    institution_id: str
    academic_year: str
    title: str | None
    offering_kind: str | None
    type: int | None
    delivery_id: str | None
    row_number: int | None
    verdict: str
    deciding: str | None
    credits: Decimal | None
    shared_credits: Decimal | None
    shared_unit: str
    title_unit: str
    cuts: Mapping[str, str]

    def part(self, cell: Cell) -> tuple[str, str]:
        """Return the values under which the record stands in the splits of a cell."""
        return self.cuts.get(cell.split, ALL), self.cuts.get(cell.second_split or "", ALL)

    def unit_id(self, measure: str, is_together: bool) -> str:
        """Return what a measure counts once, at an institution or for several together."""
        if measure == TITLES:
            return self.title_unit
        unit_id = self.shared_unit if is_together else self.record_id
        return f"{unit_id} {self.academic_year}" if measure == CREDITS else unit_id

    def size(self, is_together: bool) -> Decimal | None:
        """Return the credits it has at an institution, or for several together."""
        return self.shared_credits if is_together else self.credits


@dataclass(frozen=True)
class Unit:
    """What a measure counts once in a cell, with every record that it stands for.

    Attributes:
        is_together: Whether it is counted for several institutions together.
    """

    unit_id: str
    records: tuple[Record, ...]
    is_together: bool = True

    @property
    def verdict(self) -> str:
        """The best verdict of the records."""
        verdicts = {record.verdict for record in self.records}
        return next((one for one in (COUNTED, OPEN) if one in verdicts), "out")

    @property
    def credits(self) -> Decimal | None:
        """The largest credits of the records; None where none states any."""
        sizes = (one.size(self.is_together) for one in self.records)
        return max((size for size in sizes if size is not None), default=None)

    @property
    def head(self) -> Record:
        """The record that speaks for the unit: one with its verdict, the newest."""
        return next(one for one in self.records if one.verdict == self.verdict)

    def amount(self, measure: str) -> Decimal:
        """Return what the unit adds to a cell of a measure."""
        return (self.credits or ZERO) if measure == CREDITS else Decimal(1)


def read_records(connection: duckdb.DuckDBPyConnection, asked: CellKey) -> list[Record]:
    """Return the records of the institutions and years of a cell, whatever it is cut by."""
    cell = asked.cell
    sql = COMPONENTS_SQL if cell.measure == COMPONENTS else OFFERINGS_SQL
    rows = rows_of(
        connection,
        sql,
        definition=cell.definition,
        rules=asked.rules,
        years=list(years_of(cell.year)),
        institutions=list(asked.panel or (cell.institution,)),
        is_together=asked.is_for_several and not asked.panel,
    )
    return [Record(**row) for row in rows]


def read_units(connection: duckdb.DuckDBPyConnection, asked: CellKey) -> list[Unit]:
    """Return the units that count, or may count, in a cell of a public measure."""
    return units_in(read_records(connection, asked), asked)


def units_in(records: Iterable[Record], asked: CellKey) -> list[Unit]:
    """Return the units that records make up in a cell."""
    cell = asked.cell
    part = (cell.split_value, cell.second_split_value or ALL)
    is_together = asked.is_for_several
    return grouped(
        (one for one in countable(records, cell.measure, is_together) if one.part(cell) == part),
        lambda one: one.unit_id(cell.measure, is_together),
        is_together,
    )


def countable(records: Iterable[Record], measure: str, is_together: bool) -> Iterable[Record]:
    """Return the records that a measure counts; one without credits in some year is without."""
    if measure != WITHOUT_CREDITS:
        return records
    return [one for one in records if one.size(is_together) is None]


def grouped(
    records: Iterable[Record], unit_id: Callable[[Record], str], is_together: bool = True
) -> list[Unit]:
    """Return the units of records, in order of their first one; those that are out are left out."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(unit_id(record), []).append(record)
    units = [Unit(name, tuple(some), is_together) for name, some in found.items()]
    return [one for one in units if one.verdict != "out"]


def bounds_of(units: Iterable[Unit], measure: str) -> tuple[Decimal, Decimal]:
    """Return what units add up to: those that count, and those that may count too."""
    amounts = [(one.verdict, one.amount(measure)) for one in units]
    lower = sum((amount for verdict, amount in amounts if verdict == COUNTED), ZERO)
    return lower, sum((amount for _, amount in amounts), ZERO)
