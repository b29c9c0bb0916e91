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


# At most one child per terms waits for work.
_idle: dict[Terms, Child] = {}


def start_ahead(terms: Terms | None = None) -> None:
    """Start a child that will be wanted soon, unless one is waiting."""
    terms = terms or Terms()
    if terms not in _idle:
        _idle[terms] = new(terms)


def waiting(terms: Terms) -> Child | None:
    """Return the child that waits for work, which is the caller's from now on; or None."""
    child = _idle.pop(terms, None)
    return child if child is not None and child.poll() is None else None


def hand_on(child: Child, terms: Terms) -> None:
    """Let a child wait for work of others; a second one is ended."""
    if terms in _idle:
        end(child)
    else:
        _idle[terms] = child


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
    while _idle:
        end(_idle.popitem()[1])
