"""A last run that published nothing: an answer is still given, from the last published file.

In a good state there is nothing to tell, so that an answer depends on the published file alone.

Border: what the reader is told stands in ``sections/notices.py``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.answers.folder import MARKER
from pipelines.answers.wording import Wordbook

UNPUBLISHED = ("gate_failed", "failed")


@dataclass(frozen=True)
class LastRun:
    """A last run that published nothing.

    Attributes:
        outcome: gate_failed or failed.
        finished_at: When it ended; None where the status does not tell.
        message: What it said to the operator. It may hold exact numbers, about persons too, and is
            for the terminal only.
    """

    outcome: str
    finished_at: datetime | None
    message: str | None

    def record(self) -> dict[str, str | None]:
        """Return what the JSON file of an answer keeps of it."""
        ended = self.finished_at.isoformat() if self.finished_at else None
        return {"outcome": self.outcome, "finished_at": ended}


def failed_last_run(status_file: Path) -> LastRun | None:
    """Return the last run if it published nothing; None in a good state, or without a status."""
    try:
        status = json.loads(status_file.read_text(encoding="utf-8"))
        outcome = status["outcome"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if outcome not in UNPUBLISHED:
        return None
    message = status.get("message")
    return LastRun(outcome, _moment(status.get("finished_at")), str(message) if message else None)


def terminal_lines(folder: Path, status_file: Path, words: Wordbook) -> Iterator[str]:
    """Yield what whoever asked for an answer must know besides its place: its notices."""
    for notice in json.loads((folder / MARKER).read_text(encoding="utf-8"))["notices"]:
        yield f"{words.text('head.notice')}: {notice}"
    last_run = failed_last_run(status_file)
    if last_run is not None and last_run.message:
        yield words.text("notice.run_said", message=last_run.message)


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
