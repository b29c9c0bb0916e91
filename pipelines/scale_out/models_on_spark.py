"""The models of a nightly run built by Spark, and their tables taken into the build file.

After it the build file holds what DuckDB's own build leaves for gate and publication: the tables of
schema ``main`` with the columns, constraints and comments of their contracts, filled from Spark's
Parquet, and the seeds and the views over those tables, which dbt makes here as it always does.

Border: run in ``.venv``; what Spark does stands in ``spark_build.py``; whether the tables may be
published is the gate's business.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.console import StaalkaartError
from pipelines.scale_out.handover import write_handover
from pipelines.scale_out.java import java_problem
from pipelines.scale_out.spark_build import FINISHED
from pipelines.settings import (
    MEMORY_LIMIT,
    PROJECT_ROOT,
    Settings,
    environment_without_secrets,
    java_places,
)
from pipelines.warehouse.models import (
    BrokenModelsError,
    NodeResult,
    build_seeds_and,
    ensure_manifest,
    node_ids,
)
from pipelines.warehouse.tables import quoted_identifier, quoted_text

SPARK_PYTHON = PROJECT_ROOT / ".venv-spark" / "bin" / "python"


@dataclass(frozen=True)
class _Told:
    """What a build on Spark said of itself.

    Attributes:
        results: What became of each node.
        failed: What failed, with its message.
        rows: Rows per table that was written.
        exit_code: How the command ended.
        log: Where the rest of what it said is.
    """

    results: list[NodeResult]
    failed: dict[str, str]
    rows: dict[str, int]
    exit_code: int
    log: Path


def assert_spark_is_there(settings: Settings) -> None:
    """Refuse a run on Spark that could not end, before any delivery is read.

    Raises:
        StaalkaartError: Java or the environment of Spark is missing, exit 2. Where the installation
            names a command of its own, that command knows what it needs.
    """
    if settings.spark_command:
        return
    problem = java_problem(*java_places())
    if problem is None and not SPARK_PYTHON.exists():
        problem = (
            "De omgeving van Spark is er niet (.venv-spark in de map van Staalkaart). Maak ze met "
            "'make spark', of laat STAALKAART_ENGINE weg: dan bouwt DuckDB de modellen."
        )
    if problem:
        raise StaalkaartError(problem)


def run_models_on_spark(
    settings: Settings, progress: Callable[[str], None] | None = None
) -> list[NodeResult]:
    """Build seeds, models and data tests on Spark and take the tables into the build file.

    Args:
        settings: Where landing, build file and logs are; the build file has schema ``delivered``.
        progress: Called with the name of each node that finished.

    Returns:
        What became of each node. Where one failed, nothing is taken over.

    Raises:
        BrokenModelsError: Spark did not come to its end, or made other tables than the contracts
            say.
    """
    manifest = ensure_manifest(settings)
    folder = settings.spark_dir
    shutil.rmtree(folder, ignore_errors=True)
    write_handover(settings, folder / "handover")
    told = _run_spark(settings, progress)
    names = {result.name for result in told.results}
    beside = [f"{name} ({why})" for name, why in told.failed.items() if name not in names]
    if not told.failed:
        beside += _what_is_missing(told, manifest)
    if beside:
        raise BrokenModelsError("; ".join(beside))
    if all(result.is_good for result in told.results):
        taken = take_tables(settings.build_file, folder / "tables", manifest)
        for name, rows in taken.items():
            if told.rows[name] != rows:
                raise BrokenModelsError(
                    f"Spark schreef {told.rows[name]} rijen van {name} en er kwamen er {rows} aan"
                )
        build_seeds_and(settings, [node["name"] for node in published_models(manifest, "view")])
        shutil.rmtree(folder)
    return told.results


def _what_is_missing(told: "_Told", manifest: dict[str, Any]) -> list[str]:
    """Return what a build that says it went well should have said and did not."""
    found = []
    if told.exit_code:
        found.append(f"Spark eindigde met exit {told.exit_code}; wat het zei staat in {told.log}")
    absent = set(node_ids(manifest)) - {result.unique_id for result in told.results}
    if absent:
        names = ", ".join(sorted(absent)[:5])
        found.append(f"Spark bouwde {len(absent)} modellen of tests niet: {names}")
    tables = {node["name"] for node in published_models(manifest, "table")}
    if tables - told.rows.keys():
        found.append(f"Spark schreef niet: {', '.join(sorted(tables - told.rows.keys()))}")
    return found


def spark_command(settings: Settings) -> list[str]:
    """Return the command that builds on Spark, with where it finds and leaves things."""
    folder = settings.spark_dir
    return [
        *(settings.spark_command or (str(SPARK_PYTHON), "-m", "pipelines.scale_out.spark_build")),
        *("--handover", str(folder / "handover"), "--landing", str(settings.landing_dir)),
        *("--tables", str(folder / "tables"), "--work", str(folder)),
        *("--results", str(folder / "results.json"), "--project", str(settings.dbt_dir)),
    ]


def take_tables(build_file: Path, tables: Path, manifest: dict[str, Any]) -> dict[str, int]:
    """Make the tables of schema ``main`` as their contracts say and fill them from Parquet.

    Args:
        build_file: The build file; no other connection of this process may be open on it.
        tables: A folder with a folder of Parquet per table.
        manifest: dbt's manifest, as parsed JSON.

    Returns:
        Rows per table.

    Raises:
        BrokenModelsError: A table is missing, has other columns than its contract, or has an empty
            cell where the contract forbids it; nothing is taken over.
    """
    row_counts = {}
    with duckdb.connect(str(build_file), config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("begin")
        connection.execute("create schema if not exists main")
        for node in published_models(manifest, "table"):
            row_counts[node["name"]] = _take_table(connection, node, tables / node["name"])
        connection.execute("commit")
    return row_counts


def published_models(manifest: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the models of schema ``main`` that are tables, or those that are views, by name."""
    found = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] == "main"
        and node["config"]["materialized"] == kind
    ]
    return sorted(found, key=lambda node: str(node["name"]))


def _take_table(connection: duckdb.DuckDBPyConnection, node: dict[str, Any], folder: Path) -> int:
    name = node["name"]
    if not any(folder.glob("*.parquet")):
        raise BrokenModelsError(f"Spark leverde tabel {name} niet")
    table, files = f"main.{quoted_identifier(name)}", quoted_text(folder / "*.parquet")
    connection.execute(f"create or replace table {table} ({', '.join(_columns(node))})")
    for comment in _comments(node, table):
        connection.execute(comment)
    wanted = connection.execute(f"describe {table}").fetchall()
    given = connection.execute(f"describe from read_parquet({files})").fetchall()
    for mine, theirs in zip(wanted, given, strict=False):
        if mine[:2] != theirs[:2]:
            raise BrokenModelsError(
                f"Spark leverde {name} met {' '.join(theirs[:2])} in plaats van "
                f"{' '.join(mine[:2])}"
            )
    if len(wanted) != len(given):
        raise BrokenModelsError(f"Spark leverde {name} met {len(given)} kolommen: {len(wanted)}")
    try:
        connection.execute(f"insert into {table} from read_parquet({files})")
    except duckdb.ConstraintException as error:
        raise BrokenModelsError(f"{name}: {error}") from None
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])  # noqa: S608


def _columns(node: dict[str, Any]) -> Iterator[str]:
    for column in node["columns"].values():
        is_needed = any(one["type"] == "not_null" for one in column["constraints"] or [])
        needed = " not null" if is_needed else ""
        yield f"{quoted_identifier(column['name'])} {column['data_type']}{needed}"


def _comments(node: dict[str, Any], table: str) -> Iterator[str]:
    yield f"comment on table {table} is {quoted_text(node['description'])}"
    for column in node["columns"].values():
        place = f"{table}.{quoted_identifier(column['name'])}"
        yield f"comment on column {place} is {quoted_text(column['description'])}"


def _run_spark(settings: Settings, progress: Callable[[str], None] | None) -> _Told:
    """Start Spark's build, wait for it, and return what it wrote about itself."""
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    log = settings.logs_dir / "spark.log"
    last = ""
    with _started(settings, log) as process:
        for line in process.stdout or []:
            name = line.rstrip("\n").removeprefix(FINISHED)
            if line.startswith(FINISHED):
                if progress:
                    progress(name)
            else:
                last = name.strip() or last
    try:
        told = json.loads((settings.spark_dir / "results.json").read_text(encoding="utf-8"))
        results = [NodeResult(**node) for node in told["nodes"]]
        return _Told(results, dict(told["failed"]), dict(told["rows"]), process.returncode, log)
    except (OSError, ValueError, KeyError, TypeError):
        raise BrokenModelsError(
            f"Spark is niet tot het einde gekomen (exit {process.returncode}"
            f"{'; ' + last[:300] if last else ''}). Wat het zei staat in {log}"
        ) from None


@contextmanager
def _started(settings: Settings, log: Path) -> "Iterator[subprocess.Popen[str]]":
    """Start the command; it has no secret of this process, and ends when this process does."""
    command = spark_command(settings)
    if not settings.spark_command:
        command.append("--end-with-parent")
    with log.open("w", encoding="utf-8") as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 (this project, or what the installation names)
                command,
                cwd=PROJECT_ROOT,
                env=environment_without_secrets(keeps_spark=bool(settings.spark_command)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        except OSError as error:
            raise BrokenModelsError(f"Spark kon niet starten ({error})") from None
        try:
            yield process
            process.wait()
        finally:
            process.kill()
            process.communicate()
