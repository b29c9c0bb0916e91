"""Removing old raw deliveries about people: only what is landed and asked for, all of it logged."""

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from records import well

from pipelines.console import StaalkaartError
from pipelines.deliveries import intake
from pipelines.deliveries.delivered import landing_hash
from pipelines.deliveries.ledger import read_ledger
from pipelines.operations import due_deliveries, retention
from pipelines.operations.clock import now
from pipelines.operations.due_deliveries import Kept
from pipelines.operations.parameters import load_parameters
from pipelines.operations.retention_report import report_retention
from pipelines.operations.run_record import Success, write_run_record
from pipelines.settings import Settings
from pipelines.warehouse.lock import warehouse_lock
from tests.integration.small_world import (
    ENROLMENTS,
    OFFERINGS,
    YEAR,
    national_number,
    offering,
    write,
    write_small_world,
)

NAME = "inschrijvingen_2023-2024.csv"


@pytest.fixture
def world(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The small world, received, after a run that ended well just now."""
    monkeypatch.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
    write_small_world(settings.raw_dir)
    receive(settings)
    return settings


def receive(settings: Settings) -> None:
    for unit in ("ucll", "odisee"):
        intake.receive_institution(settings, unit)
    moment = now()
    write_run_record(
        settings.status_file, well(last_success=Success("published", moment), finished_at=moment)
    )


def enrolments(settings: Settings) -> Path:
    return next(settings.raw_dir.glob(f"ucll/*/{NAME}"))


def found(settings: Settings) -> dict[str, str]:
    outcome = retention.retention(settings, is_applied=False)
    return {one.path.name: one.verdict for one in outcome.found}


def applied(settings: Settings) -> retention.Outcome:
    return retention.retention(settings, is_applied=True)


def log(settings: Settings) -> list[dict[str, object]]:
    return [json.loads(line) for line in settings.retention_log.read_text("utf-8").splitlines()]


def test_only_deliveries_about_people_are_due_and_showing_removes_nothing(world: Settings) -> None:
    assert found(world) == {NAME: "landed"}
    lines: list[str] = []
    assert report_retention(world, False, False, lines.append) == 0
    assert "Er is niets verwijderd. Verwijder ze met --apply." in lines
    assert enrolments(world).exists()
    assert not world.retention_log.exists()


def test_a_delivery_of_within_the_limit_stays(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = date(2024, 11, 4)
    keep = load_parameters().keep_raw_days
    for days, due in ((keep, {}), (keep + 1, {NAME: "landed"})):
        monkeypatch.setattr(retention, "_today", lambda d=days: received + timedelta(days=d))
        assert found(world) == due


def test_what_goes_is_logged_and_leaves_the_landing_as_it_was(world: Settings) -> None:
    before = landing_hash(world)
    ledger = read_ledger(world.landing_dir)
    confirmation = enrolments(world).with_name(f"{NAME}.confirmed")
    confirmation.touch()
    outcome = applied(world)
    assert [one.path.name for one in outcome.removed] == [NAME]
    assert sorted(path.name for path in world.raw_dir.rglob("*") if path.is_file()) == [
        "aanbod_2023-2024.csv",
        "odisee_programs_2023.json",
    ]
    (line,) = log(world)
    assert (line["event"], line["received_on"], line["kinds"]) == (
        "removed",
        "2024-11-04",
        ["enrolments"],
    )
    assert line["sha256"] in {delivery.sha256 for delivery in ledger.deliveries.values()}
    receive(world)
    after = read_ledger(world.landing_dir)
    assert after.deliveries.keys() == ledger.deliveries.keys()
    assert landing_hash(world) == before
    assert found(world) == {}


def test_a_visit_after_it_says_what_landed_earlier(world: Settings) -> None:
    applied(world)
    result = intake.receive_institution(world, "ucll")
    assert (len(result.deliveries), result.departed, result.refused) == (1, 1, 0)
    enrolments_again = write(
        world.raw_dir, "ucll", NAME, ENROLMENTS, [f"ucll;{YEAR};I1;;creditcontract;MC-1;6;;"]
    )
    assert enrolments_again.exists()  # a later delivery is received as ever
    assert len(intake.receive_institution(world, "ucll").deliveries) == 2


def test_a_delivery_that_is_not_landed_stays(world: Settings) -> None:
    (parquet,) = (world.landing_dir / "enrolments").glob("*.parquet")
    content = parquet.read_bytes()
    parquet.write_bytes(content[: len(content) // 2])
    assert found(world) == {NAME: "unlanded"}
    parquet.unlink()
    assert found(world) == {NAME: "unlanded"}
    assert not applied(world).removed
    assert enrolments(world).exists()


def test_a_delivery_with_other_bytes_than_the_ledger_stays(world: Settings) -> None:
    with enrolments(world).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert found(world) == {NAME: "unknown"}
    assert not applied(world).removed


def test_a_refused_delivery_and_one_of_nobody_stay_for_a_person_to_judge(world: Settings) -> None:
    lines = [f"ucll;{YEAR};I1;{national_number(1)};geen idee;MC-1;6;;"]
    write(world.raw_dir, "ucll", "inschrijvingen_fout.csv", ENROLMENTS, lines)
    write(world.raw_dir, "nergens", NAME, ENROLMENTS, lines)
    write(world.raw_dir, "ucll", "lijst.csv", "insz", [national_number(1)])
    receive(world)
    by_place = {
        one.file_name: one.verdict for one in retention.retention(world, is_applied=False).found
    }
    assert by_place == {
        f"ucll/2024-11-04/{NAME}": "landed",
        "ucll/2024-11-04/inschrijvingen_fout.csv": "refused",
        "ucll/2024-11-04/lijst.csv": "refused",
        f"nergens/2024-11-04/{NAME}": "refused",
    }
    assert [one.path.name for one in applied(world).removed] == [NAME]


def test_links_are_never_followed_or_removed(world: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elders.csv"
    enrolments(world).rename(elsewhere)
    link = elsewhere.with_name(NAME)
    place = world.raw_dir / "ucll" / "2024-11-04"
    (place / link.name).symlink_to(elsewhere)
    os.link(elsewhere, place / "inschrijvingen_hard.csv")
    assert set(found(world).values()) == {"refused"}
    assert not applied(world).removed
    assert elsewhere.exists()
    assert (place / link.name).is_symlink()


def test_a_file_that_changes_between_looking_and_removing_stays(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swapped(one: Kept) -> Kept:
        return replace(one, identity=(0, 0, 0, 0))

    looked = retention.older_deliveries
    monkeypatch.setattr(
        retention, "older_deliveries", lambda *asked: [swapped(one) for one in looked(*asked)]
    )
    outcome = applied(world)
    assert [one.verdict for one in outcome.failed] == ["changed"]
    assert enrolments(world).exists()
    lines: list[str] = []
    assert report_retention(world, True, False, lines.append) == 1
    assert any("veranderde terwijl" in line for line in lines)


def test_a_file_that_cannot_be_removed_is_said_and_logged_so(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", denied)
    outcome = applied(world)
    assert [one.verdict for one in outcome.failed] == ["denied"]
    assert [line["event"] for line in log(world)] == ["removed", "not_removed"]


def test_a_reading_of_other_code_is_done_again_before_its_source_goes(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_deliveries, "reading_fingerprint", lambda *_: "another")
    assert found(world) == {NAME: "reading"}


def test_nothing_goes_without_a_recent_run_or_beside_one(world: Settings) -> None:
    old = now() - timedelta(days=3)
    write_run_record(world.status_file, well(last_success=Success("published", old)))
    with pytest.raises(StaalkaartError, match="recente geslaagde run") as refusal:
        applied(world)
    assert refusal.value.exit_code == 2
    world.status_file.unlink()
    with pytest.raises(StaalkaartError, match="recente geslaagde run"):
        applied(world)
    receive(world)
    with warehouse_lock(world, "een run"), pytest.raises(StaalkaartError, match="in gebruik"):
        applied(world)
    assert enrolments(world).exists()


def test_synthetic_deliveries_go_only_when_asked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAALKAART_KEY", raising=False)
    write_small_world(settings.raw_dir)
    (settings.raw_dir / "SYNTHETISCH").touch()
    receive(settings)
    assert found(settings) == {NAME: "landed"}
    with pytest.raises(StaalkaartError, match="--synthetic"):
        applied(settings)
    outcome = retention.retention(settings, is_applied=True, with_synthetic=True)
    assert len(outcome.removed) == 1


def test_a_table_without_rows_is_refused_and_stays(world: Settings) -> None:
    write(world.raw_dir, "ucll", "inschrijvingen_leeg.csv", ENROLMENTS, [])
    write(world.raw_dir, "ucll", "aanbod_ander.csv", OFFERINGS, [offering("MC-3")])
    receive(world)
    assert found(world) == {NAME: "landed", "inschrijvingen_leeg.csv": "refused"}


def test_a_raw_folder_that_is_not_there_is_a_usage_error(settings: Settings) -> None:
    gone = replace(settings, raw_dir=settings.raw_dir / "none")
    with pytest.raises(StaalkaartError, match="bestaat niet"):
        retention.retention(gone, is_applied=False)
