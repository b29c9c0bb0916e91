"""``make bench``: what the nightly run costs, side by side on this machine.

Deliveries are generated once per scale into a cache folder outside the project. Then each
candidate runs as a child of its own and is measured: the floor (``floor.py``), the same with
pandas, ``staalkaart run`` in a fresh data folder, again with nothing changed, again with one
institution changed, the answer to question 223, the queries of analysts, and what the promises of
a run cost bare (``limit.py``). One table is printed and one JSON file written to
``tests/bench/results``.

Border: no time is asserted here; the candidates themselves stand elsewhere.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import pipelines.synthetic
from pipelines.operations.run_record import read_run_record
from pipelines.settings import PROJECT_ROOT
from pipelines.summary import STAGES
from pipelines.synthetic.generate import Generated, generate

# Run as a script, python looks for modules beside this file only.
sys.path.insert(0, str(PROJECT_ROOT))

from tests.bench.measure import Measurement, measure

YARDSTICK_LEARNERS = 300_000
USUAL = "abcdefg"  # h does not change from day to day and takes two minutes
RESULTS = Path(__file__).with_name("results")
CACHE = Path.home() / ".cache" / "staalkaart-bench"
# The institution whose late delivery is measured, and a day after every generated one.
LATE, LATE_ON = "vives", "2025-03-03"
PACKAGES = ("duckdb", "polars", "dbt-core", "dagster", "great-expectations")
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class World:
    """The deliveries of one scale: where they are and how large."""

    scale: float
    raw: Path
    work: Path
    lines: int
    positions: int
    raw_bytes: int


@dataclass(frozen=True)
class Candidate:
    """One thing that is measured.

    Attributes:
        letter: Its letter in the table.
        title: What it is, for people.
        command: Program and arguments.
        runs: How often it is measured; the median run by the clock is kept.
        prepare: Called before each run.
        finish: Called after each run.
        status_file: Where a run leaves how long its stages took.
    """

    letter: str
    title: str
    command: Sequence[str]
    runs: int = 1
    prepare: Callable[[], None] = lambda: None
    finish: Callable[[], None] = lambda: None
    status_file: Path | None = None


def candidates(world: World) -> Iterator[Candidate]:
    """Yield what is measured, in order; a later one may use what an earlier one left."""
    program = str(Path(sys.executable).with_name("staalkaart"))
    data = world.work / "data"
    run = [program, "run", "--raw", str(world.raw), "--data", str(data)]
    floor = [sys.executable, "-m", "tests.bench.floor", str(world.raw)]
    yield Candidate("a", "floor: one DuckDB script, no checks", floor, runs=3)
    pandas = [sys.executable, "-m", "tests.bench.with_pandas", str(world.raw)]
    yield Candidate("b", "the same with pandas", pandas)
    status = data / "status.json"
    yield Candidate(
        "c",
        "staalkaart run, cold",
        run,
        prepare=lambda: shutil.rmtree(data, ignore_errors=True),
        status_file=status,
    )
    yield Candidate("d", "staalkaart run again, nothing changed", run, status_file=status)
    late = LateDelivery(world.raw)
    yield Candidate(
        "e",
        "staalkaart run again, one of 18 changed",
        run,
        prepare=late.arrive,
        finish=late.go,
        status_file=status,
    )
    answer = [program, "answer", "223", "--data", str(data), "--out", str(world.work / "answer")]
    yield Candidate("f", "staalkaart answer 223", answer)
    published = data / "warehouse" / "staalkaart.duckdb"
    queries = [sys.executable, "-m", "tests.bench.queries", str(published)]
    yield Candidate("g", "example queries of the guide", queries)
    limit = [sys.executable, "-m", "tests.bench.limit", str(world.raw)]
    yield Candidate("h", "each promise of a run, bare", limit)


class LateDelivery:
    """A newer delivery of one institution: its last one of enrolments, but for the last line."""

    def __init__(self, raw: Path) -> None:
        newest = max((raw / LATE).glob("*/inschrijvingen_*.csv"), key=lambda path: path.parts[-2:])
        self._newest = newest
        self._folder = raw / LATE / LATE_ON

    def arrive(self) -> None:
        """Put the delivery into the raw folder."""
        lines = self._newest.read_bytes().splitlines(keepends=True)
        self._folder.mkdir()
        (self._folder / self._newest.name).write_bytes(b"".join(lines[:-1]))

    def go(self) -> None:
        """Leave the raw folder as it was generated."""
        shutil.rmtree(self._folder)


def prepare_world(scale: float, cache: Path, console: Console) -> World:
    """Return the deliveries of a scale, generated when the cache does not hold them.

    The cache is keyed by the source of the generator: another generator, other deliveries.
    """
    learners = max(1, round(YARDSTICK_LEARNERS * scale))
    source = Path(pipelines.synthetic.__file__).parent
    digest = hashlib.sha256(str(learners).encode())
    for file in sorted([*source.glob("*.py"), *source.glob("*.yml")]):
        digest.update(file.read_bytes())
    folder = cache / f"scale-{scale:g}" / digest.hexdigest()[:12]
    facts = folder / "world.json"
    if not facts.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        with console.status(f"{learners:,} learners are generated once, into {folder}") as status:
            made = generate(
                folder / "raw",
                learners=learners,
                progress=lambda done, total, what: status.update(f"{done}/{total} {what}"),
            )
        facts.write_text(json.dumps(_facts(made, folder / "raw")), encoding="utf-8")
    return World(
        scale=scale,
        raw=folder / "raw",
        work=folder / "work",
        **json.loads(facts.read_text(encoding="utf-8")),
    )


def _facts(made: Generated, raw: Path) -> dict[str, int]:
    size = sum(file.stat().st_size for file in raw.rglob("*") if file.is_file())
    return {"lines": made.lines, "positions": made.positions, "raw_bytes": size}


def run_candidate(candidate: Candidate, world: World) -> Measurement:
    """Run a candidate as often as it asks and return its median run by the clock."""
    measured = []
    for number in range(candidate.runs):
        candidate.prepare()
        log = world.work / "logs" / f"{candidate.letter}{number + 1}"
        try:
            one = measure(candidate.command, PROJECT_ROOT, log)
            measured.append(replace(one, stage_seconds=_stage_seconds(candidate.status_file)))
        finally:
            candidate.finish()
    measured.sort(key=lambda one: one.wall_seconds)
    return measured[len(measured) // 2]


def _stage_seconds(status_file: Path | None) -> dict[str, float]:
    record = read_run_record(status_file).record if status_file else None
    seconds = record.stage_seconds if record else {}
    return {stage: seconds[stage] for stage in STAGES if stage in seconds}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every candidate, print the table, write the JSON; return 1 when one failed."""
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=float(os.environ.get("SCALE") or 0.1))
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder outside the project")
    parser.add_argument("--only", default="", help="letters of the candidates, such as ac")
    asked = parser.parse_args(arguments)
    console = Console(width=max(Console().width, 110))  # a table of eight columns does not wrap
    world = prepare_world(asked.scale, asked.cache, console)
    load_at_start = os.getloadavg()[0]
    results: list[tuple[Candidate, Measurement]] = []
    for candidate in candidates(world):
        if candidate.letter not in (asked.only or USUAL):
            continue
        with console.status(f"({candidate.letter}) {candidate.title}"):
            results.append((candidate, run_candidate(candidate, world)))
    floor = next((one for candidate, one in results if candidate.letter == "a"), None)
    rows = [_row(candidate, one, floor, world) for candidate, one in results]
    console.print(_table(rows, world))
    for row in rows:
        if "stage_seconds" in row:
            shares = (
                f"{stage} {seconds:,.1f} s ({100 * seconds / row['wall_seconds']:.0f} %)"
                for stage, seconds in row["stage_seconds"].items()
            )
            console.print(f"({row['letter']}) {', '.join(shares)}")
        if "queries" in row:
            told = row["queries"]
            console.print(
                f"(g) {told['count']} queries: median {told['median_ms']:.1f} ms, "
                f"worst {told['worst_ms']:.1f} ms"
            )
        if "steps" in row:
            console.print(
                "(h) "
                + "; ".join(
                    f"{name} {seconds['wall']:,.1f} s"
                    for name, seconds in row["steps"]["seconds"].items()
                )
            )
    path = _write(rows, world, load_at_start)
    console.print(f"Written: {path}")
    failed = [(candidate, one) for candidate, one in results if one.exit_code != 0]
    for candidate, one in failed:
        console.print(f"({candidate.letter}) ended with exit code {one.exit_code}:", style="red")
        console.print((one.errors or one.output)[-2000:], markup=False, highlight=False)
    return 1 if failed else 0


def _row(
    candidate: Candidate, one: Measurement, floor: Measurement | None, world: World
) -> dict[str, Any]:
    return {
        "letter": candidate.letter,
        "title": candidate.title,
        "runs": candidate.runs,
        "exit_code": one.exit_code,
        "wall_seconds": round(one.wall_seconds, 3),
        "cpu_seconds": round(one.cpu_seconds, 3),
        "peak_bytes": one.peak_bytes,
        "largest_process_bytes": one.largest_process_bytes,
        "ratio_to_floor": round(one.wall_seconds / floor.wall_seconds, 2) if floor else None,
        "lines_per_second": round(world.lines / one.wall_seconds),
        **({"queries": json.loads(one.output)} if candidate.letter == "g" and one.output else {}),
        **({"steps": json.loads(one.output)} if candidate.letter == "h" and one.output else {}),
        **({"stage_seconds": one.stage_seconds} if one.stage_seconds else {}),
    }


def _table(rows: list[dict[str, Any]], world: World) -> Table:
    table = Table(
        title=f"Scale {world.scale:g}: {world.lines:,} enrolment lines, "
        f"{world.positions:,} positions, {world.raw_bytes / _MEBIBYTE:,.0f} MiB"
    )
    table.add_column("")
    table.add_column("what", no_wrap=True)
    for header in ("wall s", "CPU s", "peak MiB", "x floor", "lines/s", "exit"):
        table.add_column(header, justify="right")
    for row in rows:
        ratio = row["ratio_to_floor"]
        table.add_row(
            row["letter"],
            row["title"],
            f"{row['wall_seconds']:,.1f}",
            f"{row['cpu_seconds']:,.1f}",
            f"{row['peak_bytes'] / _MEBIBYTE:,.0f}",
            "" if ratio is None else f"{ratio:,.1f}",
            f"{row['lines_per_second']:,}",
            str(row["exit_code"]),
        )
    return table


def machine_facts(load_at_start: float) -> dict[str, Any]:
    """Return what a result must say of the machine it was measured on."""
    return {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load_at_start": round(load_at_start, 2),
    }


def _write(rows: list[dict[str, Any]], world: World, load_at_start: float) -> Path:
    now = datetime.now(tz=UTC)
    content = {
        "measured_at": now.isoformat(timespec="seconds"),
        "machine": machine_facts(load_at_start),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "scale": world.scale,
        "lines": world.lines,
        "positions": world.positions,
        "raw_bytes": world.raw_bytes,
        "candidates": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"scale-{world.scale:g}-{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
