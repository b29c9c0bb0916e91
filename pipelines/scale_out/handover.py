"""What Spark must know of a landing: which rows count, and the small tables beside them.

The rows themselves stay where they landed. The hand-over is a folder with ``handover.json`` (per
kind its columns and, per stream, the columns that marks are made of), the table ``in_force`` (per
kind and delivery the stream and, where not every row counts, the marks of those that do) and the
other sources of the models, each a folder of Parquet.

Border: run in ``.venv``; ``registration.py`` reads the folder on the other side.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from pipelines.deliveries.delivered import Decided, decide_delivered, write_tables
from pipelines.deliveries.in_force import PartInForce, parts_in_force
from pipelines.deliveries.kinds import Kind, load_kinds
from pipelines.deliveries.rows_in_force import show_rows_in_force
from pipelines.settings import Settings
from pipelines.warehouse.tables import quoted_text

# The sources of the models that are no kind of row (models/staging/sources.yml).
SMALL_TABLES = (
    "supplies",
    "reconciliations",
    "incomplete_bundles",
    "contracts",
    "run",
    "windows",
)
FACTS = "handover.json"
_SPARK_TYPES = {
    pl.String(): "string",
    pl.Int32(): "int",
    pl.Int8(): "tinyint",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Decimal(10, 2): "decimal(10,2)",
}
_IN_FORCE = {"kind": pl.String, "delivery_id": pl.String, "stream": pl.String, "mark": pl.String}


def write_handover(settings: Settings, folder: Path) -> None:
    """Write the hand-over of a landing into a fresh folder.

    Args:
        settings: Where the landing is, and the as-of date.
        folder: Where to; what stands there is removed first.
    """
    decided = decide_delivered(settings)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kinds = list(load_kinds().values())
    parts = {kind.name: parts_in_force(kind, decided.succession, decided.ledger) for kind in kinds}
    described = {kind.name: _described(kind, parts[kind.name]) for kind in kinds}
    facts = {"tables": SMALL_TABLES, "kinds": described}
    (folder / FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    rows = [row for kind in kinds for row in _in_force_rows(kind.name, parts[kind.name])]
    frame = pl.DataFrame(rows, schema=_IN_FORCE, orient="row")
    (folder / "in_force").mkdir()
    frame.write_parquet(folder / "in_force" / "part-0.parquet")
    with duckdb.connect() as connection:
        connection.execute("create schema delivered")
        for kind in kinds:
            show_rows_in_force(connection, settings.landing_dir, kind, parts[kind.name])
        _write_small_tables(connection, settings, decided, folder)


def _described(kind: Kind, parts: list[PartInForce]) -> dict[str, object]:
    """Return how a kind is registered: its columns, and per stream what its marks are made of."""
    return {
        "is_delivered": bool(parts),
        "columns": {name: _SPARK_TYPES[dtype] for name, dtype in kind.landing_schema.items()},
        "marks": {part.stream: list(part.mark) for part in parts if not part.is_whole},
    }


def _in_force_rows(kind: str, parts: list[PartInForce]) -> Iterator[tuple[str | None, ...]]:
    for part in parts:
        for mark in part.marks if part.mark else (None,):
            yield (kind, part.delivery_id, part.stream, mark)


def _write_small_tables(
    connection: duckdb.DuckDBPyConnection, settings: Settings, decided: Decided, folder: Path
) -> None:
    write_tables(connection, settings, decided)
    for table in SMALL_TABLES:
        (folder / table).mkdir()
        target = quoted_text(folder / table / "part-0.parquet")
        connection.execute(f"copy delivered.{table} to {target}")
