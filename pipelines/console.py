"""What people see on the terminal: errors that end a command, and how far a run is.

A run in this process tells its ``RunWatch`` what happens; the watch collects what the closing
table needs and may draw progress. A run started from the interface has a silent one.

Border: no message text of a screening rule or an answer stands here; those are data.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pipelines.deliveries.intake import IntakeResult
    from pipelines.warehouse.gate import CheckOutcome


class StaalkaartError(Exception):
    """A problem that ends the command with a message for people and no traceback.

    Attributes:
        exit_code: The exit code of the command line (architecture.md, Commands).
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass
class RunWatch:
    """What one run did so far; draws nothing.

    Attributes:
        institutions: What the intake of each reporting unit found.
        notes: What people must know of this run, such as that the demonstration key is used.
        unrecognised_folders: Folders of the drop folder that are no reporting unit.
        checks: What the gate found.
        row_counts: Rows per published table; empty when nothing was published.
        is_unchanged: Whether the published file already held these deliveries.
        answers: The answer folders, by question.
        outcome: ``published``, ``unchanged`` or ``gate_failed``; None where the build was not
            reached or failed.
        problem: What ended the run or a part of it, for people.
        side_problems: What went wrong beside the run and did not end it, such as an e-mail.
        landing_hash: Of what is landed, once known.
        code_version: Of code, rules and contracts, once known.
        stages: The stages that began, each with its moment by a clock that nobody sets, in seconds.
    """

    institutions: list["IntakeResult"] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unrecognised_folders: list[str] = field(default_factory=list)
    checks: list["CheckOutcome"] = field(default_factory=list)
    row_counts: dict[str, int] = field(default_factory=dict)
    is_unchanged: bool = False
    answers: dict[str, Path] = field(default_factory=dict)
    outcome: str | None = None
    problem: str | None = None
    side_problems: list[str] = field(default_factory=list)
    landing_hash: str | None = None
    code_version: str | None = None
    stages: list[tuple[str, float]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start drawing, where there is something to draw on."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing."""

    def begin(self, stage: str, total: int) -> None:
        """Say that a stage of ``total`` steps begins."""
        self.stages.append((stage, time.monotonic()))

    def step(self, what: str) -> None:
        """Say that a step of the stage is done."""


@contextmanager
def noting_problems() -> Iterator[None]:
    """Keep what ends a part of the run, for the record of the run; it is raised all the same.

    Of a fault in this program only the type is kept: its text may hold a value of a row.
    """
    try:
        yield
    except StaalkaartError as problem:
        run_watch().problem = str(problem)
        raise
    except Exception as fault:
        run_watch().problem = f"Onverwachte fout ({type(fault).__name__})."
        raise


_watch: ContextVar[RunWatch | None] = ContextVar("watch", default=None)


def run_watch() -> RunWatch:
    """Return the watch of the run in progress."""
    return _watch.get() or RunWatch()


@contextmanager
def watching(watch: RunWatch) -> Iterator[RunWatch]:
    """Let everything that runs inside report to ``watch``."""
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)
