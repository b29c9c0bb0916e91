"""One lock for command line, interface and sensor: who holds it, since when, by what.

The lock is the operating system's (flock): a process that dies gives it back at once, so a stale
file never blocks a run. The file's text only says who holds it.

Border: nothing here knows what is done under the lock.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.settings import Settings
from pipelines.storage import storage_reason


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: process id, start (local time) and the command or run."""

    pid: int
    since: str
    by: str


class LockHeldError(StaalkaartError):
    """Another run holds the lock; exit 2, nothing was changed."""

    def __init__(self, data_dir: Path, holder: Holder | None) -> None:
        who = (
            f"{holder.by} (proces {holder.pid}) sinds {holder.since}"
            if holder
            else "een andere run die net begint"
        )
        super().__init__(
            f"{data_dir} is in gebruik door {who}. "
            "Er is niets gewijzigd. Wacht tot die run klaar is en begin opnieuw, "
            "of werk in een andere map met --data.",
            exit_code=2,
        )
        self.holder = holder


@contextmanager
def warehouse_lock(settings: Settings, by: str) -> Iterator[Holder]:
    """Hold the lock of a data folder, or say at once who does.

    Args:
        settings: The run's settings; the lock belongs to its ``data_dir``.
        by: What holds it, in words for people (``staalkaart run``).

    Raises:
        LockHeldError: Another process, or another run in this process, holds it.
        StaalkaartError: The data folder cannot be written.
    """
    descriptor = _open(settings)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeldError(settings.data_dir, read_holder(settings.lock_file)) from None
        holder = Holder(os.getpid(), datetime.now().astimezone().isoformat(" ", "seconds"), by)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)
        yield holder
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def read_holder(lock_file: Path) -> Holder | None:
    """Return who wrote the lock file, None when it is empty or being written."""
    try:
        return Holder(**json.loads(lock_file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _open(settings: Settings) -> int:
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        return os.open(settings.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        why = storage_reason(error) or error.strerror
        raise StaalkaartError(
            f"In {settings.data_dir} kan niet worden geschreven: {why}. "
            "Geef een andere map met --data of pas de rechten aan."
        ) from None
