"""Running one command as a child and measuring what it used.

Processor time and the largest process come from the kernel's account of the child (``wait4``,
which includes the children it waited for). Memory of the whole family at one moment is sampled
from ``/proc``, because a run that reads in a child process of its own uses both at once.

Border: which commands are measured, and in what order, stands in ``bench``.
"""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

SAMPLE_SECONDS = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")
_KIBIBYTE = 1024


@dataclass(frozen=True)
class Measurement:
    """What one command used.

    Attributes:
        exit_code: Its exit code.
        wall_seconds: Time by the clock.
        cpu_seconds: Processor time of the process and its children, user and system.
        largest_process_bytes: Peak resident memory of its largest process.
        family_bytes: Largest sampled sum over its processes at one moment (0 where there is no
            ``/proc``); pages shared between them count for each.
        output: What it wrote to standard output.
        errors: What it wrote to standard error.
        stage_seconds: How long its stages took, where it tells.
    """

    exit_code: int
    wall_seconds: float
    cpu_seconds: float
    largest_process_bytes: int
    family_bytes: int
    output: str
    errors: str
    stage_seconds: dict[str, float] = field(default_factory=dict)

    @property
    def peak_bytes(self) -> int:
        """Peak resident memory: of the family where it was sampled, else of the largest process."""
        return max(self.largest_process_bytes, self.family_bytes)


def measure(command: Sequence[str], folder: Path, log: Path) -> Measurement:
    """Run a command to its end and return what it used.

    Args:
        command: Program and arguments.
        folder: Working folder of the command.
        log: Path without suffix; standard output and error are kept in ``.out`` and ``.err``.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    output, errors = log.with_suffix(".out"), log.with_suffix(".err")
    with output.open("wb") as out, errors.open("wb") as err:
        begin = time.perf_counter()
        # wait4 collects the child itself, so Popen must not: no `with`, no wait().
        child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err)
        sampler = _FamilySampler(child.pid)
        sampler.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        sampler.finish()
    return Measurement(
        exit_code=child.returncode,
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        largest_process_bytes=usage.ru_maxrss * _KIBIBYTE,
        family_bytes=sampler.most_bytes,
        output=output.read_text(encoding="utf-8", errors="replace"),
        errors=errors.read_text(encoding="utf-8", errors="replace"),
    )


class _FamilySampler(threading.Thread):
    """Adds up the resident memory of a process and its descendants, ten times a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.most_bytes = 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self.most_bytes = max(self.most_bytes, _family_bytes(self.root))

    def finish(self) -> None:
        self._done.set()
        self.join()


def _family_bytes(root: int) -> int:
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name stands between brackets and may hold spaces; the parent is the second after.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            resident = int((folder / "statm").read_text().split()[1])
        except (OSError, IndexError, ValueError):
            continue  # the process ended while it was read
        parents[int(folder.name)] = parent
        pages[int(folder.name)] = resident
    family = {root}
    grown = True
    while grown:
        more = {one for one, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(pages.get(one, 0) for one in family) * _PAGE
