"""The nightly run end to end, on deliveries small enough to count by hand.

Border: single steps are tested beside the modules that take them.
"""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines.console import RunWatch, StaalkaartError, watching
from pipelines.nightly import run_nightly
from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.warehouse.lock import warehouse_lock
from tests.integration.small_world import (
    OFFERINGS,
    national_number,
    offering,
    write,
    write_small_world,
)

pytestmark = pytest.mark.integration
COUNT = """
    select cast(lower as integer), cast(upper as integer) from counts
    where measure = ? and definition = ? and academic_year = '2023-2024' and institution_id = ?
        and split = ? and split_value = ? and second_split is null
"""


def run(settings: Settings) -> int:
    return run_nightly(settings, is_quiet=True)


def staalkaart(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def count(settings: Settings, *cell: str) -> tuple[int | None, int | None]:
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        (found,) = reader.execute(COUNT, list(cell)).fetchall()
    return found


@pytest.fixture(scope="module", autouse=True)
def key() -> Iterator[None]:
    """A pseudonym key, as an installation with real deliveries has one."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
        yield


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, key: None) -> Settings:
    """The small world, published once for this module."""
    folder = tmp_path_factory.mktemp("world")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    write_small_world(settings.raw_dir)
    assert run(settings) == 0
    return settings


@pytest.fixture
def world(published: Settings, tmp_path: Path) -> Settings:
    """A copy of the published small world that a test may change."""
    shutil.copytree(published.raw_dir, tmp_path / "raw")
    shutil.copytree(published.data_dir, tmp_path / "data")
    return Settings(raw_dir=tmp_path / "raw", data_dir=tmp_path / "data")


def test_the_numbers_are_those_counted_by_hand(published: Settings) -> None:
    assert count(published, "offerings", "label", "*", "none", "all") == (2, None)
    assert count(published, "offerings", "label", "ucll", "none", "all") == (1, 1)
    assert count(published, "offerings", "label", "odisee", "type", "1") == (1, None)
    assert count(published, "learners", "label", "ucll", "none", "all") == (16, 16)
    assert count(published, "learners", "label", "ucll", "working_status", "working") == (13, 13)
    assert count(published, "learners", "minister", "*", "working_status", "job_seeking") == (3, 3)
    assert count(published, "credits_taken", "minister", "ucll", "none", "all") == (96, 96)


def test_the_answer_rounds_learners_by_working_status(published: Settings) -> None:
    table = published.answers_dir / "223" / "tabellen" / "2b-naar-werkstatus-eigen-benaming.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Academiejaar"]: row for row in csv.DictReader(file, delimiter=";")}
    row = rows["2023–2024"]  # noqa: RUF001 - the answer prints years with an en dash
    not_working = [shown for heading, shown in row.items() if heading.startswith("werkt niet")]
    assert (row["werkt"], not_working) == ("15", ["<5", "<5"])


def test_every_published_table_and_column_is_described(published: Settings) -> None:
    with duckdb.connect(str(published.published_file), read_only=True) as reader:
        without = reader.execute(
            "select table_name, null from duckdb_tables() where comment is null union all"
            " select view_name, null from duckdb_views() where comment is null and not internal"
            " union all select table_name, column_name from duckdb_columns()"
            " where comment is null and not internal"
        ).fetchall()
    assert without == []


def test_the_published_file_reads_nothing_but_itself(published: Settings) -> None:
    with duckdb.connect(str(published.published_file), read_only=True) as reader:
        reader.execute("set enable_external_access = false")
        views = reader.execute(
            "select view_name from duckdb_views() where not internal order by 1"
        ).fetchall()
        for (view,) in views:
            reader.execute(f"select count(*) from {view}")
    assert views == [("enrolment_verdicts",)]


def test_no_national_number_is_left_outside_the_raw_folder(published: Settings) -> None:
    numbers = [national_number(n).encode() for n in range(1, 17)]
    leaks = [
        str(file)
        for file in published.data_dir.rglob("*")
        if file.is_file() and any(number in file.read_bytes() for number in numbers)
    ]
    assert leaks == []


def test_a_second_run_with_nothing_new_builds_nothing(world: Settings) -> None:
    before = (world.published_file.stat().st_mtime_ns, world.published_file.read_bytes())
    answer = (world.answers_dir / "223" / "antwoord.json").stat().st_mtime_ns
    # The copy has other modification times, so files are hashed again but none is read again.
    world.build_file.unlink()
    with watching(RunWatch()) as watch:
        assert run(world) == 0
    assert not watch.checks
    assert not world.build_file.exists()
    assert (world.published_file.stat().st_mtime_ns, world.published_file.read_bytes()) == before
    assert (world.answers_dir / "223" / "antwoord.json").stat().st_mtime_ns == answer
    assert '"outcome": "unchanged"' in world.status_file.read_text(encoding="utf-8")


def test_a_bad_file_and_a_stranger_do_not_stop_the_others(world: Settings) -> None:
    write(world.raw_dir, "ucll", "aanbod_extra_2023-2024.csv", "kolom_a;kolom_b", ["1;2"])
    (world.raw_dir / "odisee" / "2024-11-04" / "odisee_programs_2022.json").write_text("[{")
    write(world.raw_dir, "nergens", "aanbod_2023-2024.csv", OFFERINGS, [offering("MC-7")])
    write(world.raw_dir, "vub", "aanbod_2023-2024.csv", "", [])
    shown = staalkaart("run", "--raw", str(world.raw_dir), "--data", str(world.data_dir))
    assert shown.returncode == 3, shown.stdout + shown.stderr
    assert "Traceback" not in shown.stdout + shown.stderr
    assert "nergens" in shown.stdout
    assert "odisee_programs_2022.json" in shown.stdout
    assert "Antwoord op vraag 223" in shown.stdout
    assert count(world, "learners", "label", "ucll", "none", "all")[0] == 16
    with duckdb.connect(str(world.published_file), read_only=True) as reader:
        refused = reader.execute(
            "select institution_id from deliveries where status = 'refused' order by all"
        ).fetchall()
    assert {row[0] for row in refused} >= {"nergens", "odisee", "ucll", "vub"}
    assert run(world) == 3  # nothing new, and the refused files are still there


def test_a_failed_gate_leaves_yesterdays_file_byte_for_byte(
    world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.published_file.read_bytes()
    suites = tmp_path / "expectations"
    suites.mkdir()
    impossible = {
        "type": "expect_table_row_count_to_equal",
        "kwargs": {"value": 1},
        "severity": "critical",
        "meta": {"table": "counts", "subject": "onmogelijk"},
        "notes": {"nl": "Kan niet.", "en": "Cannot be."},
    }
    suite = {"name": "counts", "meta": {"description": "x"}, "expectations": [impossible]}
    (suites / "counts.yml").write_text(yaml.safe_dump(suite), encoding="utf-8")
    monkeypatch.setattr(Settings, "expectations_dir", suites)
    write(world.raw_dir, "ucll", "aanbod_later_2023-2024.csv", OFFERINGS, [offering("MC-2")])
    with pytest.raises(StaalkaartError, match="counts: onmogelijk") as refusal:
        run(world)
    assert refusal.value.exit_code == 1
    assert world.published_file.read_bytes() == before
    assert '"outcome": "gate_failed"' in world.status_file.read_text(encoding="utf-8")


def test_a_run_that_meets_the_lock_says_who_holds_it(world: Settings) -> None:
    with warehouse_lock(world, "de test"):
        shown = staalkaart("run", "--raw", str(world.raw_dir), "--data", str(world.data_dir))
    assert shown.returncode == 2, shown.stdout + shown.stderr
    assert f"de test (proces {os.getpid()}) sinds" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_synthetic_and_real_deliveries_are_never_mixed(world: Settings) -> None:
    (world.raw_dir / "SYNTHETISCH").touch()
    with pytest.raises(StaalkaartError, match="--data") as refusal:
        run(world)
    assert refusal.value.exit_code == 2


def test_without_a_key_no_row_about_people_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAALKAART_KEY")
    write_small_world(tmp_path / "raw")
    settings = Settings(raw_dir=tmp_path / "raw", data_dir=tmp_path / "data")
    with pytest.raises(StaalkaartError, match="STAALKAART_KEY") as refusal:
        run(settings)
    assert refusal.value.exit_code == 2
    assert not list(settings.data_dir.rglob("*.parquet"))


def test_a_missing_raw_folder_is_a_usage_error(settings: Settings) -> None:
    shown = staalkaart(
        "run", "--raw", str(settings.raw_dir / "none"), "--data", str(settings.data_dir)
    )
    assert shown.returncode == 2
    assert shown.stderr.startswith("Fout: De map met leveringen")


def test_the_job_of_the_interface_is_the_job_of_the_command_line(published: Settings) -> None:
    from pipelines.definitions import build_definitions

    definitions = build_definitions(published)
    keys = {key.to_user_string() for key in definitions.resolve_all_asset_keys()}
    assert {"ucll", "department", "delivered_data", "counts", "published_warehouse"} <= keys
    assert "answers" in keys
    nightly = definitions.resolve_job_def("nightly")
    assert nightly.executor_def.name == "in_process"
    (schedule,) = definitions.schedules or []
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Europe/Brussels")


def test_an_empty_raw_folder_publishes_empty_tables_and_no_answer(settings: Settings) -> None:
    assert run(settings) == 0
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        assert reader.execute("select count(*) from counts").fetchall() == [(0,)]
        assert reader.execute("select count(*) from institutions").fetchall() == [(18,)]
    assert not (settings.answers_dir / "223").exists()
    answer = staalkaart("answer", "223", "--data", str(settings.data_dir))
    assert answer.returncode == 2
    assert "geen enkele levering" in answer.stdout + answer.stderr
