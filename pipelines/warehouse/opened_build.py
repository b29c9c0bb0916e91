"""A finished build, opened read-only for Great Expectations, with the tables that suites make.

The tables of the suites stand in a database in memory named ``recount``; what does not fit DuckDB
spills to disk. The build itself is never written.

Border: nothing is judged here.
"""

import atexit
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from pipelines.settings import MEMORY_LIMIT, silence_telemetry
from pipelines.warehouse.suites import Suite

if TYPE_CHECKING:  # importing Great Expectations takes seconds; only a run of the gate pays them
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

LONGEST_MESSAGE = 500


class Build:
    """A finished build file, opened read-only for Great Expectations.

    Tables are looked up once: reading a batch asks the database for its columns.

    Attributes:
        broken: Why a table of a suite could not be made, by its name.
    """

    def __init__(self, source: "SQLDatasource", engine: Engine) -> None:
        self.broken: dict[str, str] = {}
        self._source = source
        self._engine = engine
        self._batches: dict[str, Batch] = {}
        self._empty: dict[str, bool] = {}

    def make_tables(self, suites: tuple[Suite, ...]) -> None:
        """Make the tables that suites name, in their order; what fails is kept in ``broken``."""
        tables = [table for suite in suites for table in suite.tables]
        if tables:
            self._execute("attach ':memory:' as recount (read_write)")
        for table in tables:
            try:
                self._execute(f"create table recount.{table.name} as {table.query}")
            except SQLAlchemyError as error:
                self.broken[table.name] = one_line(error)

    def batch(self, table: str) -> "Batch":
        """Return Great Expectations' batch of a table, ``schema.table`` or query."""
        if table not in self._batches:
            self._batches[table] = self._definition(table).get_batch()
        return self._batches[table]

    def is_empty(self, table: str) -> bool:
        """Return whether a table, ``schema.table`` or query has no row."""
        if table not in self._empty:
            self._empty[table] = not self.rows(f"select 1 from {_as_source(table)} limit 1")  # noqa: S608
        return self._empty[table]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def _definition(self, table: str) -> "BatchDefinition[Any]":
        name = f"asset_{len(self._batches)}"
        if "." in table or " " in table:
            query = table if " " in table else f"select * from {table}"  # noqa: S608 - a name in git
            asset = self._source.add_query_asset(name, query=query)
            return asset.add_batch_definition_whole_table("whole")
        whole = self._source.add_table_asset(name, table_name=table)
        return whole.add_batch_definition_whole_table("whole")


@contextmanager
def open_build(build_file: Path) -> Iterator[Build]:
    """Open a build read-only through SQLAlchemy; every connection is closed afterwards."""
    silence_telemetry()
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
            analytics_enabled=False,
        ),
    )
    source = context.data_sources.add_sql(
        "build",
        connection_string=f"duckdb:///{build_file}",
        create_temp_table=False,
        kwargs={  # type: ignore[call-arg] # handed to SQLAlchemy, unknown to the type stubs
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
            "poolclass": StaticPool,
            "pool_reset_on_return": None,
            "connect_args": {"read_only": True, "config": {"memory_limit": MEMORY_LIMIT}},
        },
    )
    try:
        yield Build(source, source.get_engine())
    finally:
        # Two engines are open: the one for looking at tables and the one that computes metrics.
        source.get_execution_engine().close()
        source.get_engine().dispose()


def one_line(problem: object) -> str:
    """Return what went wrong in one line, without the statement that SQLAlchemy adds."""
    if isinstance(problem, SQLAlchemyError) and getattr(problem, "orig", None):
        problem = problem.orig  # type: ignore[attr-defined]
    return shortened(" ".join(str(problem).split()))


def shortened(message: str) -> str:
    """Return a message of at most ``LONGEST_MESSAGE`` characters."""
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


@atexit.register
def _mute_teardown() -> None:
    """Keep DuckDB's client from listing, after the last line, what Great Expectations holds.

    Its binding (nanobind) reports objects alive at the very end of the process as leaks, which
    people take for a failure. Everything that is to be said has been said by then.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _as_source(table: str) -> str:
    return f"({table})" if " " in table else table
