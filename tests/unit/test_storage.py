"""What disk, rights or memory refuse is recognised in every library's words, and told without rows.

Border: a disk that is really full is tested in ``tests/crashes``.
"""

import errno
import os
import sqlite3
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import cli, nightly
from pipelines.console import StaalkaartError
from pipelines.deliveries import intake
from pipelines.deliveries.visit import Visit
from pipelines.settings import Settings
from pipelines.storage import storage_error, storage_reason
from pipelines.warehouse.models import BrokenModelsError

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FULL, "de schijf is vol"),
        (PermissionError(errno.EACCES, "Permission denied"), "geen recht"),
        (OSError(errno.EROFS, "Read-only file system"), "alleen worden gelezen"),
        (duckdb.IOException("Could not write: No space left on device"), "de schijf is vol"),
        (sqlite3.OperationalError("database or disk is full"), "de schijf is vol"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "alleen worden gelezen"),
        (pl.exceptions.ComputeError("No space left on device (os error 28)"), "de schijf is vol"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed"), "niet genoeg geheugen"),
        (MemoryError(), "niet genoeg geheugen"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_refusal_of_the_system_is_recognised_also_below_other_errors(
    error: Exception, reason: str
) -> None:
    assert reason in str(storage_reason(error))
    try:
        try:
            raise error
        finally:
            raise RuntimeError("while writing the status")
    except RuntimeError as masked:
        assert reason in str(storage_reason(masked))


@pytest.mark.parametrize(
    "error",
    [ValueError("no space left on device"), OSError(errno.ENOENT, "gone"), duckdb.Error("syntax")],
)
def test_another_error_is_none_of_these(error: Exception) -> None:
    assert storage_reason(error) is None


def test_the_message_says_what_is_whole_and_what_to_do(settings: Settings) -> None:
    problem = storage_error("de schijf is vol", settings.data_dir)
    assert problem.exit_code == 2
    assert "heel gebleven. Maak ruimte vrij en begin opnieuw" in str(problem)


def test_a_disk_that_is_full_while_landing_ends_the_run_and_not_one_institution(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(error: OSError) -> None:
        def run(_: Visit) -> None:
            raise error

        monkeypatch.setattr(Visit, "run", run)

    failing(FULL)
    with pytest.raises(StaalkaartError, match="de schijf is vol"):
        intake.receive_institution(settings, "ugent")
    unreadable = str(settings.raw_dir / "ugent")
    failing(PermissionError(errno.EACCES, "Permission denied", unreadable))
    assert "PermissionError" in str(intake.receive_institution(settings, "ugent").error)


@pytest.mark.parametrize(
    "error", [FULL, BrokenModelsError("counts (IO Error: No space left on device)")]
)
def test_a_run_on_a_full_disk_ends_with_one_message(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_: Settings) -> None:
        raise error

    monkeypatch.setattr(nightly, "_execute", fail)
    with pytest.raises(StaalkaartError, match="de schijf is vol") as told:
        nightly.run_nightly(settings, is_quiet=True)
    assert told.value.exit_code == 2
    assert not settings.logs_dir.exists()


def test_another_command_on_a_full_disk_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(Path("out") / "file"))

    monkeypatch.setattr(cli, "app", fail)
    monkeypatch.setattr(sys, "argv", ["staalkaart"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.strip() == f"Fout: de schijf is vol ({Path('out') / 'file'})."
