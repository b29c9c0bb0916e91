"""What the key of a printed number names: a cell of ``counts`` or a term of ``growth``.

Only addresses are read; the numbers at them come from ``source.py``.

Border: keys of numbers that are made from others are taken apart in ``derived.py``.
"""

import re
from dataclasses import dataclass

import duckdb

from pipelines.answers.cells import FLANDERS, OVERLAP, PANEL, Cell
from pipelines.explaining.published import rows_of

CELL_SQL = """
    select
        measure, definition, academic_year as year, institution_id as institution, split,
        split_value, second_split, second_split_value, rule_set_version as rules
    from counts
    where count_key = $key
"""
GROWTH_SQL = """
    select
        measure, definition, institution_id as institution, window_label as period, from_year,
        to_year, bound, term, rule_set_version as rules
    from growth
    where count_key = $key
"""
PANEL_KEY = re.compile(r"(?P<growth>growth:.+:panel):(?P<end>(?:first|last):[^:]+)")
CELL_KEY = re.compile(
    r"(?P<measure>[a-z_]+):(?P<definition>[a-z_]+):(?P<year>[-0-9.]+):(?P<institution>[^:]+)"
    r":(?:none|(?P<split>[a-z_]+)=(?P<split_value>[^:]+)"
    r"(?::(?P<second_split>[a-z_]+)=(?P<second_split_value>[^:]+))?):(?P<rules>[^:]+)"
)


@dataclass(frozen=True)
class CellKey:
    """A cell of the cube under a rule set.

    Attributes:
        panel: The institutions of a like-for-like panel, where the cell is one.
        printed_as: The key it was printed under, where that is not the ``count_key`` of a row.
    """

    cell: Cell
    rules: str
    panel: tuple[str, ...] = ()
    printed_as: str = ""

    @property
    def key(self) -> str:
        """The key the cell was printed under."""
        return self.printed_as or self.cell.key(self.rules)

    @property
    def is_overlap(self) -> bool:
        """Whether the cell says how much its parts count more than once."""
        return OVERLAP in (self.cell.institution, self.cell.split_value)

    @property
    def is_for_several(self) -> bool:
        """Whether the cell is about several institutions together, not about one."""
        return self.cell.institution in (FLANDERS, OVERLAP, PANEL)


@dataclass(frozen=True)
class GrowthKey:
    """A term of the decomposition of growth between two years, for one bound."""

    key: str
    measure: str
    definition: str
    institution: str
    period: str
    from_year: str
    to_year: str
    bound: str
    term: str
    rules: str

    def total(self, year: str) -> CellKey:
        """Return the cell that growth starts from, or ends at."""
        return CellKey(Cell(self.measure, self.definition, year, self.institution), self.rules)

    def other(self, term: str, institution: str | None = None) -> str:
        """Return the key of another term, or of the same one at another institution."""
        place = institution or self.institution
        named = (self.measure, self.definition, self.period, place, self.bound, term, self.rules)
        return ":".join(("growth", *named))


def find_cell(connection: duckdb.DuckDBPyConnection, key: str) -> CellKey | None:
    """Return the cell a key names, None where there is no such row."""
    found = rows_of(connection, CELL_SQL, key=key)
    if not found:
        return None
    rules = found[0].pop("rules")
    return CellKey(Cell(**found[0]), rules)


def find_growth(connection: duckdb.DuckDBPyConnection, key: str) -> GrowthKey | None:
    """Return the term of growth a key names, None where there is no such row."""
    found = rows_of(connection, GROWTH_SQL, key=key)
    return GrowthKey(key, **found[0]) if found else None


def find_panel(connection: duckdb.DuckDBPyConnection, key: str) -> GrowthKey | None:
    """Return the growth whose panel, in its first or last year, a key names.

    Both bounds of a panel are printed as one figure, whose key names no bound.
    """
    found = PANEL_KEY.fullmatch(key)
    if found is None:
        return None
    return find_growth(connection, f"{found['growth']}:lower:{found['end']}")


def written_cell(key: str) -> CellKey | None:
    """Return the cell that the words of a ``count_key`` describe, whether or not it is a row."""
    found = CELL_KEY.fullmatch(key)
    if found is None:
        return None
    named = found.groupdict()
    rules = named.pop("rules")
    if named["split"] is None:
        named |= {"split": "none", "split_value": "all"}
    return CellKey(Cell(**named), rules)


def years_of(period: str) -> tuple[str, ...]:
    """Return the academic years of a period: the year itself, or each year of a window."""
    first, _, last = period.partition("..")
    if not last:
        return (first,)
    starts = range(int(first[:4]), int(last[:4]) + 1)
    return tuple(f"{start}-{start + 1}" for start in starts)
