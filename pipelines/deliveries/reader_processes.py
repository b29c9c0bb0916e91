"""The child processes in which foreign files are read: started, handed on, ended.

Imports nothing heavy, so that a child can be started before this process has loaded its own
libraries: both then load at the same time.

Border: what is asked of a child stands in ``limited.py``; what it does, in ``limited_child.py``.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MEMORY_LIMIT = 2 * 1024**3
CPU_SECONDS = 120
Child = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Terms:
    """What a child is started with.

    Attributes:
        memory: Bytes of data that it may have.
        cpu_seconds: Processor time that it may use per file.
        folder: Its working folder, where it finds the modules.
    """

    memory: int = MEMORY_LIMIT
    cpu_seconds: int = CPU_SECONDS
    folder: Path = Path(__file__).resolve().parents[2]


# Children that wait for work, by their terms; not more than can be wanted at once.
MOST_IDLE = 2
_idle: dict[Terms, list[Child]] = {}
_taking = threading.Lock()


def start_ahead(terms: Terms | None = None, count: int = 1) -> None:
    """Start children that will be wanted soon, unless they are waiting already."""
    terms = terms or Terms()
    with _taking:
        idle = _idle.setdefault(terms, [])
        while len(idle) < min(count, MOST_IDLE):
            idle.append(new(terms))


def waiting(terms: Terms) -> Child | None:
    """Return a child that waits for work, which is the caller's from now on; or None."""
    with _taking:
        idle = _idle.get(terms, [])
        while idle:
            child = idle.pop()
            if child.poll() is None:
                return child
    return None


def hand_on(child: Child, terms: Terms) -> None:
    """Let a child wait for work of others; one more than can be wanted is ended."""
    with _taking:
        idle = _idle.setdefault(terms, [])
        if len(idle) < MOST_IDLE:
            idle.append(child)
            return
    end(child)


def new(terms: Terms) -> Child:
    """Start a child; it gets none of the environment, so no key."""
    return subprocess.Popen(  # noqa: S603 (this program itself)
        [
            sys.executable,
            "-m",
            "pipelines.deliveries.limited_child",
            str(terms.memory),
            str(terms.cpu_seconds),
        ],
        cwd=terms.folder,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "2"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def end(child: Child) -> None:
    """End a child, whatever it is doing."""
    for side in (child.stdin, child.stdout):
        with contextlib.suppress(OSError):
            pipe(side).close()
    child.kill()
    child.wait()


def pipe(side: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe of a child; every child has both."""
    if side is None:
        raise EOFError
    return side


@atexit.register
def _end_idle() -> None:
    with _taking:
        while _idle:
            for child in _idle.popitem()[1]:
                end(child)
