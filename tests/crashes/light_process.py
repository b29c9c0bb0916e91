"""A process that lands or publishes and can be killed at any step; light enough to kill hundreds.

Steps are what Python asks of the file system below the data folder: opening for writing, syncing,
renaming, removing, making folders. The kill comes just before a step, so what libraries in other
languages wrote since the step before is there as it happened to be. Kills at any moment come from
outside. Children are forked from a server that imported everything and did nothing yet.

Border: what must be true after a kill stands in the tests.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import duckdb

from pipelines.deliveries import intake
from pipelines.deliveries.limited import LimitedReaders
from pipelines.operations import leftovers
from pipelines.settings import Settings
from pipelines.warehouse.lock import warehouse_lock
from pipelines.warehouse.publish import publish

CHANGES = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "shutil.rmtree"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
KEY = "een sleutel alleen voor processen die sterven"
FIRST_NIGHT = datetime(2026, 1, 1, 2, tzinfo=UTC)
ARMED = "armed"


class Steps:
    """Counts the steps below a folder, tells them, and kills this process before one of them."""

    def __init__(self, folder: Path, kill_at: int | None, told: Connection) -> None:
        self._folder = str(folder)
        self._kill_at = kill_at
        self._told = told
        self._count = 0
        sync = os.fsync

        def synced(descriptor: int) -> None:
            self._step("sync", str(Path(f"/proc/self/fd/{descriptor}").resolve()))
            sync(descriptor)

        os.fsync = synced
        sys.addaudithook(self._audit)
        told.send((ARMED, ""))

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        is_write = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if is_write or event in CHANGES:
            self._step(event, os.fsdecode(arguments[0]) if arguments[0] is not None else "")

    def _step(self, what: str, path: str) -> None:
        if not path.startswith(self._folder):
            return
        self._count += 1
        if self._kill_at is None:
            self._told.send(("step", f"{what} {Path(path).name}"))
        elif self._count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def read_here(self: LimitedReaders, reader: Callable[..., Any], *given: object) -> Iterator[Any]:
    """Read in this process: a child per kill would cost more than all the rest."""
    yield from reader(*given)


def land(told: Connection, data_dir: Path, kill_at: int | None) -> None:
    """Receive what ugent sent, as a night does, and tell every delivery that is acknowledged."""
    os.environ["STAALKAART_KEY"] = KEY
    LimitedReaders.read = read_here
    settings = Settings(data_dir.parent / "raw", data_dir)
    Steps(data_dir, kill_at, told)
    with warehouse_lock(settings, "landen"):
        leftovers.settle(settings)
        intake.prepare(settings)
        result = intake.receive_institution(settings, "ugent")
    told.send(("error", result.error or ""))
    for delivery in result.deliveries:
        told.send(("acknowledged", delivery.delivery_id))


def put_version(build_file: Path, version: int) -> None:
    """Make every table of a small build say the same version, built one hour after the last."""
    with duckdb.connect(str(build_file)) as connection:
        connection.execute("update main.counts set lower = $version", {"version": version})
        connection.execute(
            "update main.build set built_at = $at",
            {"at": FIRST_NIGHT + timedelta(hours=version)},
        )


def publish_version(told: Connection, data_dir: Path, kill_at: int | None, version: int) -> None:
    """Publish the small build as one version, as a night does."""
    settings = Settings(data_dir.parent / "raw", data_dir)
    put_version(settings.build_file, version)
    Steps(data_dir, kill_at, told)
    with warehouse_lock(settings, "publiceren"):
        leftovers.settle(settings)
        publish(settings.build_file, settings.published_file)
    told.send(("published", str(version)))


def version_in(file: Path) -> int:
    """Return the version of a published file; a file that holds two, or is not whole, fails."""
    with duckdb.connect(str(file), read_only=True) as reader:
        ((least, most, rows),) = reader.execute(
            "select min(lower), max(lower), count(*) from counts"
        ).fetchall()
        ((built_at,),) = reader.execute("select epoch(built_at) from build").fetchall()
    hours = round((built_at - FIRST_NIGHT.timestamp()) / 3600)
    if (least, rows) != (most, 3) or least != hours:
        raise AssertionError(f"{file.name} mixes versions: {least}, {most}, {hours}, {rows} rows")
    return int(least)


def server() -> Any:  # noqa: ANN401 (the context class is private)
    """Return what forks children from a process in which these modules are imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


@contextmanager
def started(work: Callable[..., None], *given: object) -> Iterator[tuple[BaseProcess, Connection]]:
    """Start a child and yield it with what it tells, once it is armed."""
    context = server()
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=work, args=(there, *given), daemon=True)
    child.start()
    there.close()
    try:
        if here.recv() != (ARMED, ""):
            raise AssertionError("the child is not armed")
        yield child, here
    finally:
        child.kill()
        child.join()
        here.close()


def told_by(child: BaseProcess, connection: Connection) -> list[tuple[str, str]]:
    """Return everything a child tells until it ends."""
    said = []
    while True:
        try:
            said.append(connection.recv())
        except EOFError:
            child.join()
            return said
