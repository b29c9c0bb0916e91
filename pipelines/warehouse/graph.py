"""What the interface shows of the warehouse: dbt's models as assets, tests and gate as checks.

Read from dbt's manifest and from the suite files; neither dbt nor Great Expectations is imported,
so that a run with nothing new does not pay for them.

Border: nothing is built here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import dagster as dg

from pipelines.warehouse.gate import CheckOutcome
from pipelines.warehouse.models import NodeResult, node_ids
from pipelines.warehouse.suites import ExpectationFile, Suite

DELIVERED = dg.AssetKey("delivered_data")
PUBLISHED = dg.AssetKey("published_warehouse")
# Dagster keeps metadata of every run; the others stand in check_results.
MOST_FIGURES = 200
LAYERS = {"staging": "staging", "intermediate": "intermediate", "marts": "marts"}


@dataclass(frozen=True)
class WarehouseGraph:
    """The assets and checks of one dbt manifest and one set of suites."""

    manifest: dict[str, Any]
    suites: tuple[Suite, ...]

    @cached_property
    def model_keys(self) -> dict[str, dg.AssetKey]:
        """Asset key per dbt id of a seed or model."""
        return {
            unique_id: dg.AssetKey(self.manifest["nodes"][unique_id]["name"])
            for unique_id in node_ids(self.manifest)
            if not unique_id.startswith("test.")
        }

    def asset_specs(self) -> list[dg.AssetSpec]:
        """Return one asset per seed and model, with dbt's descriptions and dependencies."""
        return [self._spec(unique_id, key) for unique_id, key in self.model_keys.items()]

    def mart_keys(self) -> list[dg.AssetKey]:
        """Return the assets that are published: what stands in dbt's schema main."""
        nodes = self.manifest["nodes"]
        return [key for id_, key in self.model_keys.items() if nodes[id_]["schema"] == "main"]

    def check_specs(self) -> list[dg.AssetCheckSpec]:
        """Return one check per dbt test and per expectation of the gate."""
        return [*self._test_specs(), *self._gate_specs()]

    def test_key(self, unique_id: str) -> dg.AssetCheckKey:
        """Return the check of a dbt test, on the model it is attached to."""
        node = self.manifest["nodes"][unique_id]
        tested = [node.get("attached_node"), *node["depends_on"]["nodes"]]
        asset = next((self.model_keys[n] for n in tested if n in self.model_keys), DELIVERED)
        return dg.AssetCheckKey(asset, node["name"])

    def gate_key(self, suite: str, position: int, table: str, type_: str) -> dg.AssetCheckKey:
        """Return the check of an expectation, on the asset whose table it looks at."""
        by_name = {key.to_user_string(): key for key in self.model_keys.values()}
        is_delivered = table.startswith("delivered.")
        asset = DELIVERED if is_delivered else by_name.get(table.rpartition(".")[2], PUBLISHED)
        return dg.AssetCheckKey(asset, f"{suite}_{position:02d}_{type_}")

    def model_result(self, result: NodeResult) -> dg.MaterializeResult[Any]:
        """Return the materialisation of a seed or model."""
        return dg.MaterializeResult(
            self.model_keys[result.unique_id], metadata={"seconds": round(result.seconds, 2)}
        )

    def test_result(self, result: NodeResult) -> dg.AssetCheckResult:
        """Return the check result of a dbt test."""
        key = self.test_key(result.unique_id)
        return dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=result.status == "pass",
            severity=_severity(result.status != "warn"),
            metadata={"failures": result.failures or 0, "message": result.message},
        )

    def gate_results(self, outcomes: list[CheckOutcome]) -> Iterator[dg.AssetCheckResult]:
        """Yield one check result per expectation, with the values it observed."""
        grouped: dict[tuple[str, int], list[CheckOutcome]] = {}
        for outcome in outcomes:
            grouped.setdefault((outcome.suite, outcome.position), []).append(outcome)
        for (suite, position), group in grouped.items():
            # The first that failed speaks for all, also where other figures agree.
            told = next((one for one in group if not one.success), group[0])
            key = self.gate_key(suite, position, told.table_name, told.expectation)
            yield dg.AssetCheckResult(
                asset_key=key.asset_key,
                check_name=key.name,
                passed=told.success,
                severity=_severity(told.severity == "critical" or told.could_not_run),
                metadata={
                    "subject": told.subject,
                    "severity": told.severity,
                    "could_not_run": told.could_not_run,
                    "details": told.details or "",
                    **_observed(group),
                },
            )

    def _spec(self, unique_id: str, key: dg.AssetKey) -> dg.AssetSpec:
        node = self.manifest["nodes"][unique_id]
        upstream: set[dg.AssetKey] = {
            self.model_keys.get(parent, DELIVERED)
            for parent in node.get("depends_on", {}).get("nodes", [])
        }
        layer = next((LAYERS[part] for part in node["fqn"] if part in LAYERS), "rules")
        return dg.AssetSpec(
            key,
            deps=sorted(upstream, key=str),
            description=node.get("description") or None,
            group_name=layer,
            kinds={"dbt", "duckdb"},
            skippable=True,
        )

    def _test_specs(self) -> list[dg.AssetCheckSpec]:
        specs = {}
        for unique_id in node_ids(self.manifest):
            if unique_id.startswith("test."):
                key = self.test_key(unique_id)
                described = self.manifest["nodes"][unique_id].get("description") or None
                specs[key] = dg.AssetCheckSpec(key.name, asset=key.asset_key, description=described)
        return list(specs.values())

    def _gate_specs(self) -> list[dg.AssetCheckSpec]:
        return [
            self._gate_spec(suite.name, position, expectation)
            for suite in self.suites
            for position, expectation in enumerate(suite.expectations, start=1)
        ]

    def _gate_spec(self, suite: str, position: int, asked: ExpectationFile) -> dg.AssetCheckSpec:
        key = self.gate_key(suite, position, asked.meta.table, asked.type)
        return dg.AssetCheckSpec(
            key.name,
            asset=key.asset_key,
            description=f"{asked.meta.subject}. {asked.notes.nl}",
            metadata={"severity": asked.severity, "notes_en": asked.notes.en},
        )


def _observed(group: list[CheckOutcome]) -> dict[str, Any]:
    """Return what an expectation observed: one number, or its figures, those that differ first."""
    figures = [one for one in group if one.count_key is not None]
    if not figures:
        return {} if group[0].observed is None else {"observed": group[0].observed}
    shown = sorted(figures, key=lambda one: (one.success, one.count_key))[:MOST_FIGURES]
    return {
        "figures": len(figures),
        "figures_that_differ": sum(not one.success for one in figures),
        "observed": dg.MetadataValue.json(
            {str(one.count_key): [one.observed, one.observed_upper] for one in shown}
        ),
    }


def _severity(is_error: bool) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if is_error else dg.AssetCheckSeverity.WARN
