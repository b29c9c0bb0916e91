"""Dagster's own state and its web interface, on this machine only and sending nothing out.

Border: what Dagster runs stands in ``definitions.py``.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.console import StaalkaartError
from pipelines.settings import Settings, interface_environment, silence_telemetry

if TYPE_CHECKING:
    from dagster import DagsterInstance

LOOPBACK = "127.0.0.1"
# No capture of what steps print: nothing is printed, and capturing costs a process per step.
DAGSTER_YAML = """\
telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


def prepare_dagster_home(settings: Settings) -> Path:
    """Return the folder of Dagster's state, with its settings written where there were none.

    Raises:
        StaalkaartError: The folder cannot be written.
    """
    home = settings.dagster_home
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "dagster.yaml").exists():
            (home / "dagster.yaml").write_text(DAGSTER_YAML, encoding="utf-8")
    except OSError as error:
        raise StaalkaartError(
            f"In {home} kan niet worden geschreven ({error.strerror}). "
            "Geef een andere map met --data of DAGSTER_HOME, of pas de rechten aan."
        ) from None
    return home


@contextmanager
def open_instance(settings: Settings) -> Iterator["DagsterInstance"]:
    """Open Dagster's own record of runs, the one that the interface shows.

    Dagster commits each of hundreds of events on its own and waits for the disk every time, seconds
    in all. In SQLite's write-ahead mode waiting is only needed against the loss of the last events
    when the power fails; deliveries and warehouse do not depend on them.
    """
    from dagster import DagsterInstance
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    from pipelines.event_log import kept_connections

    def relax(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("pragma synchronous = normal")

    home = prepare_dagster_home(settings)
    event.listen(Engine, "connect", relax)
    try:
        with kept_connections(), DagsterInstance.from_config(str(home)) as instance:
            yield instance
    finally:
        event.remove(Engine, "connect", relax)


def serve(
    settings: Settings, port: int, has_schedule: bool = True, read_only: bool = False
) -> None:
    """Become Dagster's web interface; returns only by an exception.

    The interface has no login of its own: it listens on the loopback address and nowhere else.
    Without the schedule something else, such as a timer of the system, starts the nightly run.

    Args:
        settings: The folders that it shows.
        port: Its port on the loopback address.
        has_schedule: Whether Dagster starts the nightly run.
        read_only: For analysts: nothing can be started or changed, nothing is scheduled, and the
            process has no secret.
    """
    prepare_dagster_home(settings)
    silence_telemetry()
    os.chdir(settings.project_root)
    environment = interface_environment(
        settings, has_schedule=has_schedule and not read_only, has_secrets=not read_only
    )
    os.execve(sys.executable, interface_command(port, read_only), environment)  # noqa: S606


def interface_command(port: int, read_only: bool) -> list[str]:
    """Return the command of the interface: with the scheduler, or read-only and without it."""
    program = ["dagster_webserver", "--read-only"] if read_only else ["dagster", "dev"]
    where = ["--host", LOOPBACK, "--port", str(port)]
    return [sys.executable, "-m", *program, "-m", "pipelines.definitions", *where]
