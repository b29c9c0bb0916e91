"""The records on the page of a printed number add up to that number, always.

Border: how pages read stands in ``test_explained_pages.py``, who may see which number about persons
in ``test_explained_persons.py``.
"""

import random

import duckdb
import pytest

from pipelines.answers.disclosure import PUBLIC_MEASURES, read_protected_recount
from pipelines.explaining.figures.growth_units import GrowthUnit, read_growth_units
from pipelines.explaining.figures.keys import CellKey, find_cell, find_growth, written_cell
from pipelines.explaining.figures.lines import recount_query
from pipelines.explaining.figures.overlaps import overlaps_in
from pipelines.explaining.figures.records import (
    COMPONENTS,
    Record,
    bounds_of,
    read_records,
    units_in,
)
from pipelines.explaining.published import published_for_reading
from pipelines.settings import Settings
from tests.integration.explained_world import keys_of, teller_on
from tests.integration.test_cube_on_a_small_world import WINDOW

pytestmark = pytest.mark.integration

PUBLIC = sorted(PUBLIC_MEASURES)
PROTECTED_KEYS = "select count_key from counts where not list_contains(?, measure)"
GROWTH_KEYS = "select count_key from growth where measure = 'offerings' order by 1"
Cell = tuple[str, object, object]


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (no secret)


def public_cells(connection: duckdb.DuckDBPyConnection, where: str = "true") -> list[Cell]:
    """Return key and bounds of the cells of public measures."""
    return connection.execute(
        "select count_key, lower, upper from counts"
        f" where list_contains(?, measure) and {where} order by count_key",
        [PUBLIC],
    ).fetchall()


class Readings:
    """Reads the records of a definition, period and institution once for all of its cells."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._records: dict[tuple[object, ...], list[Record]] = {}

    def records(self, asked: CellKey) -> list[Record]:
        cell = asked.cell
        place = (cell.measure == COMPONENTS, cell.definition, cell.year, cell.institution)
        if place not in self._records:
            self._records[place] = read_records(self.connection, asked)
        return self._records[place]

    def bounds(self, asked: CellKey) -> tuple[object, object]:
        if not asked.is_overlap:
            return bounds_of(units_in(self.records(asked), asked), asked.cell.measure)
        parts = overlaps_in(self.records(asked), asked)
        return sum(one.lower for one in parts), sum(one.upper for one in parts)


def differing(connection: duckdb.DuckDBPyConnection, cells: list[Cell]) -> list[str]:
    """Return the cells whose records do not add up to the published bounds."""
    wrong = []
    readings = Readings(connection)
    for key, *published in cells:
        asked = written_cell(key)
        assert asked is not None
        assert asked.key == key
        found = readings.bounds(asked)
        if any(p is not None and p != f for p, f in zip(published, found, strict=True)):
            wrong.append(f"{key}: {published}, not {found}")
    return wrong


def differing_growth(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> list[str]:
    """Return the terms of growth whose offerings do not add up to the published value."""
    wrong = []
    units: dict[tuple[str, ...], tuple[GrowthUnit, ...]] = {}
    for key in keys:
        asked = find_growth(connection, key)
        assert asked is not None
        (value,) = keys_of(connection, "select value from growth where count_key = ?", key)
        place = (asked.definition, asked.institution, asked.period, asked.bound)
        if place not in units:
            units[place] = read_growth_units(connection, asked)
        found = sum(one.adds_to(asked.term) for one in units[place])
        if value is not None and value != found:
            wrong.append(f"{key}: {value}, not {found}")
    return wrong


def differing_persons(settings: Settings, keys: list[str]) -> list[str]:
    """Return the cells about persons whose lines, counted again, do not give the figure."""
    wrong = []
    with teller_on(settings) as tell:
        connection, rules = tell.source.connection, tell.source.rules
        for key in keys:
            asked = find_cell(connection, key)
            assert asked is not None
            query = recount_query(asked, list(tell.source.institutions))
            assert (query is None) == asked.is_overlap
            if query and not read_protected_recount(connection, query, key, rules).agrees:
                wrong.append(key)
    return wrong


def test_the_records_of_every_public_cell_of_a_small_world_add_up_to_it(
    explained_world: Settings,
) -> None:
    with published_for_reading(explained_world.published_file) as connection:
        cells = public_cells(connection, "(lower <> 0 or upper <> 0)")
        assert len(cells) > 6000
        assert sum(":overlap:" in key or "=overlap" in key for key, *_ in cells) > 50
        assert sum(WINDOW in key for key, *_ in cells) > 2000
        assert differing(connection, cells) == []


def test_cells_of_a_small_world_that_hold_nothing_list_nothing(explained_world: Settings) -> None:
    with published_for_reading(explained_world.published_file) as connection:
        empty = public_cells(connection, "coalesce(lower, 0) = 0 and coalesce(upper, 0) = 0")
        assert differing(connection, chance(4).sample(empty, 400)) == []


def test_the_offerings_of_every_term_of_growth_of_a_small_world_add_up_to_it(
    explained_world: Settings,
) -> None:
    with published_for_reading(explained_world.published_file) as connection:
        keys = keys_of(connection, GROWTH_KEYS)
        assert {":panel:", ":*:", ":ap:"} <= {f":{key.split(':')[4]}:" for key in keys}
        assert differing_growth(connection, keys) == []


def test_the_lines_of_cells_about_persons_of_a_small_world_add_up_to_them(
    explained_world: Settings,
) -> None:
    filled = f"{PROTECTED_KEYS} and (lower <> 0 or upper <> 0 or upper is null) order by 1"
    with published_for_reading(explained_world.published_file) as connection:
        keys = keys_of(connection, filled, PUBLIC)
    assert len(keys) > 3000
    status = [key for key in keys if WINDOW in key and key.startswith("learners:label")]
    assert sum("working_status" in key for key in status) > 10
    assert differing_persons(explained_world, [*status, *chance(9).sample(keys, 150)]) == []


def test_cells_of_the_shipped_sample_add_up(published_sample: Settings) -> None:
    with published_for_reading(published_sample.published_file) as connection:
        cells = public_cells(connection)
        assert differing(connection, chance(223).sample(cells, 200)) == []
        growth = keys_of(connection, GROWTH_KEYS)
        assert differing_growth(connection, chance(223).sample(growth, 100)) == []
        persons = keys_of(connection, f"{PROTECTED_KEYS} order by 1", PUBLIC)
    assert differing_persons(published_sample, chance(223).sample(persons, 100)) == []
