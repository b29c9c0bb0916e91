"""Mutants of a finished build, seeded and generated, and what the gate finds in each.

A generated mutant changes a few rows of one column by its class: a number grows by one, a flag
turns, a code becomes another code of the same column; or rows of a table are doubled or lost. Which
rows is decided by a hash, never by chance. Columns of ``delivered`` are left alone: what the models
made of them stands in the build already.

Border: that the gate must see them is asserted in ``test_mutants.py``.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

from pipelines.warehouse.gate import CheckOutcome, run_gate
from pipelines.warehouse.suites import Suite

SEEDED = Path(__file__).with_name("seeded.yml")
BUILT = (
    *("main.counts", "main.growth", "main.offerings", "main.offering_verdicts"),
    *("main.offering_criteria", "main.enrolments", "main.verdict_cases", "main.learner_years"),
)
DELIVERED = (
    *("delivered.supplies", "delivered.deliveries", "delivered.offerings"),
    "delivered.enrolments",
)
# A column with more values than this holds texts or keys, no codes.
MOST_CODES = 40
SPOILED_ROWS = 8
Expectation = tuple[str, str]


@dataclass(frozen=True)
class Mutant:
    """One way to spoil a build.

    Attributes:
        name: ``table.column: class``, or the name of a seeded one.
        change: The statement that spoils it.
        is_seeded: Whether it is one of the ten of ``seeded.yml`` that may not survive.
    """

    name: str
    change: str
    is_seeded: bool = False


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the blocking expectations that saw it; none, and it survived."""

    mutant: Mutant
    killed_by: frozenset[Expectation]


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
    """Yield a mutant per column of every guarded table, and two for the rows of each table."""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        for table in (*BUILT, *DELIVERED):
            few = f"where rowid in ({_some_rows(table)})"
            yield Mutant(f"{table}: doubled", f"insert into {table} select * from {table} {few}")
            yield Mutant(f"{table}: lost", f"delete from {table} {few}")
        for table in BUILT:
            for column, kind in connection.execute(
                f"select column_name, column_type from (describe {table})"
            ).fetchall():
                for name, value in _changes(connection, table, column, kind):
                    filled = f"{column} is not null"
                    where = f"where rowid in ({_some_rows(table, filled)})"
                    change = f"update {table} set {column} = {value} {where}"
                    yield Mutant(f"{table}.{column}: {name}", change)


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
    elif kind == "VARCHAR":
        ((count,),) = connection.execute(
            f"select approx_count_distinct({column}) from {table}"
        ).fetchall()
        if 1 < count <= MOST_CODES:
            values = f"(select list_sort(list(distinct {column})) from {table})"
            following = f"list_position({values}, {column}) % len({values}) + 1"
            yield "another code", f"{values}[{following}]"


def blocking(suites: tuple[Suite, ...]) -> set[Expectation]:
    """Return the expectations of the sample that keep a build from being published."""
    return {
        (suite.name, expectation.meta.subject)
        for suite in suites
        for expectation in suite.expectations
        if expectation.severity == "critical" and expectation.applies_to(is_synthetic=True)
    }


def fate_of(build_file: Path, mutant: Mutant, suites: tuple[Suite, ...], folder: Path) -> Fate:
    """Spoil a copy of a build and return which blocking expectations saw it."""
    copy = folder / build_file.name
    shutil.copy(build_file, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(mutant.change)
    outcomes = run_gate(copy, suites, is_synthetic=True)
    return Fate(mutant, frozenset(_failed(outcomes)))


def _failed(outcomes: list[CheckOutcome]) -> Iterator[Expectation]:
    for outcome in outcomes:
        if outcome.severity == "critical" and (outcome.could_not_run or not outcome.success):
            yield outcome.suite, outcome.subject


def report(fates: list[Fate], expectations: set[Expectation]) -> str:
    """Return the report: kills per expectation, seeded mutants, and the survivors by name."""
    lines = ["Blocking expectation: mutants that it kills"]
    for expectation in sorted(expectations):
        kills = [fate for fate in fates if expectation in fate.killed_by]
        lines.append(f"  {len(kills):4d}  {expectation[0]}: {expectation[1]}")
    seeded = [fate for fate in fates if fate.mutant.is_seeded]
    lines.append(f"Seeded: {sum(bool(f.killed_by) for f in seeded)} of {len(seeded)} killed")
    generated = [fate for fate in fates if not fate.mutant.is_seeded]
    alive = [fate.mutant.name for fate in generated if not fate.killed_by]
    lines.append(f"Generated: {len(generated) - len(alive)} of {len(generated)} killed; alive:")
    lines += [f"        {name}" for name in alive]
    return "\n".join(lines)
