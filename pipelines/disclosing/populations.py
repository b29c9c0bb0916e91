"""The sets of persons, enrolments or contracts behind printed numbers, and who is in which.

A population is what one bound of one printed cell counts. Membership is counted anew from the
published record tables; units with the same memberships are one atom. No pseudonym leaves the
database: only how many units there are of each kind.

Border: what the numbers reveal is found in ``audit.py``; nothing is printed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import duckdb

from pipelines.answers.cells import FLANDERS, INSTITUTION_KIND, OVERLAP, PANEL, Cell
from pipelines.disclosing.membership_queries import (
    CUTS,
    LINES_SQL,
    MEMBERSHIPS_SQL,
    SIGNATURES_SQL,
    STATUS_CUTS,
)

BOUNDS = ("lower", "upper")


@dataclass(frozen=True)
class Population:
    """Everything that one bound of a cell counts; for a term of growth those who stayed or moved.

    Attributes:
        term: ``stayed``, ``entered`` or ``left`` for a term of growth from ``cell.year`` to
            ``until``; else nothing.
        release: The released answer whose deliveries were counted; nothing for the published ones.
    """

    cell: Cell
    bound: str
    term: str = ""
    until: str = ""
    release: str = ""

    def name(self) -> str:
        """Return what tells it from all others, to put populations in order."""
        return "|".join([self.cell.key(self.release), self.bound, self.term, self.until])

    def place(self) -> Cell:
        """Return the address without what differs between readings and periods."""
        return replace(self.cell, definition="", year="")


@dataclass(frozen=True)
class Atom:
    """Units with the same memberships, and how many there are.

    Attributes:
        memberships: The places of the populations that count such a unit, and how often each does.
    """

    memberships: Mapping[int, int]
    size: int


class Kept(Protocol):
    """A released answer: its populations, what they are made of, and who was in which part."""

    @property
    def populations(self) -> tuple[Population, ...]:
        """The populations, marked with the release."""

    @property
    def elements(self) -> tuple[Population, ...]:
        """What they are made of, in the order of the numbers in ``members``."""

    @property
    def parts(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Per population the places of its elements, each with its sign."""

    @property
    def members(self) -> Path:
        """The file with element, unit and times."""


@dataclass(frozen=True)
class Membership:
    """Who is counted where.

    Attributes:
        elements: What the populations of the published file are made of.
        parts: Per such population the places of its elements, each with its sign.
    """

    atoms: list[Atom]
    elements: tuple[Population, ...]
    parts: tuple[tuple[tuple[int, int], ...], ...]


def read_membership(
    connection: duckdb.DuckDBPyConnection,
    populations: Sequence[Population],
    periods: Mapping[str, Sequence[str]],
    panel: Sequence[str],
    rules: str,
    released: Sequence[Kept] = (),
) -> Membership:
    """Return the atoms behind populations of the published file and of released answers.

    What was read stays in the temporary table ``kept`` of the connection: element, unit, times.

    Args:
        connection: The published file.
        populations: The populations whose members are wanted, each once.
        periods: The academic years of each period.
        panel: The institutions of the like-for-like panel.
        rules: The version of the rule set.
        released: The released answers that some of the populations belong to.
    """
    connection.execute(
        "create or replace temp table kept (element integer, unit varchar, times integer)"
    )
    sizes: dict[tuple[tuple[int, int], ...], int] = {}
    kept: list[Population] = []
    made_of: dict[int, tuple[tuple[int, int], ...]] = {}
    for measure in sorted({one.cell.measure for one in populations}):
        own = {place: one for place, one in enumerate(populations) if one.cell.measure == measure}
        parts = {place: _parts(connection, one, rules, released) for place, one in own.items()}
        found = sorted({one for made in parts.values() for one, _ in made}, key=Population.name)
        elements = [one for one in found if not one.release]
        earlier = [one for one in found if one.release]
        number_of = {one: number for number, one in enumerate([*elements, *earlier])}
        for place, one in own.items():
            if not one.release:
                made_of[place] = tuple(
                    (number_of[part] + len(kept), sign) for part, sign in parts[place]
                )
        _read_members(connection, measure, elements, periods, panel, rules)
        connection.execute(
            "insert into kept select population + ?, unit, times from memberships", [len(kept)]
        )
        kept += elements
        _read_earlier(connection, number_of, released)
        numbered = {
            place: [(number_of[part], sign) for part, sign in made] for place, made in parts.items()
        }
        for signature, size in _signatures(connection, own, numbered):
            sizes[signature] = sizes.get(signature, 0) + size
    atoms = [Atom(dict(signature), size) for signature, size in sorted(sizes.items())]
    return Membership(atoms, tuple(kept), tuple(made_of[place] for place in sorted(made_of)))


def _signatures(
    connection: duckdb.DuckDBPyConnection,
    own: Mapping[int, Population],
    parts: Mapping[int, Sequence[tuple[int, int]]],
) -> Iterator[tuple[tuple[tuple[int, int], ...], int]]:
    """Yield which populations count a kind of unit, how often, and how many units there are."""
    sums: dict[int, list[tuple[int, int]]] = {}
    terms: dict[int, tuple[int, int]] = {}
    for place, made in parts.items():
        if own[place].term:
            terms[place] = made[0][0], made[1][0]
            continue
        for number, sign in made:
            sums.setdefault(number, []).append((place, sign))
    for numbers, every, size in connection.execute(SIGNATURES_SQL).fetchall():
        counted = dict(zip(numbers, every, strict=True))
        found: dict[int, int] = {}
        for number, times in counted.items():
            for place, sign in sums.get(number, ()):
                found[place] = found.get(place, 0) + sign * times
        for place, (first, last) in terms.items():
            found[place] = int(_is_counted(own[place].term, first in counted, last in counted))
        signature = tuple(sorted(one for one in found.items() if one[1]))
        if signature:
            yield signature, size


def _read_earlier(
    connection: duckdb.DuckDBPyConnection,
    number_of: Mapping[Population, int],
    released: Sequence[Kept],
) -> None:
    """Add who was in the elements of released answers."""
    for release in released:
        pairs = [
            (place, number_of[one])
            for place, one in enumerate(release.elements)
            if one in number_of
        ]
        if not pairs:
            continue
        connection.execute("create or replace temp table renumbered (element int, number int)")
        _insert(connection, "renumbered", pairs)
        connection.execute(
            "insert into memberships select number, unit, times"
            " from read_parquet(?) inner join renumbered using (element)",
            [str(release.members)],
        )


def _is_counted(term: str, is_first: bool, is_last: bool) -> bool:
    """Return whether a term of growth counts who is, or is not, in its first and last year."""
    return {"stayed": is_first and is_last, "entered": is_last and not is_first}.get(
        term, is_first and not is_last
    )


def _parts(
    connection: duckdb.DuckDBPyConnection,
    population: Population,
    rules: str,
    released: Sequence[Kept],
) -> list[tuple[Population, int]]:
    """Return what a population is made of: itself, or the parts of an overlap or a growth."""
    cell = population.cell
    for release in released:
        if population.release and population in release.populations:
            made = release.parts[release.populations.index(population)]
            return [(release.elements[place], sign) for place, sign in made]
    if population.term:
        scope = PANEL if cell.institution in (FLANDERS, PANEL) else cell.institution
        ends = (replace(cell, institution=scope, year=one) for one in (cell.year, population.until))
        return [(Population(end, population.bound), 1) for end in ends]
    if OVERLAP in (cell.institution, cell.split_value):
        total = replace(cell.total(), institution=cell.institution.replace(OVERLAP, FLANDERS))
        parts = [
            (Population(part, population.bound), 1) for part in _values(connection, cell, rules)
        ]
        return [(Population(total, population.bound), -1), *parts]
    return [(population, 1)]


def _values(connection: duckdb.DuckDBPyConnection, cell: Cell, rules: str) -> list[Cell]:
    """Return the cells that an overlap adds up."""
    is_institutions = cell.institution == OVERLAP
    rows = connection.execute(
        "select institution_id, split_value, second_split_value from counts where measure = ?"
        " and definition = ? and academic_year = ? and rule_set_version = ? and split = ?"
        " and second_split is not distinct from ? and split_value <> 'overlap'"
        " and institution_id <> 'overlap' and (institution_id = ? or (? and institution_id <> '*'))"
        " and lower is not null order by all",
        [
            cell.measure,
            cell.definition,
            cell.year,
            rules,
            cell.split,
            cell.second_split,
            cell.institution,
            is_institutions,
        ],
    ).fetchall()
    return [
        replace(cell, institution=where, split_value=value, second_split_value=second)
        for where, value, second in rows
    ]


def _read_members(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    populations: Sequence[Population],
    periods: Mapping[str, Sequence[str]],
    panel: Sequence[str],
    rules: str,
) -> None:
    """Fill the temporary table ``memberships`` with who is in which population."""
    definitions = sorted({one.cell.definition for one in populations})
    years = sorted({year for one in populations for year in periods[one.cell.year]})
    connection.execute(
        LINES_SQL,
        {"rules": rules, "definitions": definitions, "years": years, "panel": list(panel)},
    )
    connection.execute(
        "create or replace temp table memberships (population integer, unit varchar, times integer)"
    )
    connection.execute("create or replace temp table periods (period text, academic_year text)")
    used = sorted({one.cell.year for one in populations})
    pairs = [(period, year) for period in used for year in periods[period]]
    _insert(connection, "periods", pairs)
    by_cut: dict[tuple[str, str | None], list[int]] = {}
    for number, one in enumerate(populations):
        by_cut.setdefault((one.cell.split, one.cell.second_split), []).append(number)
    for (split, second), numbers in sorted(by_cut.items(), key=str):
        connection.execute(
            "create or replace temp table wanted (population integer, definition text,"
            " period text, place text, value text, second_value text, is_lower boolean)"
        )
        rows = [
            (
                number,
                one.cell.definition,
                one.cell.year,
                one.cell.institution,
                one.cell.split_value,
                one.cell.second_split_value or "",
                one.bound == "lower",
            )
            for number, one in ((number, populations[number]) for number in numbers)
        ]
        _insert(connection, "wanted", rows)
        connection.execute(_memberships_sql(measure, split, second))


def _memberships_sql(measure: str, split: str, second: str | None) -> str:
    """Return the query that notes the members of the populations of one way of cutting."""
    kind = "institution_kind" if INSTITUTION_KIND in (split, second) else "''"
    values = []
    for cut in (split, second):
        column = "'all'" if cut == "none" else "''" if cut is None else cut
        if measure == "learners" and cut in STATUS_CUTS:
            column = STATUS_CUTS[cut].format(kind=kind)
        elif cut not in (None, "none", *CUTS):
            raise ValueError(f"no such split: {cut}")
        values.append(column)
    purposes = "true" if split == "purpose" else "purpose = 'regular'"
    contracts = "contract_type <> 'none'" if measure == "contracts" else "true"
    return MEMBERSHIPS_SQL[measure].format(
        value=values[0], second_value=values[1], lines=f"{purposes} and {contracts}"
    )


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows, many at once."""
    at_once = 500
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        marks = ", ".join(f"({', '.join('?' for _ in row)})" for row in some)
        values = [value for row in some for value in row]
        connection.execute(f"insert into {table} values {marks}", values)  # noqa: S608
