"""The gate: every expectation of the suites runs by SQL on the finished build, opened read-only.

Great Expectations reports an exception as a failure and drops what it does not know; here an
exception is ``could_not_run`` and an unknown type or argument stops the load.

Border: what must hold stands in ``expectations``; whether to publish is decided by ``publish.py``.
"""

import contextlib
import importlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipelines.console import StaalkaartError
from pipelines.deliveries.kinds import load_kinds
from pipelines.settings import silence_telemetry
from pipelines.warehouse.opened_build import Build, one_line, open_build, shortened
from pipelines.warehouse.suites import ExpectationFile, Suite

if TYPE_CHECKING:  # importing Great Expectations takes seconds; only a run of the gate pays them
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

MOST_ROWS_NAMED = 5


@dataclass(frozen=True)
class CheckOutcome:
    """What one expectation found; one row of ``check_results`` without its clock and hash.

    ``position`` is the place of the expectation in its suite, from 1. ``observed`` is a number or
    None, for unexpected rows how many there are; where a figure was counted again, ``observed`` and
    ``observed_upper`` are its bounds and ``success`` says whether that one figure agrees.
    ``details`` holds a value that is no number, which rows were unexpected (``meta.named_by``), or
    why the expectation could not run. ``advice`` is the suite's own note.
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
    observed_upper: float | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether this outcome alone keeps the build from being published."""
        return self.could_not_run or (not self.success and self.severity == "critical")


def load_ahead() -> None:
    """Import Great Expectations in the background: it takes seconds, and dbt leaves a core idle.

    Whoever imports it meanwhile waits until it is there; a fault shows there.
    """

    def load() -> None:
        with contextlib.suppress(Exception):
            importlib.import_module("great_expectations")

    silence_telemetry()
    threading.Thread(target=load, name="great_expectations", daemon=True).start()


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
                    **asked.arguments(), severity=FailureSeverity(asked.severity)
                )
            except (ExpectationNotFoundError, ValueError, TypeError) as error:
                raise StaalkaartError(
                    f"expectations/{suite.name}.yml, verwachting {position}: Great Expectations "
                    f"begrijpt '{asked.type}' zo niet ({one_line(error)}).",
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
        build.make_tables(suites)
        for suite in suites:
            for position, asked in enumerate(suite.expectations, start=1):
                if not asked.applies_to(is_synthetic):
                    continue
                found = check(build, suite.name, position, asked, understood[suite.name, position])
                outcomes.extend(found)
                if progress:
                    progress(found[0])
    return outcomes


def check(
    build: Build,
    suite: str,
    position: int,
    asked: ExpectationFile,
    expectation: "Expectation",
) -> list[CheckOutcome]:
    """Run one expectation; one outcome, or one per figure that it counts again."""
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
        # Only names that the suite asks for are taken out of the rows.
        result_format: Literal["COMPLETE", "BASIC"] = "COMPLETE" if asked.meta.named_by else "BASIC"
        result = build.batch(asked.looked_at).validate(expectation, result_format=result_format)
        outcome = _judged(outcome, result)
        if outcome.could_not_run:
            return [_explained(outcome, build)]
        if asked.meta.named_by and not outcome.success:
            outcome = replace(outcome, details=_named(result, asked.meta.named_by))
        figures = _figures(outcome, asked, build)
        has_nothing = build.is_empty(asked.looked_at) or (asked.meta.figures and not figures)
        if outcome.success and has_nothing:
            outcome = replace(outcome, observed=None)
        # A failure is never lost, also when it is about something else than a figure.
        is_told = figures and (outcome.success or not all(one.success for one in figures))
        return figures if is_told else [outcome, *figures]
    except Exception as error:  # whatever goes wrong means: it could not run
        outcome = replace(outcome, success=False, could_not_run=True, details=one_line(error))
        return [_explained(outcome, build)]


def _figures(outcome: CheckOutcome, asked: ExpectationFile, build: Build) -> list[CheckOutcome]:
    """Return one outcome per figure; those that agree succeed though another one fails."""
    figures = asked.meta.figures
    if figures is None:
        return []
    rows = build.rows(
        "select count_key, cast(observed as double), cast(observed_upper as double), agrees"  # noqa: S608 - from a suite in git
        f" from {figures.table} where {figures.where} order by count_key"
    )
    return [
        replace(
            outcome,
            count_key=key,
            success=agrees,
            observed=observed,
            observed_upper=upper,
            details=None if agrees else outcome.details,
        )
        for key, observed, upper, agrees in rows
    ]


def _explained(outcome: CheckOutcome, build: Build) -> CheckOutcome:
    """Return an outcome that could not run with the tables of its suite that were not made."""
    causes = [f"recount.{name}: {why}" for name, why in build.broken.items()]
    if not causes or "recount" not in str(outcome.details):
        return outcome
    return replace(outcome, details=shortened("; ".join(causes)))


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
    return replace(outcome, success=bool(result.success), details=shortened(str(value)))


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
    return shortened("; ".join(shown))


def _exception(info: dict[str, Any]) -> str | None:
    """Return the message of an exception in either of the two forms GX reports one."""
    for entry in [info, *info.values()]:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return one_line(str(entry.get("exception_message")))
    return None
