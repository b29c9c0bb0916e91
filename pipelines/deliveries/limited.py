"""Readers of foreign files in a child process with limits: memory, processor time, no core files.

A workbook or a message that makes a library crash, or that asks for all memory, ends the child; for
the caller it is a refused file like any other, and the next file gets a new child. One child serves
all files of one visit, because starting it costs half a second.

Batches come back over a pipe as Arrow streams, not through a file: they hold national numbers, and
those are never written anywhere. What the child writes to its error stream is thrown away for the
same reason, and it gets none of the environment, so no key.

Measured: a limit on address space (RLIMIT_AS) stops Polars and Arrow from loading at all below
about 1.4 GB, because their threads reserve far more than they use; a limit on data (RLIMIT_DATA)
counts what is written to, 270 MB for all libraries, and stops a workbook that asks for 512 GB.

Border: which files are foreign, and what is done with the batches, is decided by the caller.
"""

import contextlib
import importlib
import io
import json
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import polars as pl

from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.rules import FileRefused

MEMORY_LIMIT = 2 * 1024**3
CPU_SECONDS = 120
# A child that waits uses no processor time, so the clock must stop it.
WAIT_SECONDS = 600
_LENGTH = struct.Struct(">Q")
_PROJECT = Path(__file__).resolve().parents[2]
Reader = Callable[..., Iterator[Batch]]


class LimitedReaders:
    """A child process that runs readers; use as a context manager, one per visit.

    The child starts with the first file, and anew after a file that ended it.
    """

    def __init__(
        self,
        memory: int = MEMORY_LIMIT,
        cpu_seconds: int = CPU_SECONDS,
        wait_seconds: int = WAIT_SECONDS,
    ) -> None:
        self.memory = memory
        self.cpu_seconds = cpu_seconds
        self.wait_seconds = wait_seconds
        self.started_count = 0
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the readers; no child is started yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self._stop()

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
            _write(_pipe(child.stdin), pickle.dumps(request))
            while True:
                answer = json.loads(self._receive(child))
                if answer["type"] == "end":
                    is_finished = True
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

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self.started_count += 1
            self._child = subprocess.Popen(  # noqa: S603 (this program itself)
                [sys.executable, "-m", __name__, str(self.memory), str(self.cpu_seconds)],
                cwd=_PROJECT,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "POLARS_MAX_THREADS": "2"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._child

    def _receive(self, child: subprocess.Popen[bytes]) -> bytes:
        pipe = _pipe(child.stdout)
        return self._take(pipe, _LENGTH.unpack(self._take(pipe, _LENGTH.size))[0])

    def _take(self, pipe: IO[bytes], size: int) -> bytes:
        taken = bytearray()
        while len(taken) < size:
            ready, _, _ = select.select([pipe], [], [], self.wait_seconds)
            if not ready:
                raise self._crash(f"geen antwoord in {self.wait_seconds} seconden")
            part = os.read(pipe.fileno(), min(size - len(taken), 1024 * 1024))
            if not part:
                raise EOFError
            taken += part
        return bytes(taken)

    def _crash(self, what: str) -> FileRefused:
        allowed = f"{self.memory // 1024**2} MB en {self.cpu_seconds} seconden rekentijd"
        return FileRefused("reader_crashed", found=what, allowed=allowed)

    def _how_it_ended(self, child: subprocess.Popen[bytes]) -> str:
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
        if child is None:
            return
        with contextlib.suppress(OSError):
            _pipe(child.stdin).close()
        with contextlib.suppress(OSError):
            _pipe(child.stdout).close()
        child.kill()
        child.wait()


def read_limited(reader: Reader, *arguments: object) -> Iterator[Batch]:
    """Yield what a reader yields, run in a child of its own; see ``LimitedReaders.read``."""
    with LimitedReaders() as readers:
        yield from readers.read(reader, *arguments)


def serve(requests: IO[bytes], answers: IO[bytes], memory: int, cpu_seconds: int) -> None:
    """Run readers until there are no more requests; this is what the child does.

    Args:
        requests: Where the parent asks.
        answers: Where batches go.
        memory: Bytes of data that the process may have.
        cpu_seconds: Processor time per file.
    """
    _limit_memory(memory)
    while (request := _read(requests)) is not None:
        module, name, arguments = pickle.loads(request)  # noqa: S301 (from the parent only)
        _allow_seconds(cpu_seconds)
        try:
            for batch in getattr(importlib.import_module(module), name)(*arguments):
                _send(answers, batch)
            _tell(answers, type="end")
        except FileRefused as refusal:
            facts = {key: str(fact) for key, fact in refusal.facts.items()}
            _tell(answers, type="refused", rule_id=refusal.rule_id, facts=facts)
        except BrokenPipeError:
            raise
        except MemoryError:
            _tell(answers, type="failed", what="te weinig geheugen")
        except BaseException as error:
            # The text of the error may hold a value of a row.
            _tell(answers, type="failed", what=f"fout {type(error).__name__}")


def _limit_memory(memory: int) -> None:
    # Not every system has these limits; the others still have the child.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _allow_seconds(cpu_seconds: int) -> None:
    """Move the limit on processor time: used so far, and what one file may take."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        soft = int(used.ru_utime + used.ru_stime) + cpu_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _send(answers: IO[bytes], batch: Batch) -> None:
    _tell(answers, type="batch", kind=batch.kind, unreadable_count=batch.unreadable_count)
    for table in (batch.rows, batch.findings):
        content = io.BytesIO()
        table.write_ipc_stream(content)
        _write(answers, content.getvalue())


def _tell(answers: IO[bytes], **what: Any) -> None:  # noqa: ANN401 (JSON)
    _write(answers, json.dumps(what).encode())


def _write(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    start = pipe.read(_LENGTH.size)
    return pipe.read(_LENGTH.unpack(start)[0]) if len(start) == _LENGTH.size else None


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe


if __name__ == "__main__":
    # Nothing that a library prints may come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers, int(sys.argv[1]), int(sys.argv[2]))
