"""The gate: every expectation of the suites runs by SQL on the finished build, opened read-only.

Great Expectations reports an exception as a failure and drops what it does not know; here an
exception is ``could_not_run`` and an unknown type or argument stops the load.

Border: what must hold stands in ``expectations``; whether to publish is decided by ``publish.py``.
"""

import atexit
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from pipelines.console import StaalkaartError
from pipelines.deliveries.kinds import load_kinds
from pipelines.settings import silence_telemetry
from pipelines.warehouse.suites import ExpectationFile, Suite

if TYPE_CHECKING:  # importing Great Expectations takes seconds; only a run of the gate pays them
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from great_expectations.expectations.expectation import Expectation

LONGEST_DETAIL = 500
MOST_ROWS_NAMED = 5


@dataclass(frozen=True)
class CheckOutcome:
    """What one expectation found; one row of ``check_results`` without its clock and hash.

    ``position`` is the place of the expectation in its suite, from 1. ``observed`` is a number or
    None, for unexpected rows how many there are. ``details`` holds a value that is no number, which
    rows were unexpected (``meta.named_by``), or why the expectation could not run. ``advice`` is
    the suite's own note.
    """

    suite: str
    position: int
    table_name: str
    expectation: str
    subject: str
    count_key: str | None
    success: bool
    could_not_run: bool
    observed: float | None
    severity: str
    details: str | None = None
    advice: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether this outcome alone keeps the build from being published."""
        return self.could_not_run or (not self.success and self.severity == "critical")


class Build:
    """A finished build file, opened read-only for Great Expectations.

    Tables are looked up once: reading a batch asks the database for its columns.
    """

    def __init__(self, source: "SQLDatasource", engine: Engine) -> None:
        self._source = source
        self._engine = engine
        self._batches: dict[str, Batch] = {}

    def batch(self, table: str) -> "Batch":
        """Return Great Expectations' batch of a table, ``schema.table`` or query."""
        if table not in self._batches:
            self._batches[table] = self._definition(table).get_batch()
        return self._batches[table]

    def _definition(self, table: str) -> "BatchDefinition[Any]":
        name = f"asset_{len(self._batches)}"
        if "." in table and " " not in table:
            table = f"select * from {table}"  # noqa: S608 - a name from a suite in git
        if " " in table:
            query = self._source.add_query_asset(name, query=table)
            return query.add_batch_definition_whole_table("whole")
        whole = self._source.add_table_asset(name, table_name=table)
        return whole.add_batch_definition_whole_table("whole")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]


@atexit.register
def _mute_teardown() -> None:
    """Keep DuckDB's client from listing, after the last line, what Great Expectations holds.

    Its binding (nanobind) reports objects alive at the very end of the process as leaks, which
    people take for a failure. Everything that is to be said has been said by then.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def understand(suites: tuple[Suite, ...]) -> dict[tuple[str, int], "Expectation"]:
    """Return Great Expectations' own object per expectation, by suite and position.

    Raises:
        StaalkaartError: A type or argument is unknown, exit 1: a gate that silently skips an
            expectation is no gate.
    """
    silence_telemetry()
    from great_expectations.exceptions.exceptions import ExpectationNotFoundError
    from great_expectations.expectations.metadata_types import FailureSeverity
    from great_expectations.expectations.registry import get_expectation_impl

    understood = {}
    for suite in suites:
        for position, asked in enumerate(suite.expectations, start=1):
            try:
                understood[suite.name, position] = get_expectation_impl(asked.type)(
                    **asked.kwargs, severity=FailureSeverity(asked.severity)
                )
            except (ExpectationNotFoundError, ValueError, TypeError) as error:
                raise StaalkaartError(
                    f"expectations/{suite.name}.yml, verwachting {position}: Great Expectations "
                    f"begrijpt '{asked.type}' zo niet ({_one_line(error)}).",
                    exit_code=1,
                ) from None
    return understood


def run_gate(
    build_file: Path,
    suites: tuple[Suite, ...],
    is_synthetic: bool,
    progress: Callable[[CheckOutcome], None] | None = None,
) -> list[CheckOutcome]:
    """Run every expectation on the build and give the file back to whoever writes next.

    Args:
        build_file: The finished build; no other connection of this process may be open on it.
        suites: What must hold.
        is_synthetic: Whether the deliveries are synthetic (``meta.only``).
        progress: Called after each expectation.
    """
    understood = understand(suites)
    outcomes: list[CheckOutcome] = []
    with open_build(build_file) as build:
        for suite in suites:
            for position, asked in enumerate(suite.expectations, start=1):
                if not asked.applies_to(is_synthetic):
                    continue
                found = check(build, suite.name, position, asked, understood[suite.name, position])
                outcomes.extend(found)
                if progress:
                    progress(found[0])
    return outcomes


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
            "connect_args": {"read_only": True},
        },
    )
    try:
        yield Build(source, source.get_engine())
    finally:
        # Two engines are open: the one for looking at tables and the one that computes metrics.
        source.get_execution_engine().close()
        source.get_engine().dispose()


def check(
    build: Build,
    suite: str,
    position: int,
    asked: ExpectationFile,
    expectation: "Expectation",
) -> list[CheckOutcome]:
    """Run one expectation; one outcome, or one per count key of its ``observed_query``."""
    outcome = CheckOutcome(
        suite=suite,
        position=position,
        table_name=asked.meta.table,
        expectation=asked.type,
        subject=asked.meta.subject,
        count_key=None,
        success=False,
        could_not_run=False,
        observed=None,
        severity=asked.severity,
        advice=asked.notes.nl,
    )
    try:
        batch = build.batch(asked.meta.table)
        # Only names that the suite asks for are taken out of the rows.
        result_format: Literal["COMPLETE", "BASIC"] = "COMPLETE" if asked.meta.named_by else "BASIC"
        result = batch.validate(expectation, result_format=result_format)
        outcome = _judged(outcome, result)
        if asked.meta.named_by and not outcome.success and not outcome.could_not_run:
            outcome = replace(outcome, details=_named(result, asked.meta.named_by))
        if asked.meta.observed_query and not outcome.could_not_run:
            keyed = build.rows(asked.meta.observed_query)
            return [
                replace(outcome, count_key=key, observed=None if value is None else float(value))
                for key, value in sorted(keyed, key=lambda row: str(row[0]))
            ] or [outcome]
    except Exception as error:  # whatever goes wrong means: it could not run
        outcome = replace(outcome, success=False, could_not_run=True, details=_one_line(error))
    return [outcome]


def _judged(outcome: CheckOutcome, result: "ExpectationValidationResult") -> CheckOutcome:
    """Return the outcome with success, observed value or the exception of a GX result."""
    exception = _exception(result.exception_info or {})
    if exception is not None:
        return replace(outcome, could_not_run=True, details=exception)
    found = result.result
    value = found.get("observed_value", found.get("unexpected_count"))
    # Nothing to compare with: an empty table, or an aggregate over no rows.
    is_empty = value is None or value == [] or found.get("element_count") == 0
    if is_empty:
        return replace(outcome, success=True)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return replace(outcome, success=bool(result.success), observed=float(value))
    return replace(outcome, success=bool(result.success), details=_shortened(str(value)))


def _named(result: "ExpectationValidationResult", columns: tuple[str, ...]) -> str:
    """Return a short list of the unexpected rows, each by these columns, in the order found.

    A kind has the name that its senders know it by.
    """
    found = result.result["details"]["unexpected_rows"]
    kinds = {kind.name: kind.template_name for kind in load_kinds().values()}
    names = [
        " ".join(
            kinds.get(str(row[name]), str(row[name])) if name == "kind" else str(row[name])
            for name in columns
        )
        for row in found
    ]
    distinct = list(dict.fromkeys(names))
    shown = distinct[:MOST_ROWS_NAMED]
    if result.result["observed_value"] > len(found):
        shown.append("en andere")
    elif len(distinct) > len(shown):
        shown.append(f"en nog {len(distinct) - len(shown)}")
    return _shortened("; ".join(shown))


def _exception(info: dict[str, Any]) -> str | None:
    """Return the message of an exception in either of the two forms GX reports one."""
    for entry in [info, *info.values()]:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return _one_line(str(entry.get("exception_message")))
    return None


def _one_line(problem: object) -> str:
    if isinstance(problem, SQLAlchemyError) and getattr(problem, "orig", None):
        problem = problem.orig  # type: ignore[attr-defined]
    return _shortened(" ".join(str(problem).split()))


def _shortened(message: str) -> str:
    return message if len(message) <= LONGEST_DETAIL else message[: LONGEST_DETAIL - 1] + "…"
