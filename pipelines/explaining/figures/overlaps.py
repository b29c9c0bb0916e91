"""What the parts of a cell count more than once: units that stand in several of its parts.

An overlap is the sum of the parts less the total (counting.md, The cube): parts are the values of a
split, or the institutions beside Flanders.

Border: the total itself and its records stand in ``records.py``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipelines.answers.cells import OVERLAP, Cell
from pipelines.explaining.figures.keys import CellKey
from pipelines.explaining.figures.records import (
    ZERO,
    Record,
    Unit,
    bounds_of,
    countable,
    grouped,
    read_records,
)


@dataclass(frozen=True)
class Overlap:
    """A unit that the parts of a cell count more often than the total does.

    Attributes:
        parts: The values of the splits under which it stands; or institution and own unit.
        lower, upper: How much the parts count too much, for each bound.
    """

    unit: Unit
    parts: tuple[tuple[str, str], ...]
    lower: Decimal
    upper: Decimal


def read_overlaps(connection: duckdb.DuckDBPyConnection, asked: CellKey) -> list[Overlap]:
    """Return the units that make up an overlap of a public measure."""
    return overlaps_in(read_records(connection, asked), asked)


def overlaps_in(records: Iterable[Record], asked: CellKey) -> list[Overlap]:
    """Return the units that the parts of an overlap count more than once."""
    measure = asked.cell.measure
    units = grouped(records, lambda one: one.unit_id(measure, asked.is_for_several))
    found = [_overlap(unit, asked) for unit in units]
    return [one for one in found if (one.lower, one.upper) != (ZERO, ZERO)]


def _overlap(unit: Unit, asked: CellKey) -> Overlap:
    cell = asked.cell
    parts: dict[tuple[str, str], list[Record]] = {}
    for record in unit.records:
        parts.setdefault(_part(record, cell), []).append(record)
    # An institution counts its own credits; a part of a split those of the joint offering.
    is_together = cell.institution != OVERLAP
    bounds = {part: _bounds(unit, some, cell, is_together) for part, some in parts.items()}
    lower, upper = _bounds(unit, unit.records, cell, is_together=True)
    return Overlap(
        unit=unit,
        parts=tuple(dict.fromkeys(part for part, (_, may) in bounds.items() if may)),
        lower=sum((one for one, _ in bounds.values()), ZERO) - lower,
        upper=sum((one for _, one in bounds.values()), ZERO) - upper,
    )


def _bounds(
    unit: Unit, records: Iterable[Record], cell: Cell, is_together: bool
) -> tuple[Decimal, Decimal]:
    """Return what some records of a unit add up to, counted as one."""
    counted = countable(records, cell.measure, is_together)
    return bounds_of(grouped(counted, lambda _: unit.unit_id, is_together), cell.measure)


def _part(record: Record, cell: Cell) -> tuple[str, str]:
    """Return the part a record stands in; an institution counts each of its own units."""
    if cell.institution == OVERLAP:
        return record.institution_id, record.unit_id(cell.measure, is_together=False)
    return record.part(cell)
