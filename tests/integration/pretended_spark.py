"""A program that is started in the place of Spark's build, and hands out tables that DuckDB made.

Arguments of its own: the published file to take tables from, and how it ends (``well``; ``failed``:
a model; ``silent``: without results; ``torn``: half of them; ``ended``: well but for its exit code;
``incomplete`` and ``skipped``: a model was never built; ``without``: a table is not there;
``fewer``: a row is not there). What it was started with is kept beside the tables.

Border: what Spark itself makes is compared by ``make test-spark``.
"""

import argparse
import json
import os
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from pipelines.warehouse.models import node_ids


def main() -> int:
    """Behave as ``pipelines.scale_out.spark_build``, as far as the nightly run sees it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("published", type=Path)
    parser.add_argument("ending")
    for name in ("handover", "landing", "tables", "work", "results", "project"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    asked = parser.parse_args()
    (asked.published.parent / "environment.json").write_text(json.dumps(dict(os.environ)))
    if asked.ending == "silent":
        sys.stdout.write("finished: counts\njava.lang.OutOfMemoryError\n")
        return 137
    nodes = json.loads((asked.project / "target" / "manifest.json").read_text())["nodes"]
    built = node_ids({"nodes": nodes})
    after = {one: set(nodes[one]["depends_on"].get("nodes", [])) & set(built) for one in built}
    order = TopologicalSorter(after).static_order()
    results = [result(nodes[one], asked.ending) for one in order]
    if asked.ending == "incomplete":
        results = [one for one in results if one["name"] != "counts"]
    rows = {} if asked.ending == "failed" else export(asked.published, asked.tables, asked.ending)
    for one in results:
        sys.stdout.write(f"finished: {one['name']}\n")
    failed = {one["name"]: one["message"] for one in results if one["status"] == "error"}
    told = json.dumps({"nodes": results, "failed": failed, "rows": rows})
    asked.results.write_text(told[:-50] if asked.ending == "torn" else told)
    return 1 if failed or asked.ending == "ended" else 0


def result(node: dict[str, object], ending: str) -> dict[str, object]:
    """What Spark's build says of a node."""
    is_bad = ending == "failed" and node["name"] == "counts"
    is_skipped = ending == "skipped" and node["name"] == "counts"
    good = "pass" if node["resource_type"] == "test" else "success"
    return {
        "unique_id": node["unique_id"],
        "name": node["name"],
        "resource_type": node["resource_type"],
        "status": "error" if is_bad else "skipped" if is_skipped else good,
        "message": "overflow" if is_bad else "",
        "failures": None,
        "seconds": 0.1,
    }


def export(published: Path, tables: Path, ending: str) -> dict[str, int]:
    """Write the tables as Spark does: a folder per table with a file of Parquet."""
    rows = {}
    with duckdb.connect(str(published), read_only=True) as connection:
        for name, count in connection.execute(
            "select table_name, estimated_size from duckdb_tables() where schema_name = 'main'"
        ).fetchall():
            rows[name] = count
            if ending == "without" and name == "counts":
                continue
            some = f"limit {count - 1}" if ending == "fewer" and name == "counts" else ""
            (tables / name).mkdir(parents=True)
            target = f"{tables / name}/part-0.snappy.parquet"
            connection.execute(f"copy (from main.{name} {some}) to '{target}'")
    return rows


if __name__ == "__main__":
    sys.exit(main())
