"""The published tables that Python writes: deliveries, rejected_rows, check_results and build.

Their columns, types and descriptions are facts and stand in ``tables.yml``.

Border: all other published tables are dbt models; no value is computed here.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

DECLARATIONS = Path(__file__).with_name("tables.yml")


@cache
def declared_tables() -> dict[str, dict[str, Any]]:
    """Return the declaration of each table by its name."""
    declared: dict[str, dict[str, Any]] = yaml.safe_load(DECLARATIONS.read_text(encoding="utf-8"))
    return declared


def description(text: dict[str, str]) -> str:
    """Return a description as every published table and column carries it: Dutch, then English."""
    return f"{text['nl']} | EN: {text['en']}"


def create_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create a declared table in schema main, replacing it, with its comments."""
    declared = declared_tables()[name]
    columns = ", ".join(f"{column} {c['type']}" for column, c in declared["columns"].items())
    connection.execute(f"create or replace table main.{name} ({columns})")
    connection.execute(
        f"comment on table main.{name} is {quoted_text(description(declared['grain']))}"
    )
    for column, text in declared["columns"].items():
        connection.execute(
            f"comment on column main.{name}.{column} is {quoted_text(description(text))}"
        )


def copy_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Create a declared table and fill it from the table its declaration names."""
    create_table(connection, name)
    declared = declared_tables()[name]
    columns = ", ".join(declared["columns"])
    connection.execute(
        f"insert into main.{name} select {columns} from {declared['from']} "  # noqa: S608
        f"order by {', '.join(declared['order'])}"
    )


def fill_table(
    connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[Sequence[object]]
) -> None:
    """Create a declared table and fill it, in one statement, with rows in the order of its columns.

    Raises:
        ValueError: A row has another number of values than the table has columns.
    """
    create_table(connection, name)
    columns = declared_tables()[name]["columns"].values()
    lists = ", ".join(f"unnest(cast(? as {column['type']}[]))" for column in columns)
    values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
    if len(values) != len(columns):
        raise ValueError(f"table {name} has {len(columns)} columns, not {len(values)}")
    connection.execute(f"insert into main.{name} select {lists}", values)


def quoted_identifier(name: str) -> str:
    """Return a name of a table or column as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(value: object) -> str:
    """Return a value as a text literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"
