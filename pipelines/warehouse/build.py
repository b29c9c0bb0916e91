"""The order in which a warehouse is made, held by one function.

delivered → dbt → close its connections → gate, read-only → dispose → write what was checked →
close → publish. DuckDB refuses a read-only connection while the same process holds the file for
writing, so no step may leave a connection open for the next.

Border: each step's work stands in its own module; nothing here knows Dagster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from pipelines.console import RunWatch, StaalkaartError, noting_problems, run_watch
from pipelines.deliveries import delivered
from pipelines.scale_out.models_on_spark import assert_spark_is_there, run_models_on_spark
from pipelines.settings import Settings
from pipelines.warehouse import fingerprint, gate, models, tables
from pipelines.warehouse.expected import load_expected
from pipelines.warehouse.publish import RefusedBuildError, publish, remove_leftovers
from pipelines.warehouse.suites import Suite, read_suites


@dataclass(frozen=True)
class Delivered:
    """Schema ``delivered`` was written: rows per table."""

    row_counts: dict[str, int]


@dataclass(frozen=True)
class Checked:
    """The gate has run."""

    outcomes: list[gate.CheckOutcome]


@dataclass(frozen=True)
class Published:
    """The published file is current: rows per table; empty where nothing had to be built."""

    row_counts: dict[str, int]
    is_unchanged: bool


@dataclass(frozen=True)
class DeliveredRun:
    """The one row of ``delivered.run``."""

    as_of: date | None
    is_synthetic: bool
    landing_hash: str
    key_fingerprint: str | None


ENGINES = {"duckdb": models.run_models, "spark": run_models_on_spark}
BuildEvent = Delivered | models.NodeResult | Checked | Published


def assert_engine(settings: Settings) -> None:
    """Refuse an engine that is unknown or not installed, before any delivery is read.

    Raises:
        StaalkaartError: Exit 2, with what is allowed or missing.
    """
    if settings.engine not in ENGINES:
        raise StaalkaartError(
            f"STAALKAART_ENGINE is {settings.engine!r}; toegelaten zijn {' en '.join(ENGINES)}. "
            "Er wordt niets gelezen of geschreven."
        )
    if settings.engine == "spark":
        assert_spark_is_there(settings)


def build_warehouse(settings: Settings) -> Iterator[BuildEvent]:
    """Make and publish the warehouse, unless the published file already holds this very build.

    Yields:
        What happened, as it happens: ``Delivered``, one ``NodeResult`` per dbt node,
        ``Checked``, ``Published``. The caller holds the lock and reads to the end.

    Raises:
        BrokenModelsError: dbt could not build, or one of its tests failed; nothing is published.
        RefusedBuildError: The gate did not let the build through; nothing is published.
    """
    watch = run_watch()
    with noting_problems(), _noting_refusal(watch):
        wanted = fingerprint.wanted(settings, delivered.landing_hash(settings))
        watch.landing_hash, watch.code_version = wanted.landing_hash, wanted.code_version
        remove_leftovers(settings.published_file)
        if fingerprint.published(settings) == wanted:
            watch.outcome = "unchanged"
            watch.is_unchanged = True
            yield Published({}, is_unchanged=True)
            return
        suites = read_suites(settings.expectations_dir)
        watch.begin("delivered", 1)
        yield Delivered(_write_delivered(settings))
        watch.step("delivered")
        yield from _build_models(settings, watch)
        checks = _run_gate(settings, suites, watch)
        yield Checked(checks)
        watch.begin("publish", 1)
        _write_certificate(settings, checks)
        watch.row_counts = publish(settings.build_file, settings.published_file)
        watch.step("publish")
        watch.outcome = "published"
        yield Published(watch.row_counts, is_unchanged=False)


def _write_delivered(settings: Settings) -> dict[str, int]:
    settings.warehouse_dir.mkdir(parents=True, exist_ok=True)
    return dict(delivered.write_delivered_data(settings).row_counts)


def _build_models(settings: Settings, watch: RunWatch) -> Iterator[models.NodeResult]:
    watch.begin("models", len(models.node_ids(models.ensure_manifest(settings))))
    gate.load_ahead()
    results = ENGINES[settings.engine](settings, watch.step)
    yield from results
    models.refuse_bad_results(results)
    load_expected(settings)


def _run_gate(
    settings: Settings, suites: tuple[Suite, ...], watch: RunWatch
) -> list[gate.CheckOutcome]:
    is_synthetic = _delivered_run(settings).is_synthetic
    asked = [e for suite in suites for e in suite.expectations if e.applies_to(is_synthetic)]
    watch.begin("gate", len(asked))
    watch.checks = gate.run_gate(
        settings.build_file, suites, is_synthetic, lambda outcome: watch.step(outcome.subject)
    )
    return watch.checks


def _write_certificate(settings: Settings, checks: list[gate.CheckOutcome]) -> None:
    """Write the tables that Python owns: what was delivered, checked and built."""
    run = _delivered_run(settings)
    now = datetime.now(UTC)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("begin")
        tables.copy_table(connection, "deliveries")
        tables.copy_table(connection, "rejected_rows")
        tables.fill_table(
            connection,
            "check_results",
            [
                [
                    check.suite,
                    check.table_name,
                    check.expectation,
                    check.subject,
                    check.count_key,
                    check.success,
                    check.could_not_run,
                    check.observed,
                    check.observed_upper,
                    check.severity,
                    now,
                    check.details,
                    run.landing_hash,
                ]
                for check in checks
            ],
        )
        row = (
            now,
            run.as_of,
            fingerprint.code_version(settings.project_root),
            _rule_set_version(connection),
            run.key_fingerprint,
            run.is_synthetic,
            run.landing_hash,
            settings.as_of,
        )
        tables.fill_table(connection, "build", [row])
        connection.execute("commit")


def _delivered_run(settings: Settings) -> DeliveredRun:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        rows = connection.execute(
            "select as_of, is_synthetic, landing_hash, key_fingerprint from delivered.run"
        ).fetchall()
    return DeliveredRun(*rows[0])


def _rule_set_version(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the version of the rule set that judges unless another is asked for."""
    rows = connection.execute(
        "select rule_set_version from rules.rule_sets where is_default"
    ).fetchall()
    if len(rows) != 1:
        raise RefusedBuildError("dbt_project/seeds/rule_sets.csv heeft niet één standaardversie.")
    return str(rows[0][0])


@contextmanager
def _noting_refusal(watch: RunWatch) -> Iterator[None]:
    """Tell the watch that the gate did not let the build through."""
    try:
        yield
    except RefusedBuildError:
        watch.outcome = "gate_failed"
        raise
