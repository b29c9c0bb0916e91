"""Readers that misbehave, for the tests of the limited child.

Border: what becomes of them stands in test_limited.py.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.rules import FileRefused, finding


def good(count: int) -> Iterator[Batch]:
    for number in range(count):
        rows = pl.DataFrame({"row_number": [number], "title": ["é"]})
        yield Batch("offerings", rows, finding("header_unknown", found="x"), number)


def refusing() -> Iterator[Batch]:
    yield from good(1)
    raise FileRefused("too_many_columns", found=501, allowed=500)


def failing() -> Iterator[Batch]:
    yield from good(1)
    raise ValueError("a value of a row")


def killed() -> Iterator[Batch]:
    yield from good(1)
    os.kill(os.getpid(), signal.SIGKILL)


def greedy() -> Iterator[Batch]:
    kept = [bytearray(50_000_000) for _ in range(1_000)]
    yield from good(len(kept))


def endless() -> Iterator[Batch]:
    yield from good(1)
    while True:
        pass


def waiting() -> Iterator[Batch]:
    time.sleep(60)
    yield from good(1)


def printing() -> Iterator[Batch]:
    os.write(1, b"noise between the answers")
    yield from good(1)


def secrets() -> Iterator[Batch]:
    names = sorted(name for name in os.environ if "STAALKAART" in name)
    yield Batch("offerings", pl.DataFrame({"row_number": [1], "title": [",".join(names)]}))


def where(path: Path) -> Iterator[Batch]:
    yield Batch("offerings", pl.DataFrame({"row_number": [1], "title": [path.read_text()]}))
