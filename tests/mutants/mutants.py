"""Mutants of a finished build: the seeded ones, and those generated per class of column.

A generated mutant changes a few rows of one column by its class: a number grows by one, a flag
turns, a day becomes the next, a code becomes another code of the same column, a text another text;
or the column is emptied; or rows of a table are doubled or lost. Which rows is decided by a hash,
never by chance. Columns of ``delivered`` are left alone: what the models made of them stands in the
build already.

Border: what the gate makes of them is found in ``spoiled_builds.py``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

SEEDED = Path(__file__).with_name("seeded.yml")
BUILT = (
    *("main.counts", "main.growth", "main.coverage", "main.institutions"),
    *("main.offerings", "main.offering_components", "main.programme_components"),
    *("main.offering_verdicts", "main.offering_criteria"),
    *("main.enrolments", "main.verdict_cases", "main.learner_years"),
    *("main.cross_tables", "main.reconciliation"),
)
DELIVERED = (
    *("delivered.supplies", "delivered.deliveries", "delivered.offerings", "delivered.components"),
    *("delivered.programmes", "delivered.enrolments", "delivered.positions"),
)
# A column with more values than this holds texts or keys, no codes.
MOST_CODES = 40
SPOILED_ROWS = 8
SPOILED_TABLE = re.compile(r"(?:update|insert into|delete from)\s+([a-z_]+\.[a-z_]+)")


@dataclass(frozen=True)
class Mutant:
    """One way to spoil a build.

    Attributes:
        name: ``table.column: class``, or the name of a seeded one.
        change: The statement that spoils it.
        is_seeded: Whether it is one of the ten of ``seeded.yml`` that may not survive.
        column: The only column that is spoiled; None where more may be.
    """

    name: str
    change: str
    is_seeded: bool = False
    column: str | None = None

    @property
    def table(self) -> str:
        """The table that is spoiled."""
        (table,) = SPOILED_TABLE.findall(self.change)
        return str(table)


def seeded_mutants(build_file: Path) -> list[Mutant]:
    """Return the seeded mutants; each is known to find rows in this build.

    Raises:
        ValueError: A mutant finds nothing to spoil.
    """
    mutants = []
    with duckdb.connect(str(build_file), read_only=True) as connection:
        for entry in yaml.safe_load(SEEDED.read_text(encoding="utf-8")):
            if not connection.execute(entry["rows"]).fetchone():
                raise ValueError(f"{entry['name']} finds nothing to spoil in this build")
            is_one_of_ten = not entry.get("extra", False)
            mutants.append(Mutant(entry["name"], entry["change"], is_seeded=is_one_of_ten))
    return mutants


def generated_mutants(build_file: Path) -> Iterator[Mutant]:
    """Yield mutants per column of every guarded table, and two for the rows of each table."""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        for table in (*BUILT, *DELIVERED):
            few = f"where rowid in ({_some_rows(table)})"
            yield Mutant(f"{table}: doubled", f"insert into {table} select * from {table} {few}")
            yield Mutant(f"{table}: lost", f"delete from {table} {few}")
        for table in BUILT:
            for column, kind in connection.execute(
                f"select column_name, column_type from (describe {table})"
            ).fetchall():
                if not connection.execute(f"select count({column}) from {table}").fetchall()[0][0]:
                    continue  # a column that this build leaves empty has nothing to spoil
                where = f"where rowid in ({_some_rows(table, f'{column} is not null')})"
                changes = [*_changes(connection, table, column, kind), ("emptied", "null")]
                for name, value in changes:
                    change = f"update {table} set {column} = {value} {where}"
                    yield Mutant(f"{table}.{column}: {name}", change, column=column)


def _some_rows(table: str, condition: str = "true") -> str:
    order = f"order by hash(rowid), rowid limit {SPOILED_ROWS}"
    return f"select rowid from {table} where {condition} {order}"


def _changes(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, kind: str
) -> Iterator[tuple[str, str]]:
    if kind.startswith(("DECIMAL", "BIGINT", "INTEGER", "TINYINT", "HUGEINT", "DOUBLE")):
        yield "one more", f"{column} + 1"
    elif kind == "BOOLEAN":
        yield "turned", f"not {column}"
    elif kind == "DATE":
        yield "a day later", f"{column} + 1"
    elif kind == "VARCHAR":
        ((count,),) = connection.execute(
            f"select approx_count_distinct({column}) from {table}"
        ).fetchall()
        if count > MOST_CODES:
            yield "another text", f"{column} || '~'"
        elif count > 1:
            values = f"(select list_sort(list(distinct {column})) from {table})"
            following = f"list_position({values}, {column}) % len({values}) + 1"
            yield "another code", f"{values}[{following}]"
