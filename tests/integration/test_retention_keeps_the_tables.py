"""After raw deliveries were removed, the warehouse that is built again has the same tables."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.nightly import run_nightly
from pipelines.operations.retention import retention
from pipelines.settings import Settings
from tests.integration.small_world import write_small_world

pytestmark = pytest.mark.integration
CLOCKS = {"built_at", "checked_at"}


@pytest.fixture(autouse=True)
def key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
        yield


def tables(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Return every published table without its clocks, in a fixed order."""
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        columns = reader.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
            " order by table_name, column_index"
        ).fetchall()
        listed: dict[str, list[str]] = {}
        for table, column in columns:
            if column not in CLOCKS:
                listed.setdefault(table, []).append(f'"{column}"')
        return {
            table: reader.execute(f"select {', '.join(names)} from {table} order by all").fetchall()
            for table, names in listed.items()
        }


def test_the_same_deliveries_give_the_same_tables_without_their_files(tmp_path: Path) -> None:
    settings = Settings(raw_dir=tmp_path / "raw", data_dir=tmp_path / "data")
    write_small_world(settings.raw_dir)
    assert run_nightly(settings, is_quiet=True) == 0
    before = tables(settings)
    removed = retention(settings, is_applied=True).removed
    assert [one.path.name for one in removed] == ["inschrijvingen_2023-2024.csv"]
    settings.published_file.unlink()
    assert run_nightly(settings, is_quiet=True) == 0
    assert tables(settings) == before
    assert ("missing",) not in [
        row for row in before["coverage"] if row[0] == "ucll" and "enrolments" in row
    ]
