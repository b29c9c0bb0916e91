"""Schema ``delivered`` in Spark's catalog, over the landed Parquet where it lies.

Per kind an external table ``landed_<kind>`` over its folder and a view with the rows in force; the
other sources are external tables over the hand-over. Nothing is copied.

Border: run in ``.venv-spark``; what is in force stands in the hand-over (``handover.py``).
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SCHEMA = "delivered"


def register_delivered(spark: "SparkSession", handover: str, landing: str) -> list[str]:
    """Register what counts as delivered; earlier registrations are replaced.

    Args:
        spark: A session with the catalog to register in.
        handover: Folder or address (such as ``s3a://…``) of the hand-over.
        landing: Folder or address of the landing.

    Returns:
        The names of the registered tables and views.
    """
    handover, landing = location(handover), location(landing)
    spark.sql(f"create schema if not exists {SCHEMA}")
    described = spark.read.text(f"{handover}/handover.json", wholetext=True).collect()
    handed_over: dict[str, Any] = json.loads(described[0][0])
    tables, kinds = handed_over["tables"], handed_over["kinds"]
    for table in ("in_force", *tables):
        _register_folder(spark, table, f"{handover}/{table}")
    for kind, facts in kinds.items():
        if facts["is_delivered"]:
            _register_folder(spark, f"landed_{kind}", f"{landing}/{kind}", facts["columns"])
        spark.sql(f"create or replace view {SCHEMA}.{kind} as {rows_in_force(kind, facts)}")
    return [*tables, *kinds]


def location(folder: str) -> str:
    """Return a folder as an address; what already is one stays as it is.

    Spark takes the text of an address as it stands: what is quoted in it would be another folder.
    """
    return folder.rstrip("/") if urlsplit(folder).scheme else f"file:{Path(folder).resolve()}"


def _register_folder(
    spark: "SparkSession", table: str, folder: str, columns: dict[str, str] | None = None
) -> None:
    listed = ", ".join(f"{name} {dtype}" for name, dtype in (columns or {}).items())
    address = folder.replace("'", "''")
    spark.sql(f"drop table if exists {SCHEMA}.{table}")
    spark.sql(
        f"create table {SCHEMA}.{table} {f'({listed})' if listed else ''}"
        f" using parquet location '{address}'"
    )


def rows_in_force(kind: str, facts: dict[str, Any]) -> str:
    """Return the query for the rows of a kind that count, with their stream."""
    columns = facts["columns"]
    if not facts["is_delivered"]:
        nothing = ", ".join(f"cast(null as {dtype}) as {name}" for name, dtype in columns.items())
        return f"select {nothing}, cast(null as string) as stream where false"
    names = ", ".join(f"landed.{name}" for name in columns)
    of_kind = (
        f"select {names}, in_force.stream from {SCHEMA}.landed_{kind} as landed"  # noqa: S608 (own names)
        f" inner join {SCHEMA}.in_force as in_force"
        f" on in_force.kind = '{kind}' and landed.delivery_id = in_force.delivery_id"
    )
    selects = [f"{of_kind} and in_force.mark is null"]
    for stream, mark in facts["marks"].items():
        made = ", ".join(f"landed.{column}" for column in mark)
        selects.append(
            f"{of_kind} and in_force.stream = '{stream}' and in_force.mark = concat_ws('|', {made})"
        )
    return " union all ".join(selects)
