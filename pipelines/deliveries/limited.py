"""Readers of foreign files in a child process with limits: memory, processor time, no core files.

A file that makes a library crash, or that asks for all memory, ends the child; for the caller it
is a refused file like any other, and the next file gets a new child. One child serves all files
of one visit, and is handed on to the next visit unless it holds much memory, because starting it
costs half a second.

Batches come back over a pipe as Arrow streams, not through a file: they hold national numbers, and
those are never written anywhere.

Border: what the child does and may use stands in ``limited_child.py``; what is done with the
batches is decided by the caller.
"""

import io
import json
import os
import pickle
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl

from pipelines.deliveries.limited_child import LENGTH, write
from pipelines.deliveries.reader_processes import Child, Terms, end, hand_on, new, pipe, waiting
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.rules import FileRefused

# A child that waits uses no processor time, so the clock must stop it.
WAIT_SECONDS = 600
# A child that holds more would leave too little for the files of another institution.
MOST_HANDED_ON = 512 * 1024**2
Reader = Callable[..., Iterator[Batch]]


class LimitedReaders:
    """A child process that runs readers; use as a context manager, one per visit.

    The child starts with the first file, and anew after a file that ended it.
    """

    def __init__(
        self,
        terms: Terms | None = None,
        wait_seconds: int = WAIT_SECONDS,
    ) -> None:
        self.terms = terms or Terms()
        self.wait_seconds = wait_seconds
        self.started_count = 0
        self._child: Child | None = None
        self._memory_held = 0

    def __enter__(self) -> Self:
        """Return the readers; no child is needed yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hand the child on; a second one, or one that holds much memory, is ended."""
        child, self._child = self._child, None
        if child is None:
            return
        if self._memory_held > MOST_HANDED_ON:
            end(child)
        else:
            hand_on(child, self.terms)

    def read(self, reader: Reader, *arguments: object) -> Iterator[Batch]:
        """Yield what ``reader(*arguments)`` yields, run in the child.

        Args:
            reader: A function of a module; it is found again by its name.
            *arguments: What it is called with; must be picklable.

        Raises:
            FileRefused: What the reader raised, or ``reader_crashed`` when the child ended or
                went over a limit. Batches yielded before that moment must be thrown away.
        """
        child = self._started()
        # The child has another working folder.
        known = tuple(a.absolute() if isinstance(a, Path) else a for a in arguments)
        request = (reader.__module__, reader.__qualname__, known)
        is_finished = False
        try:
            write(pipe(child.stdin), pickle.dumps(request))
            while True:
                answer = json.loads(self._receive(child))
                if answer["type"] == "end":
                    is_finished = True
                    self._memory_held = answer["memory_held"]
                    return
                if answer["type"] == "refused":
                    is_finished = True
                    raise FileRefused(answer["rule_id"], **answer["facts"])
                if answer["type"] == "failed":
                    raise self._crash(answer["what"])
                rows = pl.read_ipc_stream(io.BytesIO(self._receive(child)))
                findings = pl.read_ipc_stream(io.BytesIO(self._receive(child)))
                yield Batch(answer["kind"], rows, findings, answer["unreadable_count"])
        except (BrokenPipeError, EOFError):
            raise self._crash(self._how_it_ended(child)) from None
        finally:
            # An answer that was not taken to its end would be taken for that of the next file.
            if not is_finished:
                self._stop()

    def _started(self) -> Child:
        if self._child is None:
            self._memory_held = 0
            self._child = waiting(self.terms)
        if self._child is None:
            self.started_count += 1
            self._child = new(self.terms)
        return self._child

    def _receive(self, child: Child) -> bytes:
        answers = pipe(child.stdout)
        return self._take(answers, LENGTH.unpack(self._take(answers, LENGTH.size))[0])

    def _take(self, answers: IO[bytes], size: int) -> bytes:
        taken = bytearray()
        while len(taken) < size:
            ready, _, _ = select.select([answers], [], [], self.wait_seconds)
            if not ready:
                raise self._crash(f"geen antwoord in {self.wait_seconds} seconden")
            part = os.read(answers.fileno(), min(size - len(taken), 1024 * 1024))
            if not part:
                raise EOFError
            taken += part
        return bytes(taken)

    def _crash(self, what: str) -> FileRefused:
        allowed = (
            f"{self.terms.memory // 1024**2} MB en {self.terms.cpu_seconds} seconden rekentijd"
        )
        return FileRefused("reader_crashed", found=what, allowed=allowed)

    def _how_it_ended(self, child: Child) -> str:
        try:
            code = child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            return "het leesproces antwoordt niet meer"
        if code == -signal.SIGXCPU:
            return "te veel rekentijd"
        if code < 0:
            return f"het leesproces stopte met signaal {signal.Signals(-code).name}"
        return f"het leesproces stopte met code {code}"

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            end(child)


def read_limited(reader: Reader, *arguments: object) -> Iterator[Batch]:
    """Yield what a reader yields, run in a child of its own; see ``LimitedReaders.read``."""
    with LimitedReaders() as readers:
        yield from readers.read(reader, *arguments)
