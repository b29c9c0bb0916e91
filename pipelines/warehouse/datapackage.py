"""The published tables as Parquet files with a Frictionless data package that describes them.

Follows the Data Package standard, version 2: one resource per table with path, size, hash and a
table schema whose descriptions are the comments of the warehouse, in Dutch and English.

Border: nothing is chosen or computed; the tables are those of one finished warehouse file.
"""

import json
from pathlib import Path
from typing import Any

import duckdb

from pipelines.deliveries.ledger import hash_of
from pipelines.settings import MEMORY_LIMIT
from pipelines.warehouse.tables import quoted_identifier, quoted_text

PARQUET_FOLDER = "parquet"
DATAPACKAGE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
RESOURCE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
# The types of a table schema, by the beginning of DuckDB's type.
FIELD_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DECIMAL": "number",
    "DOUBLE": "number",
    "FLOAT": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
}


def write_datapackage(warehouse_file: Path, folder: Path) -> None:
    """Write every table of a warehouse file as Parquet, and the description of all of them.

    Args:
        warehouse_file: A finished warehouse file; it is opened read-only.
        folder: Where ``parquet/`` and ``datapackage.json`` go.

    Raises:
        ValueError: A column has a type that no table schema knows.
    """
    with duckdb.connect(
        str(warehouse_file), read_only=True, config={"memory_limit": MEMORY_LIMIT}
    ) as connection:
        connection.execute(f"set temp_directory = {quoted_text(folder / '.spill')}")
        tables = connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'main'"
            " order by table_name"
        ).fetchall()
        resources = []
        for table, comment in tables:
            path = folder / PARQUET_FOLDER / f"{table}.parquet"
            connection.execute(
                f"copy (select * from {quoted_identifier(table)}) to {quoted_text(path)}"  # noqa: S608
                " (format parquet, compression zstd)"
            )
            resources.append(_resource(connection, table, comment or "", path))
        ((built_at, as_of, code_version, rule_set_version, is_synthetic),) = connection.execute(
            "select strftime(built_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ'),"
            " cast(as_of as varchar), code_version, rule_set_version, is_synthetic from build"
        ).fetchall()
    package = {
        "$schema": PROFILE,
        "name": "staalkaart",
        "title": "Staalkaart: microcredentials in Vlaanderen, gepubliceerde tabellen",
        "description": (
            ("SYNTHETISCHE GEGEVENS. " if is_synthetic else "")
            + "Gepseudonimiseerde records met exacte aantallen: een werkbestand voor analisten, "
            "geen publicatie. | EN: Pseudonymised records with exact numbers: a working file for "
            "analysts, not a publication."
        ),
        "created": built_at,
        "version": code_version,
        "asOf": as_of,
        "ruleSetVersion": rule_set_version,
        "isSynthetic": is_synthetic,
        "resources": resources,
    }
    content = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (folder / DATAPACKAGE).write_text(content, encoding="utf-8")


def _resource(
    connection: duckdb.DuckDBPyConnection, table: str, comment: str, path: Path
) -> dict[str, Any]:
    columns = connection.execute(
        "select column_name, data_type, is_nullable, comment from duckdb_columns()"
        " where schema_name = 'main' and table_name = $table order by column_index",
        {"table": table},
    ).fetchall()
    return {
        "$schema": RESOURCE_PROFILE,
        "name": table,
        "type": "table",
        "path": f"{PARQUET_FOLDER}/{path.name}",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": comment,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{hash_of(path)}",
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fields": [
                {"name": name, "type": _field_type(table, name, kind), "description": said or ""}
                for name, kind, _, said in columns
            ],
        },
    }


def _field_type(table: str, column: str, kind: str) -> str:
    if kind.endswith("[]"):
        return "array"
    for beginning, field_type in FIELD_TYPES.items():
        if kind.startswith(beginning):
            return field_type
    raise ValueError(f"{table}.{column} has type {kind}, which no table schema knows")
