"""From printed numbers to what they say of atoms, and the groups that they must not reveal.

A printed number is an interval for a population: one number exactly, what rounds to it, or nothing
for a hidden one. Two bounds that are printed as one number say that nobody is in between; a range
says that somebody is.

A group is a cell of 1 to k - 1 units, or as many units of one population that are not in another at
the same place: under another definition or bound in the same period, in a window and not in one of
its years, or in the same cell as it was released before.

Border: who is in which population is counted in ``populations.py``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipelines.disclosing.knowledge import NO_BOUND, Knowledge, SparseRows
from pipelines.disclosing.populations import Atom, Population

Interval = tuple[float, float]
ANYTHING: Interval = (0, NO_BOUND)


@dataclass(frozen=True)
class Printed:
    """One printed number.

    Attributes:
        key: Its key in the answer.
        lower, upper: The populations of its bounds; the upper one is absent where none is printed.
        lower_says, upper_says: What the print says of each.
        relation: What the print says of those who are in the upper one only.
    """

    key: str
    lower: Population
    upper: Population | None
    lower_says: Interval
    upper_says: Interval = ANYTHING
    relation: Interval = ANYTHING


@dataclass(frozen=True)
class Group:
    """A small group: those of one population that are not in another, or a whole population."""

    population: Population
    without: Population | None
    size: int


@dataclass(frozen=True)
class Statements:
    """Everything printed as numbers for the audit.

    Attributes:
        low_keys: The keys that print the lower end of each statement.
        high_keys: The keys that print its upper end.
        groups: What each row of ``rows`` is.
    """

    knowledge: Knowledge
    low_keys: tuple[frozenset[str], ...]
    high_keys: tuple[frozenset[str], ...]
    groups: tuple[Group, ...]
    rows: SparseRows


@dataclass
class _End:
    """What a sum is at most, and the keys that say so; of a lower end everything is negative."""

    most: float
    keys: set[str] = field(default_factory=set)

    def say(self, most: float, key: str) -> None:
        if most < self.most:
            self.most, self.keys = most, set()
        if most == self.most:
            self.keys.add(key)


def statements_of(
    printed: Iterable[Printed],
    populations: Sequence[Population],
    atoms: Sequence[Atom],
    smallest: int,
    periods: Mapping[str, Sequence[str]],
) -> Statements:
    """Return what printed numbers say of the atoms, and the groups smaller than ``smallest``."""
    place_of = {one: place for place, one in enumerate(populations)}
    members: list[dict[int, int]] = [{} for _ in populations]
    for number, atom in enumerate(atoms):
        for place, times in atom.memberships.items():
            members[place][number] = times
    rows: dict[tuple[tuple[int, int], ...], tuple[_End, _End]] = {}

    def say(row: Mapping[int, int], interval: Interval, key: str) -> None:
        """Note a statement; of the same sum the narrowest."""
        entries = tuple(sorted((atom, times) for atom, times in row.items() if times))
        if interval != ANYTHING and entries:
            low, high = rows.setdefault(entries, (_End(-ANYTHING[0]), _End(ANYTHING[1])))
            low.say(-interval[0], key)
            high.say(interval[1], key)

    for one in printed:
        lower = members[place_of[one.lower]]
        say(lower, one.lower_says, one.key)
        if one.upper is not None:
            upper = members[place_of[one.upper]]
            say(upper, one.upper_says, one.key)
            say(_minus(upper, lower), one.relation, one.key)
    truth = np.array([atom.size for atom in atoms], dtype=np.int64)
    knowledge = Knowledge(
        SparseRows(rows, len(atoms)),
        np.array([-low.most for low, _ in rows.values()], dtype=np.float64),
        np.array([high.most for _, high in rows.values()], dtype=np.float64),
        truth,
    )
    groups: dict[tuple[tuple[int, int], ...], Group] = {}
    for population, without in _pairs(populations, periods):
        row = members[place_of[population]]
        if without is not None:
            row = {atom: 1 for atom in row if atom not in members[place_of[without]]}
        size = sum(atoms[atom].size for atom in row)
        if 0 < size < smallest:
            entries = tuple(sorted((atom, 1) for atom in row))
            groups.setdefault(entries, Group(population, without, size))
    return Statements(
        knowledge,
        tuple(frozenset(low.keys) for low, _ in rows.values()),
        tuple(frozenset(high.keys) for _, high in rows.values()),
        tuple(groups.values()),
        SparseRows(groups, len(atoms)),
    )


def _minus(row: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {atom: row.get(atom, 0) - other.get(atom, 0) for atom in {**row, **other}}


def _pairs(
    populations: Sequence[Population], periods: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Population, Population | None]]:
    """Yield every population alone, and with those at its place that may differ by few."""
    by_place: dict[object, list[Population]] = {}
    for one in populations:
        yield one, None
        if not one.term:
            by_place.setdefault(one.place(), []).append(one)
    for same in by_place.values():
        for one in same:
            for other in same:
                if one != other and _is_near(one, other, periods):
                    yield one, other


def _is_near(one: Population, other: Population, periods: Mapping[str, Sequence[str]]) -> bool:
    """Return whether two populations at one place are compared."""
    if one.cell.year == other.cell.year:
        return True
    is_window = other.cell.year in periods.get(one.cell.year, ())
    return is_window and (one.cell.definition, one.bound) == (other.cell.definition, other.bound)
