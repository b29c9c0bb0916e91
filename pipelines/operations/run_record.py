"""What is known of the last run: the file ``status.json`` of a data folder, read and written.

The file may be missing, damaged, older than this code or from a clock that was wrong; reading it
never raises. Only the standard library is needed, because the watchdog reads it.

Border: when a run begins and ends is decided in ``recording.py``; whether the record is good news
in ``freshness.py``.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

VERSION = 1
PUBLISHED, UNCHANGED, RUNNING = "published", "unchanged", "running"
GATE_FAILED, FAILED, NOT_STARTED = "gate_failed", "failed", "not_started"
SUCCESSFUL = (PUBLISHED, UNCHANGED)
OUTCOMES = (*SUCCESSFUL, RUNNING, GATE_FAILED, FAILED, NOT_STARTED)


@dataclass(frozen=True)
class RefusedFile:
    """A delivery that the run refused and that was not mended since; its name is masked."""

    institution_id: str
    file_name: str
    message_nl: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnmetCheck:
    """An expectation of the gate that did not hold in the run, or could not run."""

    suite: str
    subject: str
    is_blocking: bool
    could_not_run: bool
    advice: str


@dataclass(frozen=True)
class Success:
    """The last run that ended well: published, or nothing had changed."""

    outcome: str
    finished_at: datetime
    started_at: datetime | None = None


@dataclass(frozen=True)
class RunRecord:
    """The last run of a data folder.

    Attributes:
        outcome: One of ``OUTCOMES``. ``running`` may also be a run that was killed: the lock tells.
        by: What started it, in words for people.
        seconds: How long it took, by a clock that nobody sets.
        stage_seconds: How long each stage took, by its name.
        message: What ended the run or a part of it.
        as_of: The date that was asked for; None for the newest delivery's.
        institutions_in_error: What went wrong in this program, per institution.
        unrecognised_folders: Folders of the drop folder that belong to nobody.
        unmet_checks: Of the gate of this run; empty when nothing was built.
        last_success: This run, or the last one before it that ended well.
    """

    outcome: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    seconds: float | None = None
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    by: str = ""
    message: str | None = None
    landing_hash: str | None = None
    code_version: str | None = None
    as_of: str | None = None
    institutions_in_error: Mapping[str, str] = field(default_factory=dict)
    refused_files: tuple[RefusedFile, ...] = ()
    unrecognised_folders: tuple[str, ...] = ()
    unmet_checks: tuple[UnmetCheck, ...] = ()
    last_success: Success | None = None

    @property
    def is_successful(self) -> bool:
        """Whether the run published, or had nothing to publish."""
        return self.outcome in SUCCESSFUL

    @property
    def is_something_refused(self) -> bool:
        """Whether a file was refused, a folder is nobody's or an institution is in error."""
        return bool(self.refused_files or self.unrecognised_folders or self.institutions_in_error)


@dataclass(frozen=True)
class Found:
    """What reading the status file gave: a record, or why there is none."""

    record: RunRecord | None
    problem: Literal["", "missing", "unreadable"] = ""


def read_run_record(status_file: Path) -> Found:
    """Return the record of the last run; a missing or damaged file never raises."""
    try:
        content = json.loads(status_file.read_bytes())
    except FileNotFoundError:
        return Found(None, "missing")
    except (OSError, ValueError, RecursionError):
        return Found(None, "unreadable")
    try:
        return Found(_record(content))
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return Found(None, "unreadable")


def write_run_record(status_file: Path, record: RunRecord) -> None:
    """Write the record: temporary name, sync, rename.

    Raises:
        OSError: The data folder cannot be written.
    """
    content = {"version": VERSION, **asdict(record)}
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True, default=_as_text)
    temporary = status_file.with_name(f"status.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(status_file)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    raise TypeError(value)


def _record(content: dict[str, Any]) -> RunRecord:
    """Return a record from a parsed file; what an older version did not write has its default."""
    outcome = content["outcome"]
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    finished_at = _moment(content.get("finished_at"))
    started_at = _moment(content.get("started_at"))
    return RunRecord(
        outcome=outcome,
        started_at=started_at,
        finished_at=finished_at,
        seconds=_number(content.get("seconds")),
        stage_seconds={
            str(stage): float(seconds)
            for stage, seconds in (content.get("stage_seconds") or {}).items()
        },
        by=str(content.get("by") or ""),
        message=_text(content.get("message")),
        landing_hash=_text(content.get("landing_hash")),
        code_version=_text(content.get("code_version")),
        as_of=_text(content.get("as_of")),
        institutions_in_error=dict(content.get("institutions_in_error") or {}),
        refused_files=tuple(
            RefusedFile(**{**one, "kinds": tuple(one.get("kinds", ()))})
            for one in content.get("refused_files", ())
        ),
        unrecognised_folders=tuple(content.get("unrecognised_folders", ())),
        unmet_checks=tuple(UnmetCheck(**one) for one in content.get("unmet_checks", ())),
        last_success=_success(content.get("last_success"), outcome, started_at, finished_at),
    )


def _success(
    entry: dict[str, Any] | None,
    outcome: str,
    started_at: datetime | None,
    finished_at: datetime | None,
) -> Success | None:
    if entry:
        ended = _moment(entry["finished_at"])
        if ended is not None:
            return Success(str(entry["outcome"]), ended, _moment(entry.get("started_at")))
    if outcome in SUCCESSFUL and finished_at is not None:
        return Success(outcome, finished_at, started_at)
    return None


def _moment(value: object) -> datetime | None:
    """Return a moment with its time zone; one without is taken for the zone of this machine."""
    return datetime.fromisoformat(str(value)).astimezone() if value else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
