"""The models built by Spark: register what was delivered, run dbt's target ``spark``, hand it out.

On one machine it starts Spark inside this process. On a cluster it is started by ``spark-submit``
with ``--submitted``: what that and ``spark-defaults.conf`` say of master, catalog, memory and
object store holds. What the models rely on is set here in both cases.

Border: run in ``.venv-spark``; what is computed stands in ``dbt_project``.
"""

import argparse
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.scale_out.registration import location, register_delivered

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

GOOD = frozenset({"success", "pass", "warn"})
# What a line of the output begins with when a node of dbt is finished.
FINISHED = "finished: "
# On one machine, unless a setting given here says otherwise.
ONE_MACHINE = {
    "spark.master": "local[*]",
    "spark.driver.memory": "6g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    # What fits one machine needs no 200 tasks per step.
    "spark.sql.shuffle.partitions": "8",
}
# What the models rely on, on any cluster.
RELIED_ON = {
    # A number too large or a text that is no number ends the build, as in DuckDB.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.default": "parquet",
}


@dataclass(frozen=True)
class Built:
    """What a build did.

    Attributes:
        registered_seconds: Until schema ``delivered`` was registered, start of Spark included.
        built_seconds: Of dbt: seeds, models and data tests.
        exported_seconds: Of writing the published tables out.
        java_cpu_seconds: Processor time of the driver's Java, on one machine all of Spark.
        nodes: What became of each seed, model and test, with the fields of ``NodeResult``.
        failed: What failed, with its message.
        rows: Rows per table that was written out.
    """

    registered_seconds: float
    built_seconds: float
    exported_seconds: float
    java_cpu_seconds: float
    nodes: list[dict[str, Any]]
    failed: dict[str, str]
    rows: dict[str, int]


def build(
    handover: str,
    landing: str,
    tables: str | None,
    work: Path,
    dbt_project: Path,
    settings: dict[str, str],
    is_submitted: bool = False,
) -> Built:
    """Build every model on Spark.

    Args:
        handover: Folder or address of the hand-over.
        landing: Folder or address of the landing.
        tables: Folder or address to which schema ``main`` is written, one folder of Parquet per
            table; None leaves the tables where the catalog has them.
        work: Folder for the logs of dbt and, where nobody set one, Spark's own warehouse.
        dbt_project: Folder of the models.
        settings: Settings of Spark that go before those of one machine.
        is_submitted: Whether ``spark-submit`` started this and says all that.
    """
    begin = time.perf_counter()
    spark = start_spark(work, settings, is_submitted)
    register_delivered(spark, handover, landing)
    registered = time.perf_counter()
    nodes, failed = _run_dbt(work, dbt_project)
    for name, value in RELIED_ON.items():
        if spark.conf.get(name) != value:
            failed[name] = f"is {spark.conf.get(name)} and must be {value}"
    built = time.perf_counter()
    rows = _export(spark, location(tables)) if tables and not failed else {}
    told = Built(
        registered_seconds=registered - begin,
        built_seconds=built - registered,
        exported_seconds=time.perf_counter() - built,
        java_cpu_seconds=_java_cpu_seconds(spark),
        nodes=nodes,
        failed=failed,
        rows=rows,
    )
    spark.stop()
    return told


def start_spark(work: Path, settings: dict[str, str], is_submitted: bool) -> "SparkSession":
    """Start Spark on this machine, or take the one that ``spark-submit`` prepared."""
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

    conf = SparkConf()
    if not is_submitted:
        warehouse = location(str(work / "spark-warehouse"))
        conf.setAll([*ONE_MACHINE.items(), ("spark.sql.warehouse.dir", warehouse)])
    conf.setAll([*settings.items(), *RELIED_ON.items()])
    return SparkSession.builder.appName("staalkaart").config(conf=conf).getOrCreate()


def _run_dbt(work: Path, dbt_project: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    from dbt.cli.main import dbtRunner

    _keep_strict()
    work.mkdir(parents=True, exist_ok=True)
    outcome = dbtRunner(callbacks=[_tell_finished]).invoke(
        [
            *("--log-level", "none", "--log-level-file", "info", "--no-use-colors"),
            *("build", "--target", "spark", "--exclude-resource-type", "unit_test"),
            *("--project-dir", str(dbt_project), "--profiles-dir", str(dbt_project)),
            *("--target-path", str(work / "target"), "--log-path", str(work / "logs")),
        ]
    )
    results: list[Any] = list(getattr(outcome.result, "results", None) or [])
    nodes = [_node(result) for result in results]
    failed = {
        node["name"]: node["message"] or node["status"]
        for node in nodes
        if node["status"] not in GOOD and node["status"] != "skipped"
    }
    if not results:
        failed["dbt"] = " ".join(str(outcome.exception or "no results").split())[:1000]
    return nodes, failed


def _node(result: Any) -> dict[str, Any]:  # noqa: ANN401 - dbt's own result class, untyped
    return {
        "unique_id": result.node.unique_id,
        "name": result.node.name,
        "resource_type": str(result.node.resource_type.value),
        "status": str(getattr(result.status, "value", result.status)),
        "message": " ".join(str(result.message or "").split())[:500],
        "failures": result.failures,
        "seconds": round(float(result.execution_time or 0.0), 2),
    }


def _tell_finished(event: Any) -> None:  # noqa: ANN401 - dbt's event message, untyped
    if event.info.name == "NodeFinished":
        sys.stdout.write(f"{FINISHED}{event.data.node_info.node_name}\n")
        sys.stdout.flush()


def _java_cpu_seconds(spark: "SparkSession") -> float:
    java: Any = spark.sparkContext._jvm.java.lang
    used = java.ProcessHandle.current().info().totalCpuDuration()
    return float(used.get().toMillis()) / 1000 if used.isPresent() else 0.0


def _keep_strict() -> None:
    """Keep dbt's adapter from switching strict arithmetic off before every statement."""
    from dbt.adapters.spark.connections import SparkCredentials

    loosened = SparkCredentials.__post_init__

    def strict(credentials: Any) -> None:  # noqa: ANN401 - dbt's own class, untyped
        loosened(credentials)
        credentials.server_side_parameters.update(RELIED_ON)

    SparkCredentials.__post_init__ = strict


def _export(spark: "SparkSession", tables: str) -> dict[str, int]:
    """Write the tables of schema ``main`` as Parquet and return how many rows each has."""
    rows = {}
    for table in spark.catalog.listTables("main"):
        if not table.isTemporary and table.tableType != "VIEW":
            whole = spark.table(f"main.{table.name}")
            whole.write.mode("overwrite").parquet(f"{tables}/{table.name}")
            rows[table.name] = whole.count()
    return rows


def _end_with_parent() -> None:
    """End this process, and with it the Java it started, once whoever started it is gone."""

    def wait() -> None:
        # Not by way of sys.stdin: Python waits for its lock when it ends.
        while os.read(0, 1024):
            pass
        os._exit(1)

    threading.Thread(target=wait, name="end_with_parent", daemon=True).start()


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, print what failed, write the times; return 1 when something failed."""
    parser = argparse.ArgumentParser(prog="spark_build", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--handover", required=True)
    parser.add_argument("--landing", required=True)
    parser.add_argument("--tables")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--project", type=Path, required=True, help="folder of the models")
    parser.add_argument("--results", type=Path)
    parser.add_argument("--conf", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--submitted", action="store_true", help="started by spark-submit")
    parser.add_argument("--end-with-parent", action="store_true", help="end when the input closes")
    asked = parser.parse_args(arguments)
    if asked.end_with_parent:
        _end_with_parent()
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    settings = dict(pair.split("=", 1) for pair in asked.conf)
    built = build(
        asked.handover,
        asked.landing,
        asked.tables,
        asked.work,
        asked.project,
        settings,
        asked.submitted,
    )
    if asked.results:
        asked.results.write_text(json.dumps(asdict(built), indent=2) + "\n", encoding="utf-8")
    for name, message in built.failed.items():
        sys.stdout.write(f"{name}: {message}\n")
    return 1 if built.failed else 0


if __name__ == "__main__":
    sys.exit(main())
