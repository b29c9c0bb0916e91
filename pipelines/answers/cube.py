"""Reading rows of the published tables ``counts``, ``growth`` and ``check_results``.

Border: rows hold exact numbers and are for ``figures`` (public measures) and ``disclosure``
(protected measures) only; a test holds every other module away from here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipelines.answers.cells import (
    PANEL,
    Cell,
    CellSelection,
    Certificate,
    GrowthTerm,
    PublishedFigure,
    Standing,
)


@dataclass(frozen=True, repr=False)
class CountsRow:
    """One row of ``counts``; its representation is withheld because it may be about persons."""

    key: str
    cell: Cell
    standing: Standing
    lower: Decimal | None
    upper: Decimal | None


@dataclass(frozen=True, repr=False)
class PanelRow(CountsRow):
    """The like-for-like panel in the first or last year of a growth, both bounds together.

    Attributes:
        rests_on: The keys of the rows of ``growth`` that hold the bounds.
    """

    rests_on: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class GrowthRow:
    """One row of ``growth``; its representation is withheld because it may be about persons."""

    key: str
    measure: str
    definition: str
    institution: str
    from_year: str
    to_year: str
    bound: str
    term: str
    value: Decimal | None
    status: str

    def as_term(self, figure: PublishedFigure) -> GrowthTerm:
        """Return the term with a printable figure in place of the exact value."""
        return GrowthTerm(
            measure=self.measure,
            definition=self.definition,
            institution=self.institution,
            from_year=self.from_year,
            to_year=self.to_year,
            bound=self.bound,
            term=self.term,
            figure=figure,
        )


COUNTS_SQL = """
    select
        count_key, measure, definition, academic_year, institution_id,
        split, split_value, second_split, second_split_value,
        status, is_provisional, institutions_reporting,
        cast(lower as decimal(18, 2)), cast(upper as decimal(18, 2))
    from counts
    where list_contains($keys, count_key)
        or (
            list_contains($measures, measure)
            and list_contains($definitions, definition)
            and list_contains($years, academic_year)
            and rule_set_version = (select min(rule_set_version) from build)
            and (
                split = 'none'
                or (second_split is null and list_contains($splits, split))
                or list_contains($crossings, split || '|' || second_split)
            )
        )
    order by count_key
"""

GROWTH_SQL = """
    select
        count_key, measure, definition, institution_id, from_year, to_year, bound, term,
        cast(value as decimal(18, 2)), status,
        count(*) over (partition by count_key) as sharing_rows
    from growth
    where list_contains($keys, count_key)
        or (
            list_contains($measures, measure)
            and list_contains($definitions, definition)
            and list_contains($years, window_label)
            and rule_set_version = (select min(rule_set_version) from build)
        )
    order by count_key, bound, term
"""


PANEL_SQL = """
    select
        replace(min(count_key) filter (bound = 'lower'), ':lower:', ':'),
        measure, definition, case term when 'first' then from_year else to_year end,
        min(status),
        cast(max(value) filter (bound = 'lower') as decimal(18, 2)),
        cast(max(value) filter (bound = 'upper') as decimal(18, 2)),
        list(count_key order by bound)
    from growth
    where institution_id = $panel
        and term in ('first', 'last')
        and (
            list_contains($keys, replace(replace(count_key, ':lower:', ':'), ':upper:', ':'))
            or (
                list_contains($measures, measure)
                and list_contains($definitions, definition)
                and list_contains($years, window_label)
                and rule_set_version = (select min(rule_set_version) from build)
            )
        )
    group by measure, definition, term, from_year, to_year, window_label, rule_set_version
    order by measure, definition, term
"""


# Keys of terms of growth have the name of their table before measure and reading; the key of a
# panel names no bound.
CERTIFICATES_SQL = """
    with keyed as (
        select *, string_split(replace(count_key, 'growth:', ''), ':') as key_parts
        from check_results
        where count_key is not null
    )
    select
        count_key, suite, expectation, coalesce(success, false),
        case when $with_observed then cast(observed as varchar) end,
        case when $with_observed then cast(observed_upper as varchar) end
    from keyed
    where (list_contains($measures, key_parts[1]) and list_contains($definitions, key_parts[2]))
        or list_contains($keys, count_key)
        or list_contains($keys, replace(replace(count_key, ':lower:', ':'), ':upper:', ':'))
    order by all
"""


def counts_rows(
    connection: duckdb.DuckDBPyConnection, selection: CellSelection
) -> Iterator[CountsRow]:
    """Yield the rows of ``counts`` a selection needs, in order of their key."""
    values = {
        "keys": list(selection.keys),
        "measures": list(selection.measures),
        "definitions": list(selection.definitions),
        "years": list(selection.years),
        "splits": list(selection.splits),
        "crossings": [f"{first}|{second}" for first, second in selection.crossings],
    }
    for row in connection.execute(COUNTS_SQL, values).fetchall():
        yield CountsRow(row[0], Cell(*row[1:9]), Standing(*row[9:12]), row[12], row[13])


def growth_rows(
    connection: duckdb.DuckDBPyConnection, selection: CellSelection
) -> Iterator[GrowthRow]:
    """Yield the rows of ``growth`` of a selection whose years are windows.

    Where rows of several bounds and terms share one ``count_key``, bound and term are added to it,
    so that each printed number has a key of its own.
    """
    values = {
        "keys": list(selection.keys),
        "measures": list(selection.measures),
        "definitions": list(selection.definitions),
        "years": list(selection.years),
    }
    for row in connection.execute(GROWTH_SQL, values).fetchall():
        key = row[0] if row[10] == 1 else f"{row[0]}:{row[6]}:{row[7]}"
        yield GrowthRow(key, *row[1:10])


def panel_rows(
    connection: duckdb.DuckDBPyConnection, selection: CellSelection
) -> Iterator[PanelRow]:
    """Yield the like-for-like panel in the two years of each growth of a selection of windows."""
    values = {
        "keys": list(selection.keys),
        "measures": list(selection.measures),
        "definitions": list(selection.definitions),
        "years": list(selection.years),
        "panel": PANEL,
    }
    for key, measure, definition, year, status, lower, upper, rests_on in connection.execute(
        PANEL_SQL, values
    ).fetchall():
        cell = Cell(measure, definition, year, PANEL)
        yield PanelRow(key, cell, Standing(status), lower, upper, tuple(rests_on))


def certificates_by_key(
    connection: duckdb.DuckDBPyConnection, selection: CellSelection, with_observed: bool
) -> dict[str, tuple[Certificate, ...]]:
    """Return the check results that name a ``count_key`` of a selection, by that key.

    The gate counts every figure again; only those of the measures and readings asked for are read.
    """
    values = {
        "keys": list(selection.keys),
        "measures": list(selection.measures),
        "definitions": list(selection.definitions),
        "with_observed": with_observed,
    }
    found: dict[str, tuple[Certificate, ...]] = {}
    for key, *certificate in connection.execute(CERTIFICATES_SQL, values).fetchall():
        found[key] = (*found.get(key, ()), Certificate(*certificate))
    return found
