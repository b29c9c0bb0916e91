"""The nightly run with the models built by another program: gate, publication and answers as ever.

What is started in Spark's place hands out the tables that DuckDB made, so that Java is not needed;
that Spark makes the same tables is what ``make test-spark`` shows.

Border: taking over a single table is tested in ``tests/unit/scale_out``.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.console import StaalkaartError
from pipelines.nightly import run_nightly
from pipelines.scale_out.comparison import compare, unique_keys
from pipelines.settings import Settings
from pipelines.warehouse.models import ensure_manifest
from tests.integration.small_world import national_number, write_small_world
from tests.spark.parity import answer_files, different_answers

pytestmark = pytest.mark.integration
KEY = "een sleutel alleen voor deze test gebruikt"


@pytest.fixture(scope="module")
def by_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The small world, landed, built and published by DuckDB."""
    folder = tmp_path_factory.mktemp("world")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    write_small_world(settings.raw_dir)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STAALKAART_KEY", KEY)
        assert run_nightly(settings, is_quiet=True) == 0
        yield settings


@pytest.fixture
def on_spark(
    by_duckdb: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Settings:
    """The same landing in a folder of its own, nothing published; the engine ends as asked."""
    shutil.copytree(by_duckdb.landing_dir, tmp_path / "data" / "landing")
    (tmp_path / "source").mkdir()
    published = tmp_path / "source" / "staalkaart.duckdb"
    shutil.copy(by_duckdb.published_file, published)
    program = ["-m", "tests.integration.pretended_spark", str(published), request.param]
    monkeypatch.setenv("STAALKAART_ENGINE", "spark")
    monkeypatch.setenv("STAALKAART_SPARK_COMMAND", " ".join([sys.executable, *program]))
    return replace(by_duckdb, data_dir=tmp_path / "data", engine="spark")


@pytest.mark.parametrize("on_spark", ["well"], indirect=True)
def test_what_is_published_and_answered_is_the_same(
    on_spark: Settings, by_duckdb: Settings, tmp_path: Path
) -> None:
    assert run_nightly(on_spark, is_quiet=True) == 0
    keys = unique_keys(ensure_manifest(on_spark))
    tables = list(compare(by_duckdb.published_file, on_spark.published_file, keys))
    assert {"counts", "enrolment_verdicts", "check_results", "splits", "build"} <= {
        table.table for table in tables
    }
    assert [one for table in tables for one in table.differences] == []
    assert answer_files(on_spark)
    assert different_answers(by_duckdb, on_spark) == []
    # What Spark was handed and made is gone; its secrets it never had.
    assert not list(on_spark.spark_dir.iterdir())
    seen = json.loads((tmp_path / "source" / "environment.json").read_text())
    assert not [name for name, text in seen.items() if KEY in text]
    assert seen["PATH"] == os.environ["PATH"]


@pytest.mark.parametrize(
    ("on_spark", "told"),
    [
        ("failed", "counts (overflow)"),
        ("silent", "exit 137; het laatste wat het zei is: java.lang.OutOfMemoryError"),
        ("torn", "het kwam niet tot het einde, exit 0"),
        ("ended", "het commando eindigde met exit 1"),
        ("incomplete", "1 modellen of tests zijn niet gebouwd: model.staalkaart.counts"),
        ("skipped", "1 modellen of tests zijn niet gebouwd: model.staalkaart.counts"),
        ("without", "tabel counts is er niet"),
        ("fewer", "van tabel counts schreef het"),
    ],
    indirect=["on_spark"],
)
def test_a_build_that_went_wrong_publishes_nothing_and_says_what(
    on_spark: Settings, told: str
) -> None:
    with pytest.raises(StaalkaartError) as ended:
        run_nightly(on_spark, is_quiet=True)
    assert ended.value.exit_code == 1
    assert told in str(ended.value)
    assert not on_spark.published_file.exists()
    numbers = [national_number(n).encode() for n in range(1, 17)]
    left = [file for file in on_spark.data_dir.rglob("*") if file.is_file()]
    assert not [file for file in left if any(number in file.read_bytes() for number in numbers)]


@pytest.mark.parametrize("on_spark", ["without"], indirect=True)
def test_a_night_by_duckdb_follows_one_on_spark_that_failed(
    on_spark: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StaalkaartError):
        run_nightly(on_spark, is_quiet=True)
    monkeypatch.delenv("STAALKAART_ENGINE")
    assert run_nightly(on_spark, is_quiet=True) == 0


def test_an_unknown_engine_ends_a_run_before_anything_is_read(
    by_duckdb: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAALKAART_ENGINE", "sprak")
    elsewhere = replace(by_duckdb, data_dir=tmp_path / "data")
    with pytest.raises(StaalkaartError, match="'sprak'; toegelaten zijn duckdb en spark") as told:
        run_nightly(elsewhere, is_quiet=True)
    assert told.value.exit_code == 2
    assert not elsewhere.landing_dir.exists()
