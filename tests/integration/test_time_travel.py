"""What was published on a past date can be made again, cell for cell.

Border: which dated copies are kept is tested beside ``generations.py``.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.console import StaalkaartError
from pipelines.nightly import run_nightly
from pipelines.settings import Settings
from pipelines.warehouse import rebuild as rebuilding
from pipelines.warehouse.datapackage import PARQUET_FOLDER
from pipelines.warehouse.generations import Generation, generations
from pipelines.warehouse.rebuild import CLOCK_COLUMNS, rebuild
from tests.integration.small_world import OFFERINGS, offering, write_small_world

pytestmark = pytest.mark.integration
# The small world is delivered on one day; a year later one institution corrects and adds.
FIRST_DAY = date(2024, 11, 4)
LATER = "2025-11-03"
# Which date was asked for is no part of what was known then.
ASKED = {("build", "as_of_requested")}


@pytest.fixture(scope="module", autouse=True)
def key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
        yield


@pytest.fixture(scope="module")
def twice_published(tmp_path_factory: pytest.TempPathFactory, key: None) -> Settings:
    """A small world, published, and published again after a correction and a broken file."""
    folder = tmp_path_factory.mktemp("world")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    write_small_world(settings.raw_dir)
    assert run_nightly(settings, is_quiet=True) == 0
    folder = settings.raw_dir / "ucll" / LATER
    folder.mkdir()
    lines = [OFFERINGS, offering("MC-1").replace("6;ects", "4;ects"), offering("MC-2"), ""]
    (folder / "aanbod_2023-2024.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "inschrijvingen_2023-2024.csv").write_text("kapot", encoding="utf-8")
    assert run_nightly(settings, is_quiet=True) == 3
    return settings


def differences(generation: Generation, published_file: Path) -> dict[str, int]:
    """Return the tables of a dated copy that are not in a published file cell for cell."""
    found = {}
    with duckdb.connect(str(published_file), read_only=True) as connection:
        for file in sorted((generation.folder / PARQUET_FOLDER).glob("*.parquet")):
            columns = ", ".join(
                row[0]
                for row in connection.execute(f"describe {file.stem}").fetchall()
                if (file.stem, row[0]) not in CLOCK_COLUMNS | ASKED
            )
            there = f"select {columns} from '{file}'"
            here = f"select {columns} from {file.stem}"
            ((count,),) = connection.execute(
                f"select count(*) from (({there} except all {here}) union all"
                f" ({here} except all {there}))"
            ).fetchall()
            if count:
                found[file.stem] = count
    return found


def test_the_second_publication_differs_from_the_first(twice_published: Settings) -> None:
    first, _ = generations(twice_published.published_file)
    changed = differences(first, twice_published.published_file)
    assert {"offerings", "deliveries", "counts", "build"} <= set(changed)


def test_a_past_date_gives_the_stored_tables_cell_for_cell(
    twice_published: Settings, tmp_path: Path
) -> None:
    first, _ = generations(twice_published.published_file)
    then = replace(twice_published, data_dir=tmp_path / "then", as_of=FIRST_DAY)
    assert run_nightly(then, is_quiet=True) == 3  # the broken file is still broken
    assert differences(first, then.published_file) == {}


def test_a_dated_copy_is_rebuilt_from_the_landing(twice_published: Settings) -> None:
    first, _ = generations(twice_published.published_file)
    compared = rebuild(twice_published, first.folder.name)
    assert [one.table for one in compared if not one.is_equal] == []
    assert {"counts", "enrolments", "deliveries", "build"} <= {one.table for one in compared}
    assert not list(twice_published.data_dir.glob(".rebuild-*"))


def test_a_cell_that_was_changed_since_is_found(twice_published: Settings, tmp_path: Path) -> None:
    _, newest = generations(twice_published.published_file)
    changed = tmp_path / PARQUET_FOLDER / "counts.parquet"
    changed.parent.mkdir()
    file = newest.folder / PARQUET_FOLDER / "counts.parquet"
    least = f"select min(count_key) from '{file}' where lower is not null"
    duckdb.sql(
        f"copy (select * replace (lower + (count_key = ({least}))::int as lower) from '{file}')"
        f" to '{changed}'"
    )
    spoiled = Generation(tmp_path, newest.built_at)
    (counts,) = rebuilding.compare(spoiled, twice_published.published_file)
    assert (counts.only_stored, counts.only_rebuilt) == (1, 1)


def test_another_code_version_and_an_unknown_copy_are_told(
    twice_published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StaalkaartError, match="Er is geen gedateerde kopie 1999") as unknown:
        rebuild(twice_published, "1999")
    assert unknown.value.exit_code == 2
    monkeypatch.setattr(rebuilding, "code_version", lambda _: "0.0.0+other")
    with pytest.raises(StaalkaartError, match=r"dit is 0\.0\.0\+other"):
        rebuild(twice_published, None)
