"""The models of dbt run again and again on worlds in memory, without starting dbt for each.

dbt compiles and runs the models once, on an empty world; then the compiled statements are executed
in the order of the manifest, in a database in memory. So a property can be tried on many worlds.

Border: what the models must do stands in the tests.
"""

import json
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.deliveries.delivered import write_delivered_data
from pipelines.settings import Settings, hand_to_dbt

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

Row = Mapping[str, object]


class CompiledModels:
    """The models that some published tables need, ready to run on any world.

    Args:
        settings: Folders of its own; the build file is written once.
        wanted: Names of the models that are asked for; their ancestors are run too.
    """

    def __init__(self, settings: Settings, wanted: Sequence[str]) -> None:
        write_delivered_data(settings)
        target = settings.data_dir / "target"
        selected = ["--select", *(f"+{name}" for name in wanted)]
        outcome = dbt(settings, "build", *selected, "--exclude-resource-type", "unit_test")
        assert outcome.success, f"dbt failed on an empty world: {outcome.exception}"
        manifest = json.loads((target / "manifest.json").read_text())
        nodes = {
            name: node
            for name, node in manifest["nodes"].items()
            if node["resource_type"] == "model"
        }
        needed = _ancestors(nodes, wanted)
        order = TopologicalSorter(
            {name: set(nodes[name]["depends_on"]["nodes"]) & needed for name in needed}
        ).static_order()
        self._statements = [
            _statement(target, nodes[name])
            for name in order
            if nodes[name]["config"]["materialized"] == "table"
        ]
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{settings.build_file}' as empty (read_only)")
        self.connection.execute("attach ':memory:' as build")
        self.connection.execute("copy from database empty to build")
        self.connection.execute("detach empty")
        self.connection.execute("use build")

    def run(self, world: Mapping[str, Sequence[Row]]) -> None:
        """Replace what is delivered and build every model anew.

        Args:
            world: Rows per table of schema ``delivered``; columns that are not named stay empty.
        """
        for table in self._delivered():
            self.connection.execute(f"delete from delivered.{table}")
        for table, rows in world.items():
            self.insert(table, rows)
        self._build()

    def run_on(self, build_file: Path) -> None:
        """Take what is delivered from a build file and build every model anew."""
        self.connection.execute(f"attach '{build_file}' as arrived (read_only)")
        for table in self._delivered():
            self.connection.execute(f"delete from delivered.{table}")
            self.connection.execute(
                f"insert into delivered.{table} by name select * from arrived.delivered.{table}"
            )
        self.connection.execute("detach arrived")
        self._build()

    def tables(self, names: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
        """Return these published tables as last built, each in one order of its rows."""
        return {name: sorted(self.rows(f"select * from main.{name}"), key=repr) for name in names}

    def _delivered(self) -> list[str]:
        return [
            table
            for (table,) in self.rows(
                "select table_name from duckdb_tables()"
                " where schema_name = 'delivered' and database_name = 'build'"
            )
        ]

    def _build(self) -> None:
        for statement in self._statements:
            self.connection.execute(statement)

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows in their order; those with the same columns beside each other go together."""
        for columns, alike in groupby(rows, key=tuple):
            values = [list(row.values()) for row in alike]
            holes = ", ".join(f"({', '.join('?' for _ in columns)})" for _ in values)
            self.connection.execute(
                f"insert into delivered.{table} ({', '.join(columns)}) values {holes}",
                [value for row in values for value in row],
            )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the tables as last built."""
        return self.connection.execute(query).fetchall()


def _ancestors(nodes: dict[str, Any], wanted: Sequence[str]) -> set[str]:
    found: set[str] = set()
    waiting = [name for name, node in nodes.items() if node["name"] in wanted]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found.add(name)
            waiting += nodes[name]["depends_on"]["nodes"]
    return found


def _statement(target: Path, node: dict[str, Any]) -> str:
    path = target / "compiled" / "staalkaart" / "models" / node["path"]
    return f"create or replace table {node['relation_name']} as\n{path.read_text()}"


def dbt(settings: Settings, *command: str) -> "dbtRunnerResult":
    """Run one dbt command whose target and logs stay below the data folder."""
    hand_to_dbt(settings)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folders = {
        "--project-dir": settings.dbt_dir,
        "--profiles-dir": settings.dbt_dir,
        "--target-path": settings.data_dir / "target",
        "--log-path": settings.logs_dir,
    }
    options = [part for option, folder in folders.items() for part in (option, str(folder))]
    try:
        return dbtRunner().invoke(["--log-level", "none", *command, *options])
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
