"""The whole platform on one page: what Dagster shows, schedules and runs.

One asset per reporting unit → ``delivered_data`` → dbt's models, the gate as their checks →
``published_warehouse`` → ``answers``. Every run, from the command line, the schedule or the
interface, holds the one lock and runs in one process.

Border: no work is done here; each asset calls the module that does it and reports what came back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.answering import write_answers
from pipelines.console import StaalkaartError, noting_problems, run_watch
from pipelines.deliveries import intake
from pipelines.operations import leftovers
from pipelines.operations.recording import recorded_run
from pipelines.settings import Settings, holds_secret, is_schedule_elsewhere, load_settings
from pipelines.warehouse.build import (
    Checked,
    Delivered,
    Published,
    assert_engine,
    build_warehouse,
)
from pipelines.warehouse.coverage_facts import coverage_facts
from pipelines.warehouse.graph import DELIVERED, PUBLISHED, WarehouseGraph
from pipelines.warehouse.lock import warehouse_lock
from pipelines.warehouse.models import NodeResult, ensure_manifest
from pipelines.warehouse.suites import read_suites

ANSWERS = dg.AssetKey("answers")
UNFINISHED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


class WarehouseLock(dg.ConfigurableResource[Any]):
    """The one lock, held for a whole run, and the folders and options of that run.

    An empty field means the environment's or the project's default. Nothing is read or written
    before the engine is known to be there, the lock is held, synthetic and real deliveries are
    known to be apart, and the pseudonym key is known to be there.
    """

    raw: str = ""
    data: str = ""
    as_of: str = ""
    verify: bool = False
    project: str = ""
    by: str = "Dagster"

    @property
    def settings(self) -> Settings:
        """The folders and options of the run."""
        return load_settings(
            Path(self.raw) if self.raw else None,
            Path(self.data) if self.data else None,
            date.fromisoformat(self.as_of) if self.as_of else None,
            self.verify,
            Path(self.project) if self.project else None,
        )

    def _must_hold_no_secret(self) -> None:
        """Refuse a secret: who starts a run may have Dagster fill in any variable of the process.

        What a run is configured with is written in many places: the lock, its record, messages.
        """
        given = (self.raw, self.data, self.as_of, self.project, self.by)
        if any(map(holds_secret, given)):
            raise StaalkaartError(
                "De configuratie van deze run vraagt een geheim op (env: STAALKAART_…). Er wordt "
                "niets gelezen of geschreven. Geef mappen en datum als gewone tekst."
            )

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["WarehouseLock"]:
        """Hold the lock during the run; a second run ends at once and says who holds it."""
        self._must_hold_no_secret()
        assert_engine(self.settings)
        with warehouse_lock(self.settings, self.by), recorded_run(self.settings, self.by):
            _fail_orphans(context)
            leftovers.settle(self.settings)
            run_watch().notes += intake.prepare(self.settings)
            run_watch().unrecognised_folders += intake.unrecognised_folders(self.settings)
            run_watch().begin("deliveries", len(intake.reporting_units(self.settings)))
            yield self


def delivery_assets(units: list[str]) -> dg.AssetsDefinition:
    """Return one asset per reporting unit, what it sent read, screened and landed.

    One step makes those that are asked for, two units side by side.
    """

    @dg.multi_asset(
        name="deliveries",
        specs=[
            dg.AssetSpec(
                unit,
                group_name="deliveries",
                description=f"Wat {unit} leverde: herkend, gescreend, gepseudonimiseerd, geland.",
                kinds={"polars", "parquet"},
                skippable=True,
            )
            for unit in units
        ],
        check_specs=[dg.AssetCheckSpec("delivery_accepted", asset=unit) for unit in units],
        can_subset=True,
    )
    def deliveries(
        context: dg.AssetExecutionContext, warehouse_lock: WarehouseLock
    ) -> Iterator[dg.MaterializeResult[Any]]:
        asked = {key.to_user_string() for key in context.selected_asset_keys}
        yield from received(warehouse_lock.settings, [unit for unit in units if unit in asked])

    return deliveries


def received(settings: Settings, units: list[str]) -> Iterator[dg.MaterializeResult[Any]]:
    """Receive what units sent and yield what Dagster records of each; a bad file never raises."""
    with noting_problems():
        for result in intake.receive_side_by_side(settings, units):
            run_watch().institutions.append(result)
            run_watch().step(result.institution_id)
            yield _recorded(result)


def _recorded(result: intake.IntakeResult) -> dg.MaterializeResult[Any]:
    counts = {
        "files": len(result.deliveries),
        "rows_read": result.rows_read,
        "rows_accepted": result.rows_accepted,
        "rows_rejected": result.rows_rejected,
        "files_refused": result.refused,
        "files_unchanged": result.unchanged,
    }
    accepted = dg.AssetCheckResult(
        asset_key=dg.AssetKey(result.institution_id),
        check_name="delivery_accepted",
        passed=not result.refused and result.error is None,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"error": result.error or "", "messages": _messages(result)},
    )
    return dg.MaterializeResult(
        dg.AssetKey(result.institution_id), metadata=counts, check_results=[accepted]
    )


def _messages(result: intake.IntakeResult) -> str:
    """Return why files were refused, one line each."""
    refused = [d for d in result.deliveries if d.message_nl]
    return "\n".join(f"{delivery.file_name}: {delivery.message_nl}" for delivery in refused)


def warehouse_assets(graph: WarehouseGraph, units: list[str]) -> dg.AssetsDefinition:
    """Return the assets that are made together, in one order, by ``build_warehouse``."""
    delivered = dg.AssetSpec(
        DELIVERED,
        deps=units,
        group_name="deliveries",
        description="Wat als geleverd telt: stromen, vervanging en peildatum toegepast.",
        kinds={"duckdb"},
        skippable=True,
    )
    published = dg.AssetSpec(
        PUBLISHED,
        deps=graph.mart_keys(),
        group_name="published",
        description="Het bestand dat analisten en antwoorden lezen; vervangen door één hernoeming.",
        kinds={"duckdb"},
        skippable=True,
    )

    @dg.multi_asset(
        name="warehouse",
        specs=[delivered, *graph.asset_specs(), published],
        check_specs=graph.check_specs(),
        can_subset=True,
    )
    def warehouse(
        context: dg.AssetExecutionContext, warehouse_lock: WarehouseLock
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        # Whatever part was asked for, the whole is made: a part alone could be wrong.
        for result in warehouse_results(graph, warehouse_lock.settings):
            if isinstance(result, dg.MaterializeResult):
                asked = result.asset_key in context.selected_asset_keys
            else:
                asked = (
                    dg.AssetCheckKey(result.asset_key, result.check_name)  # type: ignore[arg-type]
                    in context.selected_asset_check_keys
                )
            if asked:
                yield result

    return warehouse


def warehouse_results(
    graph: WarehouseGraph, settings: Settings
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Build the warehouse and yield what Dagster records of each event."""
    for event in build_warehouse(settings):
        match event:
            case Delivered(row_counts):
                yield dg.MaterializeResult(DELIVERED, metadata=dict(row_counts))
            case NodeResult(resource_type="test"):
                yield graph.test_result(event)
            case NodeResult() if event.is_good:
                yield graph.model_result(event)
            case Checked(outcomes):
                yield from graph.gate_results(outcomes)
            case Published(row_counts, is_unchanged):
                coverage = coverage_facts(settings.published_file)
                table = dg.MetadataValue.md(str(coverage.pop("coverage")))
                metadata = {**row_counts, **coverage, "unchanged": is_unchanged, "coverage": table}
                yield dg.MaterializeResult(PUBLISHED, metadata=metadata)


@dg.asset(
    deps=[PUBLISHED],
    group_name="published",
    description="De antwoordmap van elke vraag, gelezen uit het gepubliceerde bestand.",
)
def answers(warehouse_lock: WarehouseLock) -> dg.MaterializeResult[Any]:
    """Write the answer to every shipped question; unchanged figures keep their folder."""
    return answered(warehouse_lock.settings)


def answered(settings: Settings) -> dg.MaterializeResult[Any]:
    """Write the answers and return what Dagster records of them."""
    with noting_problems():
        written = write_answers(settings)
    run_watch().answers.update(written)
    paths = {number: str(path) for number, path in written.items()}
    return dg.MaterializeResult(ANSWERS, metadata=paths)


def retry_institution(graph: WarehouseGraph, units: list[str]) -> dg.JobDefinition:
    """Return the job that receives one institution again and makes everything downstream.

    The configuration names the institution; the others are not visited. What it makes is recorded
    on the same assets and checks as in the nightly run.
    """
    chosen = dg.Field(
        dg.Enum("Institution", [dg.EnumValue(unit) for unit in units]),
        description="Instelling die opnieuw gelezen wordt, of department.",
    )

    @dg.op(name="institution_and_downstream", config_schema={"institution": chosen})
    def again(context: dg.OpExecutionContext, warehouse_lock: WarehouseLock) -> None:
        settings = warehouse_lock.settings
        for result in received(settings, [context.op_config["institution"]]):
            record(context, result)
        for made in warehouse_results(graph, settings):
            record(context, made)
        record(context, answered(settings))

    @dg.job(
        name="retry_institution",
        description="Leest één instelling opnieuw en maakt alles wat eruit volgt. Kies ze bij "
        "Launchpad: ops: {institution_and_downstream: {config: {institution: ugent}}}",
        executor_def=dg.in_process_executor,
    )
    def retry() -> None:
        again()

    return retry


def record(
    context: dg.OpExecutionContext, result: dg.MaterializeResult[Any] | dg.AssetCheckResult
) -> None:
    """Record a result on its asset, from a job that is no asset job."""
    if isinstance(result, dg.AssetCheckResult):
        checks = [result]
    else:
        checks = list(result.check_results or [])
        context.log_event(dg.AssetMaterialization(result.asset_key, metadata=result.metadata))  # type: ignore[arg-type]
    for check in checks:
        context.log_event(
            dg.AssetCheckEvaluation(
                asset_key=check.asset_key,  # type: ignore[arg-type]
                check_name=check.check_name,  # type: ignore[arg-type]
                passed=check.passed,
                metadata=check.metadata,
                severity=check.severity,
            )
        )


def _fail_orphans(context: dg.InitResourceContext) -> None:
    """Mark runs failed that a killed process left as started: the lock says that they are not."""
    if context.instance is None or context.run is None:
        return
    for run in context.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        if run.run_id != context.run.run_id:
            context.instance.report_run_failed(run, "Afgebroken: het proces leefde niet meer.")


def new_deliveries(nightly: Any) -> dg.SensorDefinition:  # noqa: ANN401 (Dagster keeps the type private)
    """Return the sensor that asks for a run when the raw folder is not as it last saw it."""

    @dg.sensor(
        name="new_deliveries",
        job=nightly,
        minimum_interval_seconds=300,
        description="Vraagt een run zodra er in de map met leveringen iets veranderd is.",
    )
    def sense(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = intake.raw_state(load_settings())
        if seen == (context.cursor or intake.NOTHING_DELIVERED):
            return dg.SkipReason("Er is niets veranderd in de map met leveringen.")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=seen)], cursor=seen)

    return sense


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return everything Dagster knows, for the dbt project and suites of these settings."""
    graph = WarehouseGraph(ensure_manifest(settings), read_suites(settings.expectations_dir))
    units = intake.reporting_units(settings)
    nightly = dg.define_asset_job(
        "nightly", dg.AssetSelection.all(), description="Alles, elke nacht om 02:00."
    )
    return dg.Definitions(
        assets=[delivery_assets(units), warehouse_assets(graph, units), answers],
        jobs=[nightly, retry_institution(graph, units)],
        schedules=[
            dg.ScheduleDefinition(
                job=nightly,
                cron_schedule="0 2 * * *",
                execution_timezone="Europe/Brussels",
                default_status=(
                    dg.DefaultScheduleStatus.STOPPED
                    if is_schedule_elsewhere()
                    else dg.DefaultScheduleStatus.RUNNING
                ),
            )
        ],
        sensors=[new_deliveries(nightly)],
        resources={"warehouse_lock": WarehouseLock()},
        executor=dg.in_process_executor,
    )


@dg.definitions
def platform() -> dg.Definitions:
    """Return the definitions as the interface and the schedule load them."""
    return build_definitions(load_settings())
