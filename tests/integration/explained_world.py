"""A published file of the small world of the cube, with everything an explanation reads.

It is the world of ``test_cube_on_a_small_world`` with offerings that were joint in one year only,
a programme row per component and places in files; the models compute the cube from it.

Border: what must come out stands in the tests.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipelines.deliveries.delivered import write_delivered_data
from pipelines.explaining.explain import explain_count
from pipelines.explaining.figures.source import FigureSource
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.published import published_for_reading, read_background
from pipelines.explaining.telling import Teller
from pipelines.explaining.wording import load_explaining_words
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import tables
from pipelines.warehouse.models import run_models
from tests.integration import test_cube_on_a_small_world as cube
from tests.unit.explaining.conftest import text_of

DAY = "2025-01-01"
HASH = "a" * 64
RULES = "2025.1"
WARNINGS = ("LET OP", "WARNING", "NIET GESLAAGD", "NOT PASSED")  # a page calls something a fault


def publish_small_world(folder: Path) -> Settings:
    """Build the small world below a folder, publish it, and return its settings."""
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    settings.raw_dir.mkdir(parents=True)
    write_delivered_data(settings)
    with (
        duckdb.connect(str(settings.build_file)) as connection,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(cube, "OFFERINGS", f"{cube.OFFERINGS.rstrip()}{cube.JOINT_OVER_THE_YEARS}")
        cube.fill(connection, settings)
        for kind in ("offerings", "enrolments", "programmes"):
            connection.execute(
                f"update delivered.{kind} set delivery_id = institution_id || ':1',"
                " row_number = rowid + 2"
            )
    assert all(result.is_good for result in run_models(settings))
    with duckdb.connect(str(settings.build_file)) as connection:
        _write_tables_of_python(connection)
    settings.published_file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(settings.build_file, settings.published_file)
    return settings


def _write_tables_of_python(connection: duckdb.DuckDBPyConnection) -> None:
    units = connection.execute("select institution_id from institutions order by 1").fetchall()
    rows = []
    for (unit,) in units:
        for kind in ("offerings", "enrolments", "programmes", "components"):
            name = f"{unit}/2024-11-04/{kind}.csv"
            place = (f"{unit}:1", unit, "template", kind, "2023-2024", name, "b" * 64)
            rows.append((*place, "2024-11-04", "template_csv", 10, 10, 0, "in_force"))
    tables.fill_table(connection, "deliveries", rows)
    tables.fill_table(connection, "rejected_rows", [])
    keys = connection.execute(
        "select count_key, lower from counts where measure in ('offerings', 'learners')"
        " and institution_id = '*' and split = 'none' and lower is not null order by count_key"
    ).fetchall()
    told = ("parliament", "counts", "unexpected_rows_expectation", "1. aantal")
    ended = ("critical", f"{DAY} 00:00:00+00", None, HASH)
    checks = [(*told, key, True, False, float(lower), None, *ended) for key, lower in keys]
    tables.fill_table(connection, "check_results", checks)
    build = [f"{DAY} 00:00:00+00", DAY, "0", RULES, None, True, HASH, None]
    tables.fill_table(connection, "build", [build])


@contextmanager
def teller_on(
    settings: Settings, language: str = "nl", limit: int | None = 25
) -> Iterator[FigureTeller]:
    """Open the published file once, to ask for many pages."""
    with published_for_reading(settings.published_file) as connection:
        background = read_background(connection, language)
        teller = Teller(load_explaining_words(language), background)
        yield FigureTeller(teller, FigureSource(connection, language), limit)


def copy_of(settings: Settings, folder: Path) -> Settings:
    """Return settings of another folder with a copy of the published file, to spoil."""
    copied = load_settings(data=folder)
    copied.warehouse_dir.mkdir(parents=True)
    shutil.copy(settings.published_file, copied.published_file)
    return copied


def page_of(settings: Settings, key: str, language: str = "nl", limit: int | None = None) -> str:
    """Return the page of a printed number as text, a line per sentence."""
    return text_of(explain_count(settings, key, limit, language))


def keys_of(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[str]:
    """Return the first column of a query."""
    return [row[0] for row in connection.execute(query, list(values)).fetchall()]
