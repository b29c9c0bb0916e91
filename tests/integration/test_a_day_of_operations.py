"""A day in the life of an operator: good runs, a late and a refused delivery, a gate that stops."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.console import StaalkaartError
from pipelines.nightly import run_nightly
from pipelines.operations.bulletin.bulletin import bulletin_page, look
from pipelines.operations.bulletin.report import report_status
from pipelines.operations.bulletin.telling import Situation
from pipelines.operations.recorded_answers import read_rewritten
from pipelines.operations.run_record import RunRecord, read_run_record
from pipelines.settings import Settings
from tests.integration.small_world import (
    ENROLMENTS,
    OFFERINGS,
    YEAR,
    national_number,
    offering,
    write,
    write_small_world,
)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", autouse=True)
def key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
        environment.delenv("STAALKAART_SMTP_HOST", raising=False)
        yield


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, key: None) -> Settings:
    """The small world, published once for this module."""
    folder = tmp_path_factory.mktemp("world")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    write_small_world(settings.raw_dir)
    assert run_nightly(settings, is_quiet=True) == 0
    return settings


@pytest.fixture
def world(published: Settings, tmp_path: Path) -> Settings:
    """A copy of the published small world that a test may change."""
    shutil.copytree(published.raw_dir, tmp_path / "raw", copy_function=shutil.copy2)
    shutil.copytree(published.data_dir, tmp_path / "data", copy_function=shutil.copy2)
    return Settings(raw_dir=tmp_path / "raw", data_dir=tmp_path / "data")


def record(settings: Settings) -> RunRecord:
    found = read_run_record(settings.status_file).record
    assert found is not None
    return found


def now_there(settings: Settings) -> Situation:
    return look(settings, "nl", 200)


def test_the_morning_after_a_good_run(
    published: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record(published).is_successful
    assert record(published).by == "staalkaart run"
    assert report_status(published, False, None, "nl", lambda _: None) == 0
    said = capsys.readouterr().out
    assert "Gepubliceerd." in said
    assert "Inschrijvingen 2023\u20132024: niet geleverd." in said
    shown = now_there(published)
    assert all(one.state == "current" for one in shown.answers)
    by_unit = {one.unit: one for one in shown.lights}
    # Nobody sent programmes or components of ucll; its offerings and enrolments are there.
    assert by_unit["ucll"].tone == "open"
    assert {one.kind for one in by_unit["ucll"].amiss} == {"programmes", "components"}
    assert by_unit["vub"].tone == "bad"


def test_no_number_of_a_person_and_no_exact_count_stands_in_the_page(published: Settings) -> None:
    report_status(published, True, None, "nl", lambda _: None)
    page = published.bulletin_file.read_text(encoding="utf-8")
    for n in range(1, 17):
        assert national_number(n) not in page
    # Sixteen learners, thirteen of whom work: printed as 15, never as what they are.
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    assert not re.search(r"<t[dh][^>]*>1[36]</t[dh]>", body)


def test_a_late_delivery_changes_numbers_and_the_bulletin_says_which_and_why(
    world: Settings,
) -> None:
    kept = world.answers_dir / "223-verstuurd"
    shutil.copytree(world.answers_dir / "223", kept)
    lines = [
        f"vub;{YEAR};V{n};{national_number(n + 100)};creditcontract;MC-9;6;2023-10-02;werkend"
        for n in range(1, 31)
    ]
    write(world.raw_dir, "vub", "inschrijvingen_2023-2024.csv", ENROLMENTS, lines)
    assert run_nightly(world, is_quiet=True) == 0
    (renewed,) = read_rewritten(world)
    assert (renewed.number, renewed.total) == ("223", len(renewed.changes))
    shown = {one.folder.name: one for one in now_there(world).answers}
    assert shown["223"].state == "current"
    assert shown["223-verstuurd"].state == "changed"
    changes = {change.key: change for change in shown["223-verstuurd"].changes}
    learners = next(
        change
        for key, change in changes.items()
        if key.startswith("learners:minister:2023-2024:*:none")
    )
    assert (learners.before, learners.after) == ("15", "45")
    assert "late levering: Vrije Universiteit Brussel inschrijvingen" in learners.cause
    assert learners in renewed.changes
    for change in changes.values():
        assert change.before != "16"
        assert change.after != "46"


def test_a_refused_file_is_told_until_it_is_mended(world: Settings) -> None:
    bad = write(world.raw_dir, "ucll", "aanbod_extra_2023-2024.csv", "kolom_a;kolom_b", ["1;2"])
    assert run_nightly(world, is_quiet=True) == 3
    assert [one.file_name for one in record(world).refused_files] == [
        "ucll/2024-11-04/aanbod_extra_2023-2024.csv"
    ]
    shown = now_there(world)
    assert shown.is_fresh
    (ucll,) = [one for one in shown.lights if one.unit == "ucll"]
    assert bad.name in str([one.files for one in ucll.amiss])
    bad.unlink()
    assert run_nightly(world, is_quiet=True) == 0
    assert record(world).refused_files == ()


def test_a_gate_that_stops_a_run_is_the_first_thing_told(
    world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = record(world).last_success
    suites = tmp_path / "expectations"
    suites.mkdir()
    impossible = {
        "type": "expect_table_row_count_to_equal",
        "kwargs": {"value": 1},
        "severity": "critical",
        "meta": {"table": "counts", "subject": "onmogelijk"},
        "notes": {"nl": "Kan niet.", "en": "Cannot be."},
    }
    suite = {"name": "counts", "meta": {"description": "x"}, "expectations": [impossible]}
    (suites / "counts.yml").write_text(json.dumps(suite), encoding="utf-8")
    monkeypatch.setattr(Settings, "expectations_dir", suites)
    write(world.raw_dir, "ucll", "aanbod_later_2023-2024.csv", OFFERINGS, [offering("MC-2")])
    with pytest.raises(StaalkaartError, match="onmogelijk"):
        run_nightly(world, is_quiet=True)
    told = record(world)
    assert (told.outcome, told.last_success) == ("gate_failed", good)
    assert [(one.subject, one.is_blocking) for one in told.unmet_checks] == [("onmogelijk", True)]
    page = bulletin_page(now_there(world), "nl")
    first = next(part for part in page.parts if part.heading == "Eerst te doen").blocks[0]
    assert "onmogelijk. Kan niet." in str(first)


def test_what_keeps_a_run_from_beginning_is_recorded_too(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = record(world).last_success
    (world.raw_dir / "SYNTHETISCH").touch()
    with pytest.raises(StaalkaartError, match="nooit gemengd"):
        run_nightly(world, is_quiet=True)
    told = record(world)
    assert (told.outcome, told.last_success) == ("not_started", good)
    assert "nooit gemengd" in str(told.message)
    assert now_there(world).is_fresh


def test_a_run_of_the_interface_leaves_the_same_record(world: Settings) -> None:
    from dagster import DagsterInstance

    from pipelines.definitions import build_definitions

    job = build_definitions(world).resolve_job_def("nightly")
    places = {"raw": str(world.raw_dir), "data": str(world.data_dir), "by": "Dagster"}
    write(world.raw_dir, "ucll", "aanbod_extra_2023-2024.csv", "kolom_a;kolom_b", ["1;2"])
    with DagsterInstance.ephemeral() as instance:
        job.execute_in_process(
            instance=instance,
            run_config={"resources": {"warehouse_lock": {"config": places}}},
        )
    told = record(world)
    assert (told.by, told.is_successful) == ("Dagster", True)
    assert [one.institution_id for one in told.refused_files] == ["ucll"]
    assert told.unmet_checks or told.outcome == "published"
