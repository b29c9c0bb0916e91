"""What Dagster is told: the sensor, a retry, one institution's fault, and runs left by the dead."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines import definitions
from pipelines.definitions import WarehouseLock, delivery_assets, new_deliveries
from pipelines.deliveries import intake
from pipelines.deliveries.visit import Visit
from pipelines.interface import interface_command
from pipelines.settings import Settings
from pipelines.warehouse.build import BuildEvent, Checked, Delivered, Published
from pipelines.warehouse.gate import CheckOutcome
from pipelines.warehouse.lock import warehouse_lock
from pipelines.warehouse.suites import read_suites
from tests.unit.deliveries.drop_folder import OFFERING_HEADER, Drop

OFFERING = "ugent;2023-2024;A1;Microcredential zorg;microcredential;6;ects"


@dg.op
def nothing() -> None:
    """Stand in for the nightly job."""


@dg.job
def stand_in() -> None:
    nothing()


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STAALKAART_RAW", str(tmp_path))
    monkeypatch.setenv("STAALKAART_DATA", str(tmp_path / "data"))
    return tmp_path


def asked(cursor: str | None) -> tuple[int, str | None]:
    context = dg.build_sensor_context(cursor=cursor)
    found = new_deliveries(stand_in).evaluate_tick(context)
    return len(found.run_requests or []), found.cursor


def test_a_changed_raw_folder_asks_for_one_run(raw: Path) -> None:
    assert asked(None)[0] == 0
    (raw / "ugent").mkdir()
    file = raw / "ugent" / "aanbod.csv"
    file.write_text("a", encoding="utf-8")
    runs, cursor = asked(None)
    assert runs == 1
    assert asked(cursor)[0] == 0
    (raw / "ugent" / "later.csv.part").write_text("still arriving", encoding="utf-8")
    assert asked(cursor)[0] == 0
    file.write_text("ab", encoding="utf-8")
    assert asked(cursor)[0] == 1


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path)


def test_one_institutions_fault_leaves_the_others_and_their_counts(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING, OFFERING.replace("6;", "zes;"))
    drop.put_rows("vub/aanbod.csv", OFFERING_HEADER, OFFERING.replace("ugent", "vub"))
    visited = Visit.run

    def faulty(visit: Visit) -> intake.IntakeResult:
        if visit.unit == "vub":
            raise ValueError("a fault in this program")
        return visited(visit)

    monkeypatch.setattr(Visit, "run", faulty)
    lock = WarehouseLock(raw=str(drop.settings.raw_dir), data=str(drop.settings.data_dir))
    with dg.DagsterInstance.ephemeral() as instance:
        units = [delivery_assets(["ugent", "vub"])]
        ran = dg.materialize(units, instance=instance, resources={"warehouse_lock": lock})
    assert ran.success
    metadata = {
        event.asset_key.to_user_string(): event.materialization.metadata
        for event in ran.get_asset_materialization_events()
        if event.asset_key
    }
    assert [metadata["ugent"][name].value for name in ("rows_read", "rows_rejected")] == [2, 1]
    checks = {
        check.asset_key.to_user_string(): check for check in ran.get_asset_check_evaluations()
    }
    assert checks["ugent"].passed
    assert not checks["vub"].passed
    assert checks["vub"].severity == dg.AssetCheckSeverity.WARN
    assert str(checks["vub"].metadata["error"].value).startswith("ValueError in")


def stand_in_build(settings: Settings) -> Iterator[BuildEvent]:
    """Build nothing; publish a file with nothing but the coverage of two institutions."""
    settings.warehouse_dir.mkdir(parents=True)
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute(
            "create table coverage as select * from (values ('ugent', 'delivered', 3),"
            " ('ugent', 'missing', 0), ('vub', 'refused', 7))"
            " as t(institution_id, status, rows_rejected)"
        )
    yield Delivered({"enrolments": 5})
    shipped = read_suites(settings.expectations_dir)[0]
    asked = shipped.expectations[0]
    kind, table = asked.type, asked.meta.table
    yield Checked(
        [CheckOutcome(shipped.name, 1, table, kind, "x", None, True, False, 41.0, "critical")]
    )
    yield Published({"counts": 12}, is_unchanged=False)


def test_an_institution_is_retried_from_the_interface_with_everything_downstream(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for unit in ("ugent", "vub"):
        row = OFFERING.replace("ugent", unit)
        drop.put_rows(f"{unit}/aanbod.csv", OFFERING_HEADER, row)
    monkeypatch.setenv("STAALKAART_RAW", str(drop.settings.raw_dir))
    monkeypatch.setenv("STAALKAART_DATA", str(drop.settings.data_dir))
    monkeypatch.setattr(definitions, "build_warehouse", stand_in_build)
    monkeypatch.setattr(definitions, "write_answers", lambda _: {"223": Path("answers")})
    job = definitions.build_definitions(drop.settings).resolve_job_def("retry_institution")
    with dg.DagsterInstance.ephemeral() as instance:
        with pytest.raises(dg.DagsterInvalidConfigError, match="nergens"):
            job.execute_in_process(run_config=chosen("nergens"), instance=instance)
        ran = job.execute_in_process(run_config=chosen("ugent"), instance=instance)
        made = {
            key: instance.get_latest_materialization_event(dg.AssetKey(key))
            for key in ("ugent", "vub", "delivered_data", "published_warehouse", "answers")
        }
    assert ran.success
    assert [key for key, event in made.items() if event is None] == ["vub"]
    published = made["published_warehouse"]
    assert published is not None
    assert published.asset_materialization is not None
    told = published.asset_materialization.metadata
    counts = {name: told[name].value for name in told if name.startswith(("coverage_", "counts"))}
    assert counts == {
        "counts": 12,
        "coverage_delivered": 1,
        "coverage_carried_forward": 0,
        "coverage_refused": 1,
        "coverage_missing": 1,
        "coverage_rows_rejected": 10,
    }
    assert "| ugent | 1 | 0 | 0 | 1 | 3 |" in str(told["coverage"].value)
    evaluated = [
        event.event_specific_data
        for event in ran.all_events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    assert [check.metadata["observed"].value for check in evaluated[1:]] == [41.0]
    assert (evaluated[0].asset_key.to_user_string(), evaluated[0].passed) == ("ugent", True)


def chosen(institution: str) -> dict[str, object]:
    return {"ops": {"institution_and_downstream": {"config": {"institution": institution}}}}


@pytest.mark.parametrize("is_locked", [False, True])
def test_a_run_that_a_killed_process_left_started_is_marked_failed_under_the_lock(
    drop: Drop, is_locked: bool
) -> None:
    lock = WarehouseLock(raw=str(drop.settings.raw_dir), data=str(drop.settings.data_dir))
    with dg.DagsterInstance.ephemeral() as instance, contextlib.ExitStack() as held:
        orphans = [
            instance.create_run_for_job(stand_in, status=status)
            for status in (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.SUCCESS)
        ]
        if is_locked:
            held.enter_context(warehouse_lock(drop.settings, "een run die nog leeft"))
        ran = dg.materialize(
            [delivery_assets(["ugent"])],
            instance=instance,
            resources={"warehouse_lock": lock},
            raise_on_error=False,
        )
        states = [instance.get_run_by_id(run.run_id).status for run in orphans]  # type: ignore[union-attr]
    assert ran.success != is_locked
    left = dg.DagsterRunStatus.STARTED if is_locked else dg.DagsterRunStatus.FAILURE
    assert states == [left, dg.DagsterRunStatus.SUCCESS]


@pytest.mark.parametrize("read_only", [False, True])
def test_the_interface_listens_on_this_machine_only(read_only: bool) -> None:
    command = interface_command(3000, read_only)
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert ("--read-only" in command, "dev" in command) == (read_only, not read_only)


def test_the_read_only_interface_knows_every_option_it_is_given() -> None:
    from dagster_webserver.cli import dagster_webserver

    known = {option for parameter in dagster_webserver.params for option in parameter.opts}
    given = {part for part in interface_command(3000, True)[3:] if part.startswith("-")}
    assert given <= known
