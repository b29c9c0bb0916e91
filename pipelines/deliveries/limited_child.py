"""The child process in which foreign files are read: what it may use, what it answers.

Run as a module, with the pipes of ``limited.py`` as its input and output. What it writes to its
error stream is thrown away and it has none of the environment, so no key.

Measured: a limit on address space (RLIMIT_AS) stops Polars and Arrow from loading at all below
about 1.4 GB, because their threads reserve far more than they use; a limit on data (RLIMIT_DATA)
counts what is written to, 270 MB for all libraries, and stops a workbook that asks for 512 GB.

Border: who asks, and what becomes of a file that ends the child, stands in ``limited.py``.
"""

import contextlib
import importlib
import io
import json
import os
import pickle
import struct
import sys
from pathlib import Path
from typing import IO, Any

from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.rules import FileRefused

LENGTH = struct.Struct(">Q")


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
            _tell(answers, type="end", memory_held=_memory_held())
        except FileRefused as refusal:
            facts = {key: _plain(fact) for key, fact in refusal.facts.items()}
            _tell(answers, type="refused", rule_id=refusal.rule_id, facts=facts)
        except BrokenPipeError:
            raise
        except MemoryError:
            _tell(answers, type="failed", what="te weinig geheugen")
        except BaseException as error:
            # The text of the error may hold a value of a row.
            _tell(answers, type="failed", what=f"fout {type(error).__name__}")


def _plain(fact: object) -> object:
    # A number stays a number, so that a message shows it as one.
    return fact if isinstance(fact, int | str) else str(fact)


def _limit_memory(memory: int) -> None:
    # Not every system has these limits; the others still have the child.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _memory_held() -> int:
    """Return the bytes that this process holds now; 0 where that cannot be known."""
    with contextlib.suppress(OSError, IndexError):
        pages = Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0


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
        write(answers, content.getvalue())


def _tell(answers: IO[bytes], **what: Any) -> None:  # noqa: ANN401 (JSON)
    write(answers, json.dumps(what).encode())


def write(pipe: IO[bytes], content: bytes) -> None:
    """Write one message: its length, then its content."""
    pipe.write(LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    start = pipe.read(LENGTH.size)
    return pipe.read(LENGTH.unpack(start)[0]) if len(start) == LENGTH.size else None


if __name__ == "__main__":
    # Nothing that a library prints may come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers, int(sys.argv[1]), int(sys.argv[2]))
