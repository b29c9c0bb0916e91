"""Tables that Spark wrote, taken into the build file as the contracts of their models say.

Border: whether Spark's build went well is known to ``models_on_spark.py``; no value is changed.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipelines.console import StaalkaartError
from pipelines.settings import MEMORY_LIMIT
from pipelines.warehouse.tables import quoted_identifier, quoted_text


class SparkError(StaalkaartError):
    """The build on Spark did not come to a good end; exit 1."""

    def __init__(self, message: str) -> None:
        super().__init__(
            f"De bouw op Spark is mislukt: {message}. Er is niets gepubliceerd. Zonder "
            "STAALKAART_ENGINE bouwt DuckDB dezelfde tabellen.",
            exit_code=1,
        )


def take_tables(
    build_file: Path, tables: Path, manifest: dict[str, Any], rows: Mapping[str, int]
) -> None:
    """Make the tables of schema ``main`` as their contracts say and fill them from Parquet.

    Args:
        build_file: The build file; no other connection of this process may be open on it.
        tables: A folder with a folder of Parquet per table.
        manifest: dbt's manifest, as parsed JSON.
        rows: How many rows Spark wrote, per table.

    Raises:
        SparkError: A table is missing, has other columns than its contract, another number of rows
            than was written, or an empty cell where the contract forbids it; nothing is taken over.
    """
    with duckdb.connect(str(build_file), config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute("begin")
        for node in published_models(manifest, "table"):
            name = node["name"]
            taken = _take_table(connection, node, tables / name)
            if taken != rows.get(name):
                raise SparkError(
                    f"van tabel {name} schreef het {rows.get(name, 'geen')} rijen en kwamen er "
                    f"{taken} aan"
                )
        connection.execute("commit")


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
    """Make one table and return how many rows it has."""
    name = node["name"]
    files = sorted(str(file) for file in folder.glob("*.parquet"))
    if not files:
        raise SparkError(f"tabel {name} is er niet (verwacht in {folder})")
    table = f"main.{quoted_identifier(name)}"
    parquet = f"read_parquet([{', '.join(map(quoted_text, files))}])"
    connection.execute(f"create or replace table {table} ({', '.join(_columns(node))})")
    for comment in _comments(node, table):
        connection.execute(comment)
    try:
        _assert_columns(
            name,
            given=connection.execute(f"describe from {parquet}").fetchall(),
            wanted=connection.execute(f"describe {table}").fetchall(),
        )
        connection.execute(f"insert into {table} from {parquet}")
    except duckdb.Error as error:
        raise SparkError(f"tabel {name}: {' '.join(str(error).split())[:300]}") from None
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])  # noqa: S608


def _assert_columns(name: str, given: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]]) -> None:
    for theirs, mine in zip(given, wanted, strict=False):
        if theirs[:2] != mine[:2]:
            raise SparkError(
                f"tabel {name} heeft kolom {' '.join(theirs[:2])} in plaats van "
                f"{' '.join(mine[:2])}"
            )
    if len(given) != len(wanted):
        raise SparkError(f"tabel {name} heeft {len(given)} kolommen in plaats van {len(wanted)}")


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
