"""kill -9 while landing and publishing: nothing acknowledged is lost, nothing is half published.

``STAALKAART_KILLS`` says how many processes are killed; ``make faults`` asks for two hundred.
"""

import hashlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from pipelines.deliveries.landing import landed_path
from pipelines.deliveries.ledger import read_ledger
from pipelines.settings import Settings
from pipelines.warehouse.generations import generations
from tests.crashes.light_process import (
    land,
    publish_version,
    put_version,
    started,
    told_by,
    version_in,
)
from tests.unit.deliveries.drop_folder import ENROLMENT_HEADER, enrolment

KILLS = int(os.environ.get("STAALKAART_KILLS", "20"))
# Kills of each kind of work that come at a moment of their own, not before a step.
AT_RANDOM = 0.2
ROWS = 3
MOMENTS = random.Random(223)  # noqa: S311 (moments of a test)


@dataclass
class Survived:
    """What was killed where, for the line that says so."""

    steps: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Return how many were killed, and at what kind of step."""
        where = ", ".join(f"{name} {count}" for name, count in sorted(self.steps.items()))
        return f"{sum(self.steps.values())} kills survived: {where}"


def kill_points(steps: list[str], kills: int) -> list[int | None]:
    """Return before which step each kill comes (from 1): each kind once, the rest spread evenly.

    None stands for any moment.
    """
    named = kills - round(kills * AT_RANDOM)
    kinds = {step.split()[0]: place for place, step in enumerate(steps, start=1)}
    points = list(kinds.values())[:named]
    rest = named - len(points)
    points += [1 + index * len(steps) // rest for index in range(rest)]
    return [*points, *[None] * (kills - named)]


def steps_of(work: Callable[..., None], *given: object) -> tuple[list[str], float]:
    """Return the steps of a process that is not killed, and how long it took."""
    with started(work, *given) as (child, connection):
        begun = time.monotonic()
        said = told_by(child, connection)
        assert child.exitcode == 0
    return [what for kind, what in said if kind == "step"], time.monotonic() - begun


def killed(
    survived: Survived,
    steps: list[str],
    point: int | None,
    seconds: float,
    work: Callable[..., None],
    *given: object,
) -> list[tuple[str, str]]:
    """Run a process and kill it; return what it told before.

    A process that ends before its moment was not killed and is not counted.
    """
    with started(work, *given[:1], point or 10**9, *given[1:]) as (child, connection):
        if point is None:
            time.sleep(MOMENTS.uniform(0, seconds))
            child.kill()
        said = told_by(child, connection)
        if child.exitcode == -signal.SIGKILL:
            survived.steps["any moment" if point is None else steps[point - 1].split()[0]] += 1
        else:
            assert child.exitcode == 0
    return said


def assert_landing_is_whole(settings: Settings, acknowledged: set[str]) -> None:
    """Every acknowledged delivery is in the ledger with its rows, and every landed file opens."""
    ledger = read_ledger(settings.landing_dir)
    assert acknowledged <= set(ledger.deliveries)
    for name, delivery in ledger.deliveries.items():
        for part in delivery.parts:
            landed = pl.read_parquet(landed_path(settings.landing_dir, part.kind, name))
            assert landed.height == part.rows_accepted == ROWS
    for file in settings.landing_dir.rglob("*.parquet"):
        if not file.name.startswith("."):
            pl.read_parquet(file)


def deliver(settings: Settings, night: int) -> None:
    """Put one more delivery of ugent in the raw folder, left alone for long."""
    folder = settings.raw_dir / "ugent" / f"2024-{1 + night // 28:02d}-{1 + night % 28:02d}"
    folder.mkdir(parents=True)
    rows = [enrolment(ROWS * night + one) for one in range(ROWS)]
    file = folder / "inschrijvingen.csv"
    file.write_text("\n".join([ENROLMENT_HEADER, *rows, ""]), encoding="utf-8")
    os.utime(file, (1, 1))


def hidden(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if ".part" in file.name or ".tmp" in file.name]


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Iterator[Survived]:
    survived = Survived()
    yield survived
    with capsys.disabled():
        os.write(2, f"\n{survived}\n".encode())


def test_no_acknowledged_delivery_is_lost_when_landing_is_killed(
    settings: Settings, report: Survived
) -> None:
    deliver(settings, 0)
    steps, seconds = steps_of(land, settings.data_dir, None)
    assert {"os.rename .ledger.json.part", "sync .ledger.json.part"} <= set(steps)
    acknowledged: set[str] = set()
    night = 0
    for point in kill_points(steps, KILLS // 2):
        before = sum(report.steps.values())
        while sum(report.steps.values()) == before:
            night += 1
            deliver(settings, night)
            said = killed(report, steps, point, seconds, land, settings.data_dir)
            acknowledged |= {name for kind, name in said if kind == "acknowledged"}
            assert_landing_is_whole(settings, acknowledged)
    deliver(settings, night + 1)
    steps_of(land, settings.data_dir, None)
    assert len(read_ledger(settings.landing_dir).deliveries) == night + 2
    assert_landing_is_whole(settings, acknowledged)
    assert hidden(settings.landing_dir) == []
    assert sum(report.steps.values()) == KILLS // 2


def assert_copies_are_whole(settings: Settings) -> set[int]:
    """Every dated copy has all its files with their checksums; return the versions they hold."""
    versions = set()
    for copy in generations(settings.published_file):
        for line in (copy.folder / "SHA256SUMS").read_text("utf-8").splitlines():
            expected, name = line.split("  ")
            assert hashlib.sha256((copy.folder / name).read_bytes()).hexdigest() == expected
        versions.add(version_in(copy.file))
    return versions


def test_nothing_is_half_published_when_publishing_is_killed(
    settings: Settings, small_build: Path, report: Survived
) -> None:
    put_version(small_build, 0)
    steps, seconds = steps_of(publish_version, settings.data_dir, None, 0)
    assert {"os.link", "os.rename", "sync", "os.mkdir"} <= {step.split()[0] for step in steps}
    current, version = 0, 0
    published = {0}
    for point in kill_points(steps, KILLS - KILLS // 2):
        before = sum(report.steps.values())
        while sum(report.steps.values()) == before:
            version += 1
            said = killed(
                report, steps, point, seconds, publish_version, settings.data_dir, version
            )
            found = version_in(settings.published_file)
            assert found == version if ("published", str(version)) in said else found >= current
            assert found in (current, version)
            current = found
            published.add(found)
            assert assert_copies_are_whole(settings) <= published
    steps_of(publish_version, settings.data_dir, None, version + 1)
    assert version_in(settings.published_file) == version + 1
    assert assert_copies_are_whole(settings) == {*published, version + 1}
    assert hidden(settings.data_dir) == []
    assert sum(report.steps.values()) == KILLS - KILLS // 2
