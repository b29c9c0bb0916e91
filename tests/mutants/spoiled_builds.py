"""What blocking expectations find in a spoiled build, for many mutants and few seconds.

One copy of what the gate reads is spoiled in a transaction and rolled back, mutant by mutant, and
the queries of the expectations run on it as the gate would run them. Only queries that can see the
difference run: a query that does not read the spoiled table, or not the spoiled column, and no view
or table of a suite that does, finds what it finds in the unspoiled build.

Border: mutants are made in ``mutants.py``; that the gate itself finds the same is asserted in
``test_mutants.py``.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.warehouse.gate import run_gate
from pipelines.warehouse.suites import ExpectationFile, Suite
from tests.mutants.mutants import Mutant

Expectation = tuple[str, str]
VIEW_HEAD = re.compile(r"^create view .*? as\s", re.IGNORECASE | re.DOTALL)
# A star that stands for columns, unlike the one of count(*) or of a product.
STAR = re.compile(r"(?:select|distinct|,|\.)\s*\*", re.IGNORECASE)
VIEWS = """
    select schema_name || '.' || view_name, sql from duckdb_views()
    where not internal and schema_name in ('main', 'rules')
"""


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the blocking expectations that saw it; none, and it survived."""

    mutant: Mutant
    killed_by: frozenset[Expectation]


class SpoiledBuilds:
    """Spoils a copy of one build, one way after the other, and asks the blocking expectations."""

    def __init__(self, build_file: Path, suites: tuple[Suite, ...], folder: Path) -> None:
        self._build_file = build_file
        self._suites = tuple(_blocking_only(suite) for suite in suites)
        self._folder = folder
        self._connection = duckdb.connect(str(folder / "spoiled.duckdb"))
        self._views: dict[str, str] = {}
        self._direct: dict[str, frozenset[str]] = {}
        self._copy()

    def close(self) -> None:
        """Close the copy."""
        self._connection.close()

    def expectations(self) -> set[Expectation]:
        """Return the expectations of the sample that keep a build from being published."""
        return {(s.name, one.meta.subject) for s in self._suites for one in s.expectations}

    def fate_of(self, mutant: Mutant) -> Fate:
        """Spoil the copy, ask the expectations that can see it, and make all undone."""
        self._connection.execute("begin")
        try:
            self._connection.execute(mutant.change)
            touched = self._touched_tables(mutant)
            for suite in self._suites:
                for table in suite.tables:
                    if f"recount.{table.name}" in touched:
                        self._connection.execute(
                            f"create or replace table recount.{table.name} as {table.query}"
                        )
            killed_by = frozenset(
                (suite.name, one.meta.subject)
                for suite in self._suites
                for one in suite.expectations
                if self._can_see(query_of(one), mutant, touched) and self._finds(query_of(one))
            )
        finally:
            self._connection.execute("rollback")
        return Fate(mutant, killed_by)

    def seen_by_the_gate(
        self, mutant: Mutant, expectations: frozenset[Expectation]
    ) -> frozenset[Expectation]:
        """Spoil a copy of the whole build and return which expectations block it in the gate."""
        copy = self._folder / "whole.duckdb"
        shutil.copy(self._build_file, copy)
        with duckdb.connect(str(copy)) as connection:
            _hold_what_is_shown(connection)
            _drop_null_constraints(connection, mutant.table)
            connection.execute(mutant.change)
        asked = tuple(_only(suite, expectations) for suite in self._suites)
        outcomes = run_gate(copy, asked, is_synthetic=True)
        return frozenset((one.suite, one.subject) for one in outcomes if one.is_blocking)

    def _finds(self, query: str) -> bool:
        """Return whether an expectation fails: it finds rows, or cannot run at all."""
        try:
            return bool(self._connection.execute(f"select 1 from ({query}) limit 1").fetchall())
        except duckdb.Error:
            return True

    def _touched_tables(self, mutant: Mutant) -> set[str]:
        """Return the views and the suites' tables that can differ because of a mutant."""
        made = [(f"recount.{table.name}", table.query) for s in self._suites for table in s.tables]
        touched: set[str] = set()
        for name, query in [*self._views.items(), *made]:
            if self._can_see(query, mutant, touched):
                touched.add(name)
        return touched

    def _can_see(self, query: str, mutant: Mutant, touched: set[str]) -> bool:
        """Return whether a query reads what a mutant spoils, or a table that it touches."""
        if query not in self._direct:
            ((tree,),) = self._connection.execute(
                "select json_serialize_sql(?)", [query]
            ).fetchall()
            self._direct[query] = frozenset(_tables_in(json.loads(tree), frozenset()))
        read = self._direct[query]
        if read & touched:
            return True
        column = mutant.column
        is_read = column is None or re.search(rf"\b{column}\b", query) or STAR.search(query)
        return mutant.table in read and bool(is_read)

    def _copy(self) -> None:
        """Copy the build without the layers that nobody publishes, and make the suites' tables."""
        execute = self._connection.execute
        execute(f"attach '{self._build_file}' as build (read_only)")
        tables = execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'build'"
            " and schema_name in ('main', 'delivered', 'rules') union all"
            " select schema_name, view_name from duckdb_views() where database_name = 'build'"
            " and schema_name = 'delivered'"
        ).fetchall()
        views = execute(f"{VIEWS} and database_name = 'build'").fetchall()
        for schema, table in tables:
            execute(f"create schema if not exists {schema}")
            execute(f"create table {schema}.{table} as from build.{schema}.{table}")
        execute("detach build")
        execute("create schema recount")
        for name, statement in views:
            execute(statement)
            self._views[name] = VIEW_HEAD.sub("", statement).rstrip("\n; ")
        for suite in self._suites:
            for made in suite.tables:
                execute(f"create table recount.{made.name} as {made.query}")


def report(fates: list[Fate], expectations: set[Expectation]) -> str:
    """Return the report: kills per expectation, seeded mutants, and the survivors by name."""
    lines = ["Blocking expectation: mutants that it kills, and those that it alone kills"]
    for expectation in sorted(expectations):
        kills = [fate for fate in fates if expectation in fate.killed_by]
        alone = sum(len(fate.killed_by) == 1 for fate in kills)
        lines.append(f"  {len(kills):4d} {alone:4d}  {expectation[0]}: {expectation[1]}")
    seeded = [fate for fate in fates if fate.mutant.is_seeded]
    lines.append(f"Seeded: {sum(bool(f.killed_by) for f in seeded)} of {len(seeded)} killed")
    generated = [fate for fate in fates if not fate.mutant.is_seeded]
    alive = [fate.mutant.name for fate in generated if not fate.killed_by]
    lines.append(f"Generated: {len(generated) - len(alive)} of {len(generated)} killed; alive:")
    lines += [f"        {name}" for name in alive]
    return "\n".join(lines)


def covering(fates: list[Fate]) -> Iterator[Fate]:
    """Yield few fates that together name, once each, every expectation that killed anything."""
    missing = frozenset().union(*(fate.killed_by for fate in fates))
    while missing:
        best = max(fates, key=lambda fate: len(fate.killed_by & missing))
        yield Fate(best.mutant, best.killed_by & missing)
        missing -= best.killed_by


def query_of(expectation: ExpectationFile) -> str:
    """Return the query of an expectation as Great Expectations runs it."""
    query: str = expectation.arguments()["unexpected_rows_query"]
    batch = expectation.looked_at
    return query.format(batch=batch if "." in batch else f"main.{batch}")


def _hold_what_is_shown(connection: duckdb.DuckDBPyConnection) -> None:
    """Turn the views over the landing into tables, which a mutant can change."""
    shown = connection.execute(
        "select view_name from duckdb_views() where schema_name = 'delivered'"
    ).fetchall()
    for (kind,) in shown:
        connection.execute(f"create table delivered.held as from delivered.{kind}")
        connection.execute(f"drop view delivered.{kind}")
        connection.execute(f"alter table delivered.held rename to {kind}")


def _drop_null_constraints(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Let a table hold null where its contract forbids it: a mutant may be its fault too."""
    columns = connection.execute(
        "select column_name from duckdb_columns()"
        " where schema_name || '.' || table_name = $table and not is_nullable",
        {"table": table},
    ).fetchall()
    for (column,) in columns:
        connection.execute(f"alter table {table} alter column {column} drop not null")


def _blocking_only(suite: Suite) -> Suite:
    blocking = (
        one
        for one in suite.expectations
        if one.severity == "critical" and one.applies_to(is_synthetic=True)
    )
    return suite.model_copy(update={"expectations": tuple(blocking)})


def _only(suite: Suite, expectations: frozenset[Expectation]) -> Suite:
    """Return a suite with some of its expectations."""
    asked = (one for one in suite.expectations if (suite.name, one.meta.subject) in expectations)
    return suite.model_copy(update={"expectations": tuple(asked)})


def _tables_in(node: object, expressions: frozenset[str]) -> Iterator[str]:
    """Yield the tables below a node of a parsed query, but not its common table expressions."""
    if isinstance(node, list):
        for part in node:
            yield from _tables_in(part, expressions)
    if isinstance(node, dict):
        entries = (node.get("cte_map") or {}).get("map", [])
        expressions |= {entry["key"] for entry in entries}
        if node.get("type") == "BASE_TABLE":
            schema, table = node["schema_name"], node["table_name"]
            if schema or table not in expressions:
                yield f"{schema or 'main'}.{table}"
        for part in node.values():
            yield from _tables_in(part, expressions)
