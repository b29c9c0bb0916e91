"""Dated copies: whole, checked, described, and removed by the rule only.

Border: which builds may be published is tested in ``test_publish.py``.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.settings import Settings
from pipelines.warehouse import publish as publishing
from pipelines.warehouse.generations import (
    Generation,
    RetentionRule,
    generations,
    kept_generations,
    retention_rule,
)
from pipelines.warehouse.publish import publish, remove_leftovers

RULE = RetentionRule(keep_all_days=14, keep_last_of_month_months=24, keep_last_of_year=True)


@pytest.fixture
def copy(settings: Settings, small_build: Path) -> Generation:
    """The dated copy of a small published build."""
    publish(small_build, settings.published_file)
    (found,) = generations(settings.published_file)
    return found


def test_a_copy_is_named_after_its_build_and_costs_no_space(
    settings: Settings, copy: Generation
) -> None:
    assert copy.folder.name == "2024-01-01T000000Z"
    assert copy.file.samefile(settings.published_file)


def test_the_parquet_files_hold_the_published_tables_cell_for_cell(copy: Generation) -> None:
    with duckdb.connect(str(copy.file), read_only=True) as published:
        for name in ("counts", "nothing_yet", "build", "check_results"):
            parquet = copy.folder / "parquet" / f"{name}.parquet"
            theirs = duckdb.sql(f"select * from '{parquet}'").fetchall()
            assert theirs == published.execute(f"select * from {name}").fetchall(), name


def test_the_data_package_describes_every_file_with_size_hash_and_comments(
    copy: Generation,
) -> None:
    package = json.loads((copy.folder / "datapackage.json").read_text("utf-8"))
    assert package["isSynthetic"] is True
    assert "SYNTHETISCHE GEGEVENS" in package["description"]
    assert [one["name"] for one in package["resources"]] == [
        *("build", "check_results", "counts", "nothing_yet")
    ]
    for resource in package["resources"]:
        content = (copy.folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    counts = package["resources"][2]
    assert counts["description"] == "Eén rij per cel | One row per cell"
    assert [(field["name"], field["type"]) for field in counts["schema"]["fields"]] == [
        *(("count_key", "string"), ("lower", "number"), ("upper", "number"))
    ]
    assert counts["schema"]["fields"][1]["description"] == "Ondergrens | Lower bound"


def test_the_checksums_cover_every_other_file(copy: Generation) -> None:
    listed = dict(
        reversed(line.split("  "))
        for line in (copy.folder / "SHA256SUMS").read_text("utf-8").splitlines()
    )
    there = {
        path.relative_to(copy.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in copy.folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert listed == there


def test_two_publications_of_one_second_are_two_copies(
    settings: Settings, small_build: Path, copy: Generation
) -> None:
    publish(small_build, settings.published_file)
    names = [one.folder.name for one in generations(settings.published_file)]
    assert names == [copy.folder.name, f"{copy.folder.name}_001"]
    assert not copy.file.samefile(settings.published_file)


@pytest.mark.parametrize("is_replaced", [True, False])
def test_what_an_interruption_left_is_finished_or_removed(
    settings: Settings,
    small_build: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_replaced: bool,
) -> None:
    def interrupted(*_: object) -> None:
        raise OSError(28, "No space left on device")

    stage = "finish_generation" if is_replaced else "prepare_generation"
    real = getattr(publishing, stage)

    def half(*given: Path) -> None:
        if not is_replaced:
            real(*given)
        interrupted()

    monkeypatch.setattr(publishing, stage, half)
    with pytest.raises(OSError, match="space"):
        publish(small_build, settings.published_file)
    assert settings.published_file.exists() == is_replaced
    assert generations(settings.published_file) == []
    remove_leftovers(settings.published_file)
    found = generations(settings.published_file)
    assert len(found) == is_replaced
    assert list(settings.warehouse_dir.glob("**/*.part")) == []


def publish_on(settings: Settings, small_build: Path, day: datetime) -> None:
    with duckdb.connect(str(small_build)) as connection:
        connection.execute("update main.build set built_at = $day", {"day": day})
    publish(small_build, settings.published_file)


def test_a_clock_that_was_set_back_publishes_and_keeps_its_copy(
    settings: Settings, small_build: Path
) -> None:
    newest = datetime(2026, 11, 28, 2, tzinfo=UTC)
    for day in (newest, newest - timedelta(days=40), newest - timedelta(days=41)):
        publish_on(settings, small_build, day)
    dates = [one.built_at.date().isoformat() for one in generations(settings.published_file)]
    assert dates == ["2026-10-18", "2026-10-19", "2026-11-28"]
    (current,) = [
        one
        for one in generations(settings.published_file)
        if one.file.samefile(settings.published_file)
    ]
    assert current.built_at == newest - timedelta(days=41)


def test_a_clock_that_is_years_ahead_removes_three_copies_at_most(
    settings: Settings, small_build: Path
) -> None:
    newest = datetime(2026, 11, 28, 2, tzinfo=UTC)
    for days in range(6, -1, -1):
        publish_on(settings, small_build, newest - timedelta(days=days))
    publish_on(settings, small_build, newest.replace(year=2099))
    dates = [one.built_at.date().isoformat() for one in generations(settings.published_file)]
    assert dates == ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2099-11-28"]


def made_on(day: datetime) -> Generation:
    return Generation(Path(f"{day:%Y-%m-%dT%H%M%SZ}"), day)


def test_the_shipped_rule_is_the_one_that_is_tested() -> None:
    assert retention_rule() == RULE


def test_old_copies_thin_out_to_one_a_month_and_one_a_year() -> None:
    newest = datetime(2026, 11, 28, 2, tzinfo=UTC)
    nightly = [made_on(newest - timedelta(days=days)) for days in range(1500)]
    kept = sorted(one.built_at.date().isoformat() for one in kept_generations(nightly, RULE))
    assert len([day for day in kept if day >= "2026-11-14"]) == 15
    assert [day for day in kept if "2026-08" <= day < "2026-11"] == [
        *("2026-08-31", "2026-09-30", "2026-10-31")
    ]
    assert [day for day in kept if day < "2024-11"] == ["2022-12-31", "2023-12-31"]


@given(
    st.lists(st.integers(0, 4000), min_size=1, unique=True),
    st.integers(0, 30),
    st.integers(0, 36),
    st.booleans(),
)
def test_the_newest_copy_always_stays_and_applying_the_rule_twice_changes_nothing(
    days: list[int], keep_days: int, months: int, years: bool
) -> None:
    rule = RetentionRule(
        keep_all_days=keep_days, keep_last_of_month_months=months, keep_last_of_year=years
    )
    found = [made_on(datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=one)) for one in days]
    kept = kept_generations(found, rule)
    assert max(found, key=lambda one: one.built_at) in kept
    assert kept_generations(kept, rule) == kept
