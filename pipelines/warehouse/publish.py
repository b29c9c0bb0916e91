"""Publishing: the tables of a checked build become the file that analysts read, by one rename.

The published file is never updated in place: a torn write of its first block would make it
unopenable. Readers of the old file keep it; every publication also stays as a dated copy
(``generations.py``).

Border: nothing is computed or corrected here; an unchecked build is refused, whoever asks.
"""

import os
from pathlib import Path

import duckdb

from pipelines.console import StaalkaartError
from pipelines.settings import MEMORY_LIMIT
from pipelines.warehouse.generations import (
    finish_generation,
    flush,
    prepare_generation,
    remove_old_generations,
    settle_generations,
)
from pipelines.warehouse.query_macros import create_query_macros
from pipelines.warehouse.tables import quoted_identifier, quoted_text

# Analysts' DuckDB 1.x clients open this version; the default of DuckDB 2.0 they do not.
STORAGE_VERSION = "v1.4.0"


class RefusedBuildError(StaalkaartError):
    """The build may not be published: unchecked, failed, or not fully checked. Exit 1."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Er wordt niets gepubliceerd: {message}", exit_code=1)


def publish(build_file: Path, published_file: Path) -> dict[str, int]:
    """Publish the main schema of a build and return the number of rows per table.

    Raises:
        RefusedBuildError: The build has no check results for its own landing hash, a failed
            blocking expectation, or an expectation that could not run.
    """
    remove_leftovers(published_file)
    temporary = published_file.with_name(f"{published_file.name}.{os.getpid()}.tmp")
    row_counts = _copy(build_file, temporary)
    _assert_complete(temporary, row_counts)
    flush(temporary)
    generation = prepare_generation(temporary, published_file)
    temporary.replace(published_file)
    flush(published_file.parent)
    finish_generation(generation)
    remove_old_generations(published_file)
    return row_counts


def assert_publishable(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    """Refuse a build that the gate did not let through.

    Args:
        connection: A connection to which the build is attached.
        database: The name under which it is attached.

    Raises:
        RefusedBuildError: As ``publish``.
    """
    try:
        hashes = connection.execute(
            f"select landing_hash from {database}.delivered.run"  # noqa: S608
            f" union all select landing_hash from {database}.main.build"
        ).fetchall()
        checks = connection.execute(
            "select landing_hash, suite, subject, severity, success, could_not_run"  # noqa: S608
            f" from {database}.main.check_results order by all"
        ).fetchall()
    except duckdb.CatalogException:
        raise RefusedBuildError("deze bouw is niet door de poort gegaan.") from None
    landing_hashes = {row[0] for row in hashes}
    if len(hashes) != 2 or len(landing_hashes) != 1 or None in landing_hashes:
        raise RefusedBuildError("de bouw hoort niet bij één stand van de leveringen.")
    if not checks or {row[0] for row in checks} != landing_hashes:
        raise RefusedBuildError("de poort heeft deze stand van de leveringen niet gecontroleerd.")
    stopped = [
        f"{suite}: {subject}" + (" (kon niet lopen)" if could_not_run else "")
        for _, suite, subject, severity, success, could_not_run in checks
        if could_not_run or (severity == "critical" and not success)
    ]
    if stopped:
        named = "; ".join(dict.fromkeys(stopped))
        raise RefusedBuildError(f"de poort hield tegen op {named}.")


def _copy(build_file: Path, target: Path) -> dict[str, int]:
    """Copy schema main with its comments into a fresh file, add the macros, and close it."""
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT}) as connection:
        connection.execute(f"set temp_directory = {quoted_text(target.parent / 'spill')}")
        connection.execute(f"attach {quoted_text(build_file)} as build (read_only)")
        assert_publishable(connection, "build")
        connection.execute(
            f"attach {quoted_text(target)} as published (storage_version '{STORAGE_VERSION}')"
        )
        # One transaction: each would wait for the disk, and there is a comment for every column.
        connection.execute("begin")
        row_counts = {}
        for (table,) in connection.execute(_objects("tables", "table_name")).fetchall():
            name = quoted_identifier(table)
            connection.execute(f"create table published.main.{name} as from build.main.{name}")
            counted = connection.execute(f"select count(*) from build.main.{name}").fetchall()  # noqa: S608
            row_counts[table] = int(counted[0][0])
        connection.execute("use published")
        for (statement,) in connection.execute(_objects("views", "sql")).fetchall():
            connection.execute(statement)
        for statement in _comments(connection):
            connection.execute(statement)
        create_query_macros(connection, row_counts)
        connection.execute("commit")
        connection.execute("use memory")
        connection.execute("detach published")
    return row_counts


def _objects(kind: str, column: str) -> str:
    """Return the query for the tables or views of the build that travel, in a fixed order."""
    return (
        f"select {column} from duckdb_{kind}() where database_name = 'build' "  # noqa: S608
        f"and schema_name = 'main' and not internal order by {kind[:-1]}_name"
    )


def _comments(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the statements that give the published file the build's comments."""
    tables = connection.execute(
        "select 'table', table_name, comment from duckdb_tables() where database_name = 'build'"
        " and schema_name = 'main' and comment is not null union all"
        " select 'view', view_name, comment from duckdb_views() where database_name = 'build'"
        " and schema_name = 'main' and comment is not null and not internal order by all"
    ).fetchall()
    columns = connection.execute(
        "select table_name, column_name, comment from duckdb_columns()"
        " where database_name = 'build' and schema_name = 'main' and comment is not null"
        " and not internal order by table_name, column_index"
    ).fetchall()
    return [
        f"comment on {kind} published.main.{quoted_identifier(name)} is {quoted_text(comment)}"
        for kind, name, comment in tables
    ] + [
        f"comment on column published.main.{quoted_identifier(table)}.{quoted_identifier(column)}"
        f" is {quoted_text(comment)}"
        for table, column, comment in columns
    ]


def _assert_complete(file: Path, row_counts: dict[str, int]) -> None:
    """Refuse to publish a file that does not hold what was copied into it."""
    if file.with_name(file.name + ".wal").exists():
        raise RefusedBuildError("het nieuwe bestand is niet volledig weggeschreven.")
    with duckdb.connect(str(file), read_only=True) as connection:
        for table, expected in row_counts.items():
            rows = connection.execute(f"select count(*) from {quoted_identifier(table)}").fetchall()  # noqa: S608
            if rows[0][0] != expected:
                raise RefusedBuildError(
                    f"tabel {table} heeft {rows[0][0]} rijen in plaats van {expected}."
                )


def remove_leftovers(published_file: Path) -> None:
    """Settle what an interrupted publish left; the lock says that nobody else is publishing."""
    settle_generations(published_file)
    for leftover in published_file.parent.glob(f"{published_file.name}.*.tmp*"):
        leftover.unlink()
