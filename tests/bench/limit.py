"""The limit: what the promises of a run cost with the least code that keeps each of them.

The floor reads one text and groups it. A run also promises that every cell is read as its type
and its fault is known by row, that no national number reaches the disk, that what was received
can be read again, that analysts get a table of lines, and that the counts are made twice. Here
each promise is kept for the enrolment lines by a few calls of the same libraries and nothing
else: no rules, no readings, no windows, no names for people.

``python -m tests.bench.limit RAW_FOLDER`` writes the seconds of each step to standard output, as
JSON.

Border: a yardstick for time, as ``floor.py``; nothing here is used by a run.
"""

import hashlib
import hmac
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

KEY = b"a key that protects nothing"
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d")
DATES = ("inschrijvingsdatum", "uitschrijvingsdatum")
COUNT = """
select academiejaar, contracttype, werkstatus, count(distinct learner)
from {lines} group by all
"""


class Steps:
    """Seconds by the clock and of the processor, per step."""

    def __init__(self) -> None:
        self.seconds: dict[str, tuple[float, float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add what is done inside to a step."""
        wall, cpu = time.monotonic(), time.process_time()
        yield
        before = self.seconds.get(name, (0.0, 0.0))
        self.seconds[name] = (
            before[0] + time.monotonic() - wall,
            before[1] + time.process_time() - cpu,
        )


def typed(lines: pl.DataFrame) -> pl.DataFrame:
    """Return lines with typed cells, and per line how many cells do not fit their type."""
    days = {
        name: pl.coalesce(pl.col(name).str.to_date(form, strict=False) for form in DAYS)
        for name in DATES
    }
    credits = pl.col("studiepunten").str.replace(",", ".").cast(pl.Decimal(10, 2), strict=False)
    misfits = [(pl.col(name).is_not_null() & day.is_null()) for name, day in days.items()]
    misfits.append(pl.col("studiepunten").is_not_null() & credits.is_null())
    return lines.with_columns(pl.all().str.strip_chars()).with_columns(
        **days, studiepunten=credits, misfits=pl.sum_horizontal(misfits)
    )


def keyed(lines: pl.DataFrame, known: dict[str, str]) -> pl.DataFrame:
    """Return lines with a keyed hash for every number; each number is hashed once."""
    numbers = lines["insz"].drop_nulls().unique()
    for number in numbers:
        if number not in known:
            known[number] = hmac.digest(KEY, number.encode(), hashlib.sha256).hex()[:28]
    keys = pl.DataFrame({"insz": numbers, "learner": [known[one] for one in numbers]})
    return lines.join(keys, on="insz", how="left").drop("insz", "studentnummer")


def keep_promises(raw: Path, work: Path, steps: Steps) -> int:
    """Keep each promise for the enrolment lines below a folder; return how many lines there are."""
    known: dict[str, str] = {}
    count = 0
    for number, file in enumerate(sorted(raw.glob("*/*/inschrijvingen_*.csv"))):
        with steps.step("read every cell as text"):
            lines = pl.read_csv(file, separator=";", infer_schema=False)
        with steps.step("type every cell, and know its fault"):
            lines = typed(lines)
        with steps.step("hash every number once, and join"):
            lines = keyed(lines, known)
        with steps.step("keep it as Parquet"):
            lines.write_parquet(work / f"{number:04}.parquet", compression="zstd")
        count += len(lines)
    with duckdb.connect(str(work / "build.duckdb")) as connection:
        connection.execute("set memory_limit = '2GB'")
        landed = f"read_parquet('{work}/*.parquet', union_by_name = true)"
        with steps.step("a table of the lines"):
            connection.execute(f"create table lines as from {landed}")
        for name in ("count", "count again"):
            with steps.step(name):
                connection.execute(COUNT.format(lines="lines")).fetchall()
        with steps.step("a published file with that table"):
            connection.execute(f"attach '{work}/published.duckdb' as published")
            connection.execute("create table published.lines as from lines")
            connection.execute("detach published")
    return count


def main() -> None:
    """Write the seconds of each step to standard output, by the clock and of the processor."""
    steps = Steps()
    with tempfile.TemporaryDirectory() as folder:
        count = keep_promises(Path(sys.argv[1]).resolve(), Path(folder), steps)
    seconds = {
        name: {"wall": round(wall, 1), "cpu": round(cpu, 1)}
        for name, (wall, cpu) in steps.seconds.items()
    }
    sys.stdout.write(json.dumps({"lines": count, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
