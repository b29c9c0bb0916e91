"""Publishing: what is refused, and that readers never see half a file.

Border: what the tables must hold is the gate's business.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse import publish as publishing
from pipelines.warehouse.publish import RefusedBuildError, publish


@pytest.fixture
def change(small_build: Path, write_checks: Callable[..., None]) -> Callable[..., None]:
    """Replace what the gate found in the small build."""

    def changed(**check: object) -> None:
        with duckdb.connect(str(small_build)) as connection:
            write_checks(connection, **check)

    return changed


def test_the_main_schema_travels_with_its_comments_and_its_view(
    settings: Settings, small_build: Path
) -> None:
    row_counts = publish(small_build, settings.published_file)
    assert row_counts == {"build": 1, "check_results": 1, "counts": 3, "nothing_yet": 0}
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        tables = reader.execute(
            "select schema_name, table_name, comment from duckdb_tables() order by all"
        ).fetchall()
        columns = reader.execute(
            "select comment from duckdb_columns() where table_name = 'counts'"
            " and column_name = 'lower'"
        ).fetchall()
        view = reader.execute("select * from enrolment_verdicts order by all").fetchall()
    assert {row[0] for row in tables} == {"main"}
    assert ("main", "counts", "Eén rij per cel | One row per cell") in tables
    assert columns == [("Ondergrens | Lower bound",)]
    assert [row[0] for row in view] == ["a", "b", "c"]
    assert {file.name for file in settings.warehouse_dir.iterdir()} == {
        "build.duckdb",
        "generations",
        "staalkaart.duckdb",
    }


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ({"success": False}, "hield tegen op counts: alles"),
        ({"success": False, "could_not_run": True}, "kon niet lopen"),
        ({"success": False, "could_not_run": True, "severity": "warning"}, "kon niet lopen"),
        ({"landing_hash": "b" * 64}, "niet gecontroleerd"),
    ],
)
def test_a_build_the_gate_did_not_let_through_is_refused(
    settings: Settings,
    small_build: Path,
    change: Callable[..., None],
    check: dict[str, object],
    message: str,
) -> None:
    publish(small_build, settings.published_file)
    before = settings.published_file.read_bytes()
    change(**check)
    with pytest.raises(RefusedBuildError, match=message) as refusal:
        publish(small_build, settings.published_file)
    assert refusal.value.exit_code == 1
    assert settings.published_file.read_bytes() == before


def test_a_failed_warning_is_published(
    settings: Settings, small_build: Path, change: Callable[..., None]
) -> None:
    change(success=False, severity="warning")
    assert publish(small_build, settings.published_file)["counts"] == 3


@pytest.mark.parametrize("missing", ["check_results", "build"])
def test_an_unchecked_build_is_refused(settings: Settings, small_build: Path, missing: str) -> None:
    with duckdb.connect(str(small_build)) as connection:
        connection.execute(f"drop table {missing}")
    with pytest.raises(RefusedBuildError, match="niet door de poort"):
        publish(small_build, settings.published_file)
    assert not settings.published_file.exists()


def test_a_reader_of_the_old_file_keeps_reading_it(settings: Settings, small_build: Path) -> None:
    publish(small_build, settings.published_file)
    reader = duckdb.connect(str(settings.published_file), read_only=True)
    with duckdb.connect(str(small_build)) as connection:
        connection.execute("insert into counts values ('d', 35, null)")
    publish(small_build, settings.published_file)
    assert reader.execute("select count(*) from counts").fetchall() == [(3,)]
    reader.close()
    with duckdb.connect(str(settings.published_file), read_only=True) as later:
        assert later.execute("select count(*) from counts").fetchall() == [(4,)]


def test_an_interrupted_publish_leaves_yesterdays_file_and_is_cleaned_up(
    settings: Settings, small_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(small_build, settings.published_file)
    before = settings.published_file.read_bytes()

    def interrupted(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "flush", interrupted)
    with pytest.raises(OSError, match="No space"):
        publish(small_build, settings.published_file)
    assert settings.published_file.read_bytes() == before
    assert len(list(settings.warehouse_dir.glob("*.tmp"))) == 1
    monkeypatch.undo()
    publish(small_build, settings.published_file)
    assert list(settings.warehouse_dir.glob("*.tmp")) == []


def test_the_file_has_a_storage_version_that_duckdb_1_clients_open(
    settings: Settings, small_build: Path
) -> None:
    publish(small_build, settings.published_file)
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        tags = reader.execute(
            "select tags from duckdb_databases() where database_name = 'staalkaart'"
        ).fetchall()
    assert "v1.4" in str(tags)
