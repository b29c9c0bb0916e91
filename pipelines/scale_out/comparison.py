"""The files that two engines published, cell for cell.

Rows are matched by the key that the tests of the models call unique; a table without such a key is
compared as a bag of rows. Names, order, types and comments of columns count as well, and whether it
is a table or a view; a published file has no constraints.

Border: nothing is forgiven here but moments of the clock, neither rounding nor order of letters;
which engine is right is not said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse.rebuild import CLOCK_COLUMNS
from pipelines.warehouse.tables import quoted_identifier, quoted_text

WHOLE_ROW = "*"


@dataclass(frozen=True)
class Difference:
    """One cell, row or column that differs.

    Attributes:
        table: The table.
        key: Names and values of the key; empty where the difference is not of one row.
        column: The column; ``*`` for a whole row or table.
        ours: The value in the file of the one engine, as text.
        theirs: The value in the file of the other, as text.
    """

    table: str
    key: dict[str, str | None]
    column: str
    ours: str | None
    theirs: str | None


@dataclass(frozen=True)
class TableComparison:
    """How a table compares.

    Attributes:
        table: The table.
        rows: Rows in the published file.
        cells: Cells that were compared, one per row and column.
        differences: The first differences found.
        is_cut_short: Whether there are more.
    """

    table: str
    rows: int
    cells: int
    differences: list[Difference] = field(default_factory=list)
    is_cut_short: bool = False


def compare(
    ours: Path, theirs: Path, keys: dict[str, tuple[str, ...]], limit: int = 20
) -> Iterator[TableComparison]:
    """Compare every published table of two files.

    Args:
        ours: The file that the one engine published.
        theirs: The file that the other published.
        keys: The unique columns per table (``unique_keys``).
        limit: Differences to tell per table.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted_text(ours)} as ours (read_only)")
        connection.execute(f"attach {quoted_text(theirs)} as theirs (read_only)")
        here, there = _tables(connection, "ours"), _tables(connection, "theirs")
        for table in sorted(here | there):
            if table not in there or table not in here:
                yield _missing(table, table in here)
                continue
            for view, file in (("a", "ours"), ("b", "theirs")):
                connection.execute(
                    f"create or replace temp view {view} as"  # noqa: S608 (own names)
                    f" select {_compared_columns(connection, file, table)}"
                    f" from {file}.main.{quoted_identifier(table)}"
                )
            yield _compared(connection, table, keys.get(table, ()), limit)


def _tables(connection: duckdb.DuckDBPyConnection, file: str) -> set[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables"
        " where table_catalog = ? and table_schema = 'main'",
        [file],
    ).fetchall()
    return {str(row[0]) for row in rows}


def _compared_columns(connection: duckdb.DuckDBPyConnection, file: str, table: str) -> str:
    """Return the columns of a table but those that hold the moment of a run, as SQL lists them."""
    rows = connection.execute(
        "select column_name from duckdb_columns() where database_name = ?"
        " and schema_name = 'main' and table_name = ? order by column_index",
        [file, table],
    ).fetchall()
    return ", ".join(
        quoted_identifier(row[0]) for row in rows if (table, row[0]) not in CLOCK_COLUMNS
    )


def unique_keys(manifest: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return per published table the columns that a test of the models calls unique.

    Args:
        manifest: dbt's manifest, as parsed JSON.
    """
    found: dict[str, tuple[str, ...]] = {}
    for node in manifest["nodes"].values():
        test = node.get("test_metadata") or {}
        table = manifest["nodes"].get(node.get("attached_node") or "", {}).get("name")
        if table is None:
            continue
        if test.get("name") == "unique":
            found[table] = (test["kwargs"]["column_name"],)
        elif test.get("name") == "unique_combination":
            found.setdefault(table, tuple(test["kwargs"]["columns"]))
    return found


def _missing(table: str, is_here: bool) -> TableComparison:
    ours, theirs = ("is er", "ontbreekt") if is_here else ("ontbreekt", "is er")
    return TableComparison(table, 0, 0, [Difference(table, {}, WHOLE_ROW, ours, theirs)])


def _compared(
    connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], limit: int
) -> TableComparison:
    ours, theirs = _columns(connection, "ours", table), _columns(connection, "theirs", table)
    rows = int(connection.execute("select count(*) from a").fetchall()[0][0])
    names = [name for name, _ in ours[1:] if (table, name) not in CLOCK_COLUMNS]
    cells = rows * len(names)
    if ours != theirs:
        return TableComparison(table, rows, cells, list(_column_differences(table, ours, theirs)))
    unmatched = connection.execute(
        "select (select count(*) from (from a except all from b))"
        " + (select count(*) from (from b except all from a))"
    ).fetchall()[0][0]
    if not unmatched:
        return TableComparison(table, rows, cells)
    told = list(_differences_by_key(connection, table, names, key, limit + 1)) if key else []
    # Rows that stand in the table more often on one side have the same keys and the same cells.
    told = told or list(_rows_without_counterpart(connection, table, names, limit + 1))
    return TableComparison(table, rows, cells, told[:limit], is_cut_short=len(told) > limit)


def _columns(connection: duckdb.DuckDBPyConnection, file: str, table: str) -> list[tuple[str, str]]:
    """Return what a table is with its comment, then each column with its type and comment."""
    return [
        (str(name), " ".join(str(told).split()))
        for name, told in connection.execute(
            "select $whole, concat_ws(' ', 'table', comment) from duckdb_tables()"
            " where database_name = $file and schema_name = 'main' and table_name = $table"
            " union all select $whole, concat_ws(' ', 'view', comment) from duckdb_views()"
            " where database_name = $file and schema_name = 'main' and view_name = $table"
            " union all"
            " (select column_name, data_type || ' ' || coalesce(comment, '') from duckdb_columns()"
            " where database_name = $file and schema_name = 'main' and table_name = $table"
            " order by column_index)",
            {"whole": WHOLE_ROW, "file": file, "table": table},
        ).fetchall()
    ]


def _column_differences(
    table: str, ours: list[tuple[str, str]], theirs: list[tuple[str, str]]
) -> Iterator[Difference]:
    for place in range(max(len(ours), len(theirs))):
        mine = " ".join(ours[place]).strip() if place < len(ours) else None
        other = " ".join(theirs[place]).strip() if place < len(theirs) else None
        if mine != other:
            column = (ours if place < len(ours) else theirs)[place][0]
            yield Difference(table, {}, column, mine, other)


def _differences_by_key(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    key: Sequence[str],
    limit: int,
) -> Iterator[Difference]:
    """Yield the differing cells of rows with the same key, then the rows without counterpart."""
    joined = " and ".join(f"a.{q} is not distinct from b.{q}" for q in _quoted(key))
    keys = ", ".join(f"a.{q}::varchar" for q in _quoted(key))
    for column in [column for column in columns if column not in key]:
        name = quoted_identifier(column)
        for row in connection.execute(
            f"select {keys}, a.{name}::varchar, b.{name}::varchar"  # noqa: S608 (own names)
            f" from a inner join b on {joined}"
            f" where a.{name} is distinct from b.{name} order by all limit {limit}"
        ).fetchall():
            yield Difference(table, dict(zip(key, row, strict=False)), column, row[-2], row[-1])
    yield from _rows_without_counterpart(connection, table, key, limit)


def _rows_without_counterpart(
    connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str], limit: int
) -> Iterator[Difference]:
    """Yield the rows of which the key stands on one side only, or more often on one side."""
    names = ", ".join(_quoted(key))
    texts = ", ".join(f"{q}::varchar" for q in _quoted(key))
    for side, other, told in (
        ("a", "b", ("is er", "ontbreekt")),
        ("b", "a", ("ontbreekt", "is er")),
    ):
        for row in connection.execute(
            f"select {texts} from"  # noqa: S608 (own names)
            f" (select {names} from {side} except all select {names} from {other})"
            f" order by all limit {limit}"
        ).fetchall():
            yield Difference(table, dict(zip(key, row, strict=True)), WHOLE_ROW, *told)


def _quoted(columns: Sequence[str]) -> list[str]:
    return [quoted_identifier(column) for column in columns]
