"""One process that meets a full disk in every phase of a night; run in a namespace of its own.

Border: what must be true of each phase stands in ``test_full_disk.py``.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipelines.answers.folder import write_whole
from pipelines.deliveries import delivered, intake
from pipelines.deliveries.ledger import read_ledger
from pipelines.deliveries.limited import LimitedReaders
from pipelines.nightly import _for_people
from pipelines.operations import leftovers
from pipelines.settings import Settings
from pipelines.warehouse import publish
from pipelines.warehouse import tables as python_tables
from pipelines.warehouse.lock import warehouse_lock
from tests.crashes.light_process import put_version, read_here, version_in
from tests.crashes.test_kills import deliver, hidden

HASH = "a" * 64
BALLAST = "ballast"


def small_build(settings: Settings) -> None:
    """Write a build that may be published."""
    settings.build_file.unlink(missing_ok=True)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(
            f"""
            create schema delivered;
            create table delivered.run as select '{HASH}' as landing_hash;
            create table counts as select 0::decimal(18, 2) as lower from range(3);
            """
        )
        check = ["counts", "counts", "expect", "alles", None, True, False, 1.0, None, "critical"]
        at = "2024-01-01 00:00:00+00"
        python_tables.fill_table(connection, "check_results", [[*check, at, None, HASH]])
        row = [at, "2024-01-01", "0", "2025.1", None, True, HASH, None]
        python_tables.fill_table(connection, "build", [row])


def fill(settings: Settings) -> None:
    """Leave nothing of the disk."""
    with (settings.data_dir / BALLAST).open("wb", buffering=0) as ballast:
        for size in (65536, 4096, 1):
            try:
                while True:
                    ballast.write(b"\0" * size)
            except OSError:
                continue


def land(settings: Settings) -> None:
    """Receive what ugent sent."""
    with warehouse_lock(settings, "landen"):
        leftovers.settle(settings)
        intake.prepare(settings)
        result = intake.receive_institution(settings, "ugent")
    assert result.error is None, result.error


def build(settings: Settings) -> None:
    """Begin a build."""
    settings.build_file.unlink(missing_ok=True)
    fill(settings)
    delivered.write_delivered_data(settings)


def publish_version(settings: Settings, version: int) -> Callable[[Settings], None]:
    """Return what publishes a version; the disk may fill up between building and publishing."""
    is_full = (settings.data_dir / BALLAST).exists()
    (settings.data_dir / BALLAST).unlink(missing_ok=True)
    small_build(settings)
    put_version(settings.build_file, version)
    if is_full:
        fill(settings)

    def work(_: Settings) -> None:
        with warehouse_lock(settings, "publiceren"):
            publish.publish(settings.build_file, settings.published_file)

    return work


def one_answer(settings: Settings) -> None:
    """Write an answer of one file, as every answer is written."""
    write_whole(settings.answers_dir / "223", {"antwoord.json": b"\0" * 65536})


def told(settings: Settings, work: Callable[[Settings], None]) -> dict[str, object]:
    """Return what people are told of work that should fail, and what is left of yesterday."""
    acknowledged = set(read_ledger(settings.landing_dir).deliveries)
    code, message = 0, ""
    try:
        work(settings)
    except Exception as error:
        problem = _for_people(error, settings, is_published=False)
        code, message = problem.exit_code, str(problem)
    if (settings.data_dir / BALLAST).exists():
        (settings.data_dir / BALLAST).unlink()
    kept = set(read_ledger(settings.landing_dir).deliveries)
    return {
        "exit_code": code,
        "message": message,
        "version": version_in(settings.published_file),
        "lost": sorted(acknowledged - kept),
    }


def main(folder: Path) -> None:
    """Go through all phases and write what they said."""
    os.environ["STAALKAART_KEY"] = "een sleutel alleen voor een volle schijf"
    LimitedReaders.read = read_here
    settings = Settings(folder / "raw", folder / "data")
    settings.raw_dir.mkdir()
    settings.warehouse_dir.mkdir(parents=True)
    deliver(settings, 0)
    land(settings)
    publish_version(settings, 0)(settings)
    deliver(settings, 1)
    phases = {}
    for phase, work in {"landing": land, "building": build, "answers": one_answer}.items():
        fill(settings)
        phases[phase] = told(settings, work)
    fill(settings)
    phases["publishing"] = told(settings, publish_version(settings, 1))
    folders = [settings.warehouse_dir, *settings.landing_dir.rglob("*"), settings.landing_dir]
    folders = [each for each in folders if each.is_dir()] + [settings.data_dir]
    work = publish_version(settings, 2)
    for each in folders:
        each.chmod(0o555)
    phases["rights"] = told(settings, land)
    phases["rights to publish"] = told(settings, work)
    for each in folders:
        each.chmod(0o755)
    remount = ["mount", "-o", "remount,{}", str(settings.data_dir)]
    subprocess.run([part.format("ro") for part in remount], check=True)
    phases["read-only"] = told(settings, land)
    phases["read-only to publish"] = told(settings, work)
    subprocess.run([part.format("rw") for part in remount], check=True)
    land(settings)
    leftovers.settle(settings)
    publish_version(settings, 3)(settings)
    phases["afterwards"] = {
        "version": version_in(settings.published_file),
        "hidden": hidden(settings.data_dir),
        "deliveries": len(read_ledger(settings.landing_dir).deliveries),
    }
    (folder / "phases.json").write_text(json.dumps(phases), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
