"""``make bench-spark``: how long the models take on Spark, next to DuckDB, from the same landing.

The deliveries are those of ``make bench``. They are landed once; then each engine makes
schema ``delivered`` and builds every seed, model and data test, as a child that is measured. One
table is printed and one JSON file written beside those of ``make bench``.

Border: no time is asserted here; deliveries and measuring stand in ``tests/bench``.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipelines.scale_out.java import MISSING, java_problem
from pipelines.scale_out.models_on_spark import spark_command
from pipelines.settings import PROJECT_ROOT, Settings, java_places
from tests.bench.bench import CACHE, RESULTS, World, machine_facts, prepare_world
from tests.bench.measure import Measurement, measure
from tests.spark.engines import EngineError, land

_MEBIBYTE = 1024 * 1024


def measure_engines(world: World, conf: Sequence[str], console: Console) -> list[dict[str, Any]]:
    """Return one row per engine: clock, processor time, memory, and Spark's own stages."""
    data = world.work / "engines"
    with console.status("the deliveries are landed"):
        settings = land(world.raw, data)
    duckdb = [sys.executable, "-m", "tests.spark.duckdb_build", str(data)]
    rows = []
    spark = [*spark_command(settings, settings.spark_dir), *(f"--conf={one}" for one in conf)]
    for engine, command in (("DuckDB", duckdb), ("Spark", spark)):
        with console.status(f"{engine} builds"):
            one = measure(command, PROJECT_ROOT, world.work / "logs" / engine.lower())
        if one.exit_code:
            raise EngineError(f"{engine}: {(one.errors or one.output)[-3000:]}")
        rows.append(_row(engine, one, world, settings))
    return rows


def _row(engine: str, one: Measurement, world: World, settings: Settings) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if engine == "Spark":
        results = settings.spark_dir / "results.json"
        told = json.loads(results.read_text(encoding="utf-8"))
    # Python never waits for the Java it started, so the kernel's account of it leaves that out.
    cpu_seconds = one.cpu_seconds + told.get("java_cpu_seconds", 0.0)
    row: dict[str, Any] = {
        "engine": engine,
        "wall_seconds": round(one.wall_seconds, 3),
        "cpu_seconds": round(cpu_seconds, 3),
        "peak_bytes": one.peak_bytes,
        "lines_per_second": round(world.lines / one.wall_seconds),
        "cpu_microseconds_per_line": round(cpu_seconds / world.lines * 1e6, 1),
    }
    if told:
        row["stages"] = {name: round(told[name], 1) for name in told if name.endswith("_seconds")}
        slowest = sorted(told["nodes"], key=lambda node: -float(node["seconds"]))[:10]
        row["slowest"] = {node["name"]: node["seconds"] for node in slowest}
    return row


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both engines, print the table, write the JSON."""
    parser = argparse.ArgumentParser(prog="bench-spark", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder outside the project")
    parser.add_argument("--conf", action="append", default=[], help="setting of Spark, name=value")
    asked = parser.parse_args(arguments)
    problem = java_problem(*java_places())
    if problem:
        sys.stderr.write(f"{problem}\n")
        return MISSING
    console = Console(width=max(Console().width, 110))
    world = prepare_world(asked.scale, asked.cache, console)
    load_at_start = os.getloadavg()[0]
    try:
        rows = measure_engines(world, asked.conf, console)
    except EngineError as error:
        console.print(str(error), markup=False, highlight=False)
        return 1
    table = Table(title=f"Scale {world.scale:g}: {world.lines:,} enrolment lines")
    table.add_column("engine")
    for header in ("wall s", "CPU s", "peak MiB", "lines/s", "CPU µs/line"):
        table.add_column(header, justify="right")
    for row in rows:
        table.add_row(
            row["engine"],
            f"{row['wall_seconds']:,.1f}",
            f"{row['cpu_seconds']:,.1f}",
            f"{row['peak_bytes'] / _MEBIBYTE:,.0f}",
            f"{row['lines_per_second']:,}",
            f"{row['cpu_microseconds_per_line']:,.1f}",
        )
    console.print(table)
    now = datetime.now(tz=UTC)
    content = {
        "measured_at": now.isoformat(timespec="seconds"),
        "machine": machine_facts(load_at_start),
        "python": platform.python_version(),
        "scale": world.scale,
        "lines": world.lines,
        "spark_settings": list(asked.conf),
        "engines": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"spark-scale-{world.scale:g}-{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"Written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
