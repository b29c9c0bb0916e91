"""The rows of a kind that count, as DuckDB sees them: ``delivered.<kind>``.

Landed files that count whole stay where they are, below a view: they never change, and copying
them costs more than reading them more than once. Of a file that counts in part the rows that count
are picked once, into ``delivered.<kind>_in_part``. A kind of which nothing came is an empty table.

Border: which files and rows count is decided in ``in_force.py``.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from pipelines.deliveries.in_force import PartInForce
from pipelines.deliveries.kinds import Kind
from pipelines.deliveries.landing import landed_path
from pipelines.deliveries.streams import HISTORY_STREAM
from pipelines.warehouse.tables import quoted_text

SQL_TYPES = {
    pl.String(): "varchar",
    pl.Int32(): "integer",
    pl.Int8(): "tinyint",
    pl.Boolean(): "boolean",
    pl.Date(): "date",
    pl.Decimal(10, 2): "decimal(10, 2)",
}


def show_rows_in_force(
    connection: duckdb.DuckDBPyConnection,
    landing_dir: Path,
    kind: Kind,
    parts: Sequence[PartInForce],
) -> None:
    """Make ``delivered.<kind>``, with the columns of the kind and ``stream``.

    Args:
        connection: To a database with a schema ``delivered``.
        landing_dir: Where the landed files are.
        kind: The kind of row.
        parts: What of it counts.
    """
    shown: list[str] = []
    in_part = [part for part in parts if not part.is_whole]
    if in_part or not parts:
        table = f"delivered.{kind.name}_in_part" if parts else f"delivered.{kind.name}"
        _create_table(connection, table, kind)
        _pick_rows(connection, table, landing_dir, kind, in_part)
        shown.append(f"from {table}")
    # Files are named in a fixed order and DuckDB keeps it, so that rows need no sorting.
    for stream in sorted({part.stream for part in parts if part.is_whole}):
        whole = [part for part in parts if part.is_whole and part.stream == stream]
        columns = ", ".join(f"{n}::{SQL_TYPES[t]} as {n}" for n, t in kind.landing_schema.items())
        files = ", ".join(quoted_text(path) for path in _paths(landing_dir, kind, whole))
        source = f"{quoted_text(stream)} as stream from read_parquet([{files}])"
        shown.append(f"select {columns}, {source}")
    if parts:
        connection.execute(f"create view delivered.{kind.name} as {' union all '.join(shown)}")


def _create_table(connection: duckdb.DuckDBPyConnection, table: str, kind: Kind) -> None:
    columns = ", ".join(f"{name} {SQL_TYPES[dtype]}" for name, dtype in kind.landing_schema.items())
    connection.execute(f"create table {table} ({columns}, stream varchar)")


def _pick_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    landing_dir: Path,
    kind: Kind,
    parts: Sequence[PartInForce],
) -> None:
    """Copy the rows that count of files that count in part; histories in one go, they are many."""
    insert = f"insert into {table} select {', '.join(kind.landing_schema)}, $stream"
    histories = [part for part in parts if part.stream == HISTORY_STREAM]
    others = [[part] for part in parts if part.stream != HISTORY_STREAM]
    for together in [histories, *others] if histories else others:
        mark = ", ".join(together[0].mark)
        connection.execute(
            f"{insert} from read_parquet($paths)"
            f" where concat_ws('|', delivery_id, {mark}) in (select unnest($marks))",
            {
                "stream": together[0].stream,
                "paths": _paths(landing_dir, kind, together),
                "marks": [f"{part.delivery_id}|{mark}" for part in together for mark in part.marks],
            },
        )


def _paths(landing_dir: Path, kind: Kind, parts: Sequence[PartInForce]) -> list[str]:
    """Return the files in full, because whoever reads the view may stand in another folder."""
    folder = landing_dir.absolute()
    return [str(landed_path(folder, kind.name, part.delivery_id)) for part in parts]
