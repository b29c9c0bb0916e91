"""Writing a folder with one step that fails or kills: each call to the system is a step.

Run as a program it writes a folder and kills itself before a step, halfway it if that writes.

Border: what must hold afterwards is tested in ``test_folder.py``.
"""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipelines.answers.folder import write_whole

STEPS: tuple[tuple[Any, str], ...] = (
    (Path, "mkdir"),
    (Path, "write_bytes"),
    (Path, "rename"),
    (os, "fsync"),
    (tempfile, "mkdtemp"),
)
REMOVAL = (shutil, "rmtree")
SURVIVED = 7


@contextmanager
def failing_at(
    step: int, fail: Callable[[], None], steps: tuple[tuple[Any, str], ...] = STEPS
) -> Iterator[list[str]]:
    """Call ``fail`` instead of a step; give the names of the steps that were taken."""
    taken: list[str] = []

    def wrapped(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def take(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            taken.append(name)
            if len(taken) == step:
                if name == "write_bytes":
                    original(arguments[0], arguments[1][: len(arguments[1]) // 2])
                fail()
            return original(*arguments, **named)

        return take

    with ExitStack() as patches:
        for owner, name in steps:
            original = getattr(owner, name)
            patches.enter_context(patch.object(owner, name, wrapped(name, original)))
        yield taken


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    with failing_at(int(sys.argv[1]), _kill, (*STEPS, REMOVAL)):
        content = sys.argv[3].encode()
        names = ("antwoord.json", "tabellen/een.csv", "tabellen/twee.csv")
        write_whole(Path(sys.argv[2]), dict.fromkeys(names, content))
    sys.exit(SURVIVED)
