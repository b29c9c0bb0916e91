"""One question to the published file, in a process of its own that is ended when it takes too long.

DuckDB listens to a clock between two pieces of work; within one piece it does not, and one very
long text is not counted against its memory. So the process has the limits, and this one watches.

Border: what the process does stands in ``query_child.py``; how an answer looks in ``showing.py``.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.answers.published import open_published
from pipelines.console import StaalkaartError
from pipelines.deliveries.reader_processes import pipe
from pipelines.settings import PROJECT_ROOT
from pipelines.sharing.access import SharedAccess, load_access

CHILD = "pipelines.sharing.query_child"
# DuckDB's own clock comes first, because it can say so.
GRACE_SECONDS = 5
Rows = Generator[list[str | None], None, None]
Parts = Generator[dict[str, Any], None, None]


@dataclass
class Answer:
    """The answer to one question.

    Attributes:
        columns: The names of the columns.
        is_number: Of each column, whether it holds numbers.
        rows: The rows, each cell as text or None; taken once. Close it to end the process.
        has_more: Whether rows were left out; known after the last row.
    """

    columns: list[str]
    is_number: list[bool]
    rows: Rows = field(init=False)
    has_more: bool = False


def ask(
    published_file: Path,
    text: str,
    most_rows: int | None = None,
    access: SharedAccess | None = None,
) -> Answer:
    """Return the answer to one statement that reads, from the published file only.

    Args:
        published_file: The file.
        text: The statement.
        most_rows: How many rows are wanted; None for all.
        access: The limits; those of ``access.yml`` when not given.

    Raises:
        StaalkaartError: Nothing is published, the statement is not taken, or it goes over a limit
            (exit 2). Also raised while the rows are taken.
    """
    with open_published(published_file):
        pass
    access = access or load_access()
    asked = {"file": str(published_file.absolute()), "text": text, "most_rows": most_rows}
    parts = _parts(json.dumps(asked).encode(), access)
    head = next(parts)
    answer = Answer(head["columns"], head["is_number"])
    answer.rows = _rows(parts, answer)
    return answer


def _rows(parts: Parts, answer: Answer) -> Rows:
    with contextlib.closing(parts):
        for part in parts:
            yield from part.get("rows", ())
            answer.has_more = part.get("end") == "more"


def _parts(request: bytes, access: SharedAccess) -> Parts:
    """Yield what the process answers, until it says how it ended.

    Raises:
        StaalkaartError: It answers that it cannot, or it ends without saying so.
    """
    process = subprocess.Popen(  # noqa: S603 (this program itself)
        [sys.executable, "-B", "-m", CHILD],
        cwd=PROJECT_ROOT,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    is_too_late = threading.Event()

    def end() -> None:
        is_too_late.set()
        process.kill()

    clock = threading.Timer(access.seconds + GRACE_SECONDS, end)
    clock.daemon = True
    clock.start()
    try:
        with contextlib.suppress(BrokenPipeError), pipe(process.stdin) as requests:
            requests.write(request)
        for line in pipe(process.stdout):
            if not line.endswith(b"\n"):
                break
            part = json.loads(line)
            if part.get("end") == "error":
                raise StaalkaartError(part["message"])
            yield part
            if "end" in part:
                return
        raise StaalkaartError(_how_it_ended(access, is_too_late.is_set()))
    finally:
        clock.cancel()
        clock.join()
        process.kill()
        process.wait()
        pipe(process.stdout).close()


def _how_it_ended(access: SharedAccess, is_too_late: bool) -> str:
    gone = (
        f"duurde langer dan {access.seconds} seconden"
        if is_too_late
        else f"ging over {access.process_megabytes} MB geheugen of een andere grens"
    )
    return f"De vraag {gone} en is gestopt. Vraag minder rijen of jaren tegelijk."
