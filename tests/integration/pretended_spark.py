"""A program that is started in the place of Spark's build, and hands out tables that DuckDB made.

Arguments of its own: the published file to take tables from, and how it ends (``well``, ``failed``,
``silent``, ``without``: as ``well`` but one table). What it was started with is kept beside the
tables.

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
    if asked.ending != "failed":
        export(asked.published, asked.tables, asked.ending == "without")
    for one in results:
        sys.stdout.write(f"finished: {one['name']}\n")
    failed = {one["name"]: one["message"] for one in results if one["status"] == "error"}
    asked.results.write_text(json.dumps({"nodes": results, "failed": failed}))
    return 1 if failed else 0


def result(node: dict[str, object], ending: str) -> dict[str, object]:
    """What Spark's build says of a node."""
    is_bad = ending == "failed" and node["name"] == "counts"
    return {
        "unique_id": node["unique_id"],
        "name": node["name"],
        "resource_type": node["resource_type"],
        "status": "error" if is_bad else "pass" if node["resource_type"] == "test" else "success",
        "message": "overflow" if is_bad else "",
        "failures": None,
        "seconds": 0.1,
    }


def export(published: Path, tables: Path, is_incomplete: bool) -> None:
    """Write the tables as Spark does: a folder per table with a file of Parquet."""
    with duckdb.connect(str(published), read_only=True) as connection:
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main'"
        ).fetchall():
            if not (is_incomplete and name == "counts"):
                (tables / name).mkdir(parents=True)
                connection.execute(f"copy main.{name} to '{tables / name}/part-0.snappy.parquet'")


if __name__ == "__main__":
    sys.exit(main())
