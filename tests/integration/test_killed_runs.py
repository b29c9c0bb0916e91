"""Whole runs killed while landing, while building and while publishing, and a restore from landing.

Border: hundreds of kills of a light process stand in ``tests/crashes``.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.deliveries.ledger import read_ledger
from pipelines.interface import open_instance
from pipelines.nightly import run_nightly
from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.warehouse.generations import generations
from pipelines.warehouse.rebuild import compare
from tests.integration.small_world import OFFERINGS, offering, write, write_small_world

pytestmark = pytest.mark.integration
# Where each run is killed: as soon as something of this name is there that was not before.
MOMENTS = {
    "landing": "landing/offerings/*",
    "building": "warehouse/build.duckdb",
    "publishing": "warehouse/staalkaart.duckdb.*.tmp",
}


@pytest.fixture(scope="module", autouse=True)
def key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
        yield


def kill_when_there(settings: Settings, pattern: str) -> None:
    """Start a run and kill it with its children as soon as a file is there."""
    program = "from pipelines.cli import main; main()"
    folders = ["--raw", str(settings.raw_dir), "--data", str(settings.data_dir)]
    before = set(settings.data_dir.glob(pattern))
    process = subprocess.Popen(
        [sys.executable, "-c", program, "run", "--quiet", *folders],
        cwd=PROJECT_ROOT,
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not set(settings.data_dir.glob(pattern)) - before:
        time.sleep(0.001)
    assert process.poll() is None, "the run ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A published small world whose next three nights are killed, one moment later each time."""
    folder = tmp_path_factory.mktemp("killed")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    write_small_world(settings.raw_dir)
    assert run_nightly(settings, is_quiet=True) == 0
    yesterday = settings.published_file.read_bytes()
    for night, (moment, pattern) in enumerate(MOMENTS.items(), start=2):
        known = set(read_ledger(settings.landing_dir).deliveries)
        name = f"aanbod_{moment}_2023-2024.csv"
        changed = offering("MC-1").replace("Zorgtechnologie", f"Zorgtechnologie {night}")
        write(settings.raw_dir, "ucll", name, OFFERINGS, [changed])
        settings.build_file.unlink(missing_ok=True)
        kill_when_there(settings, pattern)
        assert settings.published_file.read_bytes() == yesterday, moment
        assert known <= set(read_ledger(settings.landing_dir).deliveries), moment
        assert len(generations(settings.published_file)) == 1, moment
    return settings


def test_the_night_after_three_killed_runs_publishes_and_leaves_nothing_half_done(
    world: Settings,
) -> None:
    assert run_nightly(world, is_quiet=True) == 0
    assert len(read_ledger(world.landing_dir).deliveries) == 3 + len(MOMENTS)
    assert len(generations(world.published_file)) == 2
    half = [file for file in world.data_dir.rglob("*") if ".part" in file.name]
    assert [*half, *world.warehouse_dir.glob("*.tmp*")] == []
    with open_instance(world) as instance:
        states = sorted(run.status.value for run in instance.get_runs())
    finished = [dg.DagsterRunStatus.FAILURE] * 3 + [dg.DagsterRunStatus.SUCCESS] * 2
    assert states == [status.value for status in finished]


def test_an_empty_machine_is_restored_from_the_landing_alone(
    world: Settings, tmp_path: Path
) -> None:
    restored = Settings(raw_dir=world.raw_dir, data_dir=tmp_path)
    shutil.copytree(world.landing_dir, restored.landing_dir)
    landed = {file: file.read_bytes() for file in restored.landing_dir.rglob("*.parquet")}
    assert run_nightly(restored, is_quiet=True) == 0
    assert {file: file.read_bytes() for file in restored.landing_dir.rglob("*.parquet")} == landed
    newest = generations(world.published_file)[-1]
    compared = compare(newest, restored.published_file)
    assert {"counts", "enrolments", "offerings", "deliveries"} <= {one.table for one in compared}
    assert [one.table for one in compared if not one.is_equal] == []
