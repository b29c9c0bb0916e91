"""What Dagster shows of the gate: a check on the asset of each expectation, with what it saw.

Border: that a whole run yields these checks is tested where one runs.
"""

from typing import Any

import dagster as dg

from pipelines.warehouse.gate import CheckOutcome
from pipelines.warehouse.graph import DELIVERED, MOST_FIGURES, PUBLISHED, WarehouseGraph
from pipelines.warehouse.suites import Suite

TYPE = "unexpected_rows_expectation"
TABLES = ("counts", "delivered.enrolments", "select 1")


def graph() -> WarehouseGraph:
    """A graph of one model and a suite with one expectation on it and two elsewhere."""
    node = {
        "resource_type": "model",
        "name": "counts",
        "schema": "main",
        "fqn": ["staalkaart", "marts", "counts"],
        "config": {"enabled": True},
    }
    expectations = [
        {
            "type": TYPE,
            "severity": "critical",
            "meta": {"table": table, "subject": "groei klopt"},
            "notes": {"nl": "Kijk na.", "en": "Check."},
        }
        for table in TABLES
    ]
    suite = {"name": "counts", "meta": {"description": "x"}, "expectations": expectations}
    manifest = {"nodes": {"model.staalkaart.counts": node}}
    return WarehouseGraph(manifest, (Suite.model_validate(suite),))


def outcome(position: int = 1, **changes: object) -> CheckOutcome:
    found: dict[str, Any] = {
        "suite": "counts",
        "position": position,
        "table_name": TABLES[position - 1],
        "expectation": TYPE,
        "subject": "groei klopt",
        "count_key": None,
        "success": True,
        "could_not_run": False,
        "observed": 0.0,
        "severity": "critical",
    }
    return CheckOutcome(**found | changes)


def told(*outcomes: CheckOutcome) -> list[tuple[dg.AssetCheckResult, dict[str, Any]]]:
    """The check results and their metadata as plain values."""
    results = graph().gate_results(list(outcomes))
    return [(one, {k: v.value for k, v in one.metadata.items()}) for one in results]


def test_every_expectation_is_announced_as_the_check_that_reports_on_it() -> None:
    specs = {spec.key for spec in graph().check_specs()}
    results = graph().gate_results([outcome(position) for position in (1, 2, 3)])
    assert {dg.AssetCheckKey(one.asset_key, str(one.check_name)) for one in results} == specs
    assert {key.asset_key for key in specs} == {dg.AssetKey("counts"), DELIVERED, PUBLISHED}


def test_a_check_tells_subject_severity_details_and_the_number_observed() -> None:
    ((result, metadata),) = told(
        outcome(success=False, observed=2.0, severity="warning", details="ugent; vub")
    )
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert metadata == {
        "subject": "groei klopt",
        "severity": "warning",
        "could_not_run": False,
        "details": "ugent; vub",
        "observed": 2.0,
    }


def test_nothing_to_compare_shows_no_observed_number() -> None:
    ((result, metadata),) = told(outcome(observed=None))
    assert result.passed
    assert "observed" not in metadata


def test_what_could_not_run_is_an_error_also_when_it_would_only_warn() -> None:
    ((result, metadata),) = told(
        outcome(success=False, could_not_run=True, observed=None, severity="warning")
    )
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert metadata["could_not_run"] is True


def test_a_check_on_figures_tells_both_bounds_of_each_and_fails_with_one_of_them() -> None:
    ((result, metadata),) = told(
        outcome(count_key="a", observed=3.0),
        outcome(count_key="b", observed=7.0, observed_upper=9.0, success=False, details="b"),
    )
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert (metadata["figures"], metadata["figures_that_differ"]) == (2, 1)
    assert list(metadata["observed"].items()) == [("b", [7.0, 9.0]), ("a", [3.0, None])]
    assert metadata["details"] == "b"


def test_of_many_figures_those_that_differ_are_shown_first() -> None:
    figures = [outcome(count_key=f"{n:04d}", observed=1.0) for n in range(MOST_FIGURES + 5)]
    figures.append(outcome(count_key="z", observed=1.0, success=False))
    ((_, metadata),) = told(*figures)
    assert (metadata["figures"], len(metadata["observed"])) == (MOST_FIGURES + 6, MOST_FIGURES)
    assert next(iter(metadata["observed"])) == "z"
