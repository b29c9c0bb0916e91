"""The record of a run: written whole, read whatever stands there, kept by every run."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from mail_server import MailServer
from records import BLOCKING, MOMENT, REFUSED, WARNING, unwell, well

from pipelines.console import RunWatch, StaalkaartError, noting_problems, run_watch, watching
from pipelines.deliveries.results import DeliverySummary, IntakeResult
from pipelines.operations.clock import now
from pipelines.operations.freshness import freshness
from pipelines.operations.parameters import load_parameters
from pipelines.operations.recording import recorded_run, stage_seconds
from pipelines.operations.run_record import (
    FAILED,
    GATE_FAILED,
    Found,
    read_run_record,
    write_run_record,
)
from pipelines.settings import Settings
from pipelines.warehouse.gate import CheckOutcome


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "status.json"
    for record in (
        well(refused_files=(REFUSED,), unmet_checks=(BLOCKING, WARNING), as_of="2024-12-20"),
        unwell(GATE_FAILED),
        unwell(FAILED, success=None),
    ):
        write_run_record(file, record)
        assert read_run_record(file) == Found(record)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe{",
        b'{"outcome": "splendid"}',
        b'{"outcome": ["published"]}',
        b'{"outcome": "published", "finished_at": "yesterday"}',
        b'{"outcome": "published", "finished_at": 1e400}',
        b'{"outcome": "published", "last_success": {"outcome": "published"}}',
        b'{"outcome": "failed", "refused_files": [{"name": 1}]}',
        b'{"outcome": "failed", "unmet_checks": 7}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_record_is_unreadable_and_never_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "status.json"
    assert read_run_record(file).problem == "missing"
    file.write_bytes(content)
    assert read_run_record(file) == Found(None, "unreadable")


def test_a_record_of_before_says_when_it_ended_well(tmp_path: Path) -> None:
    file = tmp_path / "status.json"
    old = {"outcome": "published", "finished_at": "2026-03-29T04:00:00+00:00", "message": None}
    file.write_text(json.dumps(old), encoding="utf-8")
    record = read_run_record(file).record
    assert record is not None
    assert record.last_success is not None
    assert freshness(record, MOMENT, load_parameters()).age == timedelta(hours=2)


def test_a_run_is_stale_after_the_hours_of_the_parameter_and_not_before() -> None:
    limits = load_parameters()
    assert limits.stale_hours == 26
    states = {hours: freshness(well(hours), MOMENT, limits).state for hours in (0, 26, 26.01)}
    assert states == {0: "fresh", 26: "fresh", 26.01: "stale"}
    assert freshness(None, MOMENT, limits).state == "never"
    assert freshness(unwell(FAILED, success=None), MOMENT, limits).state == "never"
    # A failed run does not make the last good one older or younger.
    assert freshness(unwell(GATE_FAILED, success=3), MOMENT, limits).state == "fresh"
    assert freshness(unwell(GATE_FAILED, success=30), MOMENT, limits).state == "stale"


def test_a_moment_in_the_future_is_never_fresh() -> None:
    limits = load_parameters()
    ahead = limits.clock_tolerance_minutes / 60
    assert freshness(well(-ahead), MOMENT, limits).state == "fresh"
    assert freshness(well(-ahead - 0.1), MOMENT, limits).state == "future"


def summary(name: str, status: str) -> DeliverySummary:
    return DeliverySummary(
        f"ucll:{name}", name, "template", ("enrolments",), status, message_nl="x"
    )


def check(success: bool, severity: str) -> CheckOutcome:
    return CheckOutcome(
        "counts",
        1,
        "counts",
        "expect",
        "alles",
        None,
        success,
        False,
        812.0,
        severity,
        "812",
        "Doe.",
    )


def test_a_run_leaves_what_it_refused_and_what_the_gate_found(settings: Settings) -> None:
    with recorded_run(settings, "de test") as watch:
        during = read_run_record(settings.status_file).record
        watch.institutions += [
            IntakeResult(
                "ucll",
                [summary("a", "refused"), summary("b", "accepted"), summary("c", "refused")],
                mended=frozenset({"ucll:c"}),
            ),
            IntakeResult.failed("ap", "ValueError in visit.py, regel 1"),
        ]
        watch.unrecognised_folders.append("nergens")
        watch.checks += [check(True, "critical"), check(False, "warning")]
        watch.outcome = "published"
    assert during is not None
    assert (during.outcome, during.finished_at, during.last_success) == ("running", None, None)
    record = read_run_record(settings.status_file).record
    assert record is not None
    assert [one.file_name for one in record.refused_files] == ["a"]
    assert record.institutions_in_error == {"ap": "ValueError in visit.py, regel 1"}
    assert record.unrecognised_folders == ("nergens",)
    assert [(one.subject, one.is_blocking) for one in record.unmet_checks] == [("alles", False)]
    assert "812" not in settings.status_file.read_text(encoding="utf-8")
    assert record.by == "de test"
    assert record.seconds is not None
    assert record.last_success is not None
    assert record.last_success.finished_at == record.finished_at


def test_a_run_leaves_how_long_each_of_its_stages_took(settings: Settings) -> None:
    with recorded_run(settings, "de test") as watch:
        watch.begin("deliveries", 2)
        watch.begin("models", 1)
        watch.outcome = "published"
    record = read_run_record(settings.status_file).record
    assert record is not None
    assert set(record.stage_seconds) == {"deliveries", "models"}
    assert record.seconds is not None
    assert 0 <= sum(record.stage_seconds.values()) <= record.seconds + 0.2


def test_a_stage_lasts_until_the_next_one_begins() -> None:
    stages = [("models", 10.0), ("gate", 12.5), ("models", 13.0)]
    assert stage_seconds(stages, 14.04) == {"models": 3.5, "gate": 0.5}
    assert stage_seconds([], 14.0) == {}


def test_every_way_in_which_a_run_ends_is_told_apart(settings: Settings) -> None:
    with recorded_run(settings, "x") as watch:
        watch.outcome = "unchanged"
    good = read_run_record(settings.status_file).record
    assert good is not None
    endings: list[tuple[BaseException, str | None, str]] = [
        (StaalkaartError("geen sleutel"), None, "not_started"),
        (StaalkaartError("dbt", exit_code=1), None, "failed"),
        (StaalkaartError("poort", exit_code=1), "gate_failed", "gate_failed"),
        (ValueError("een waarde uit een rij"), None, "failed"),
        (KeyboardInterrupt(), None, "failed"),
    ]
    for problem, outcome, expected in endings:
        with pytest.raises(type(problem)), recorded_run(settings, "x") as watch:
            watch.outcome = outcome
            raise problem
        record = read_run_record(settings.status_file).record
        assert record is not None
        assert record.outcome == expected
        assert record.last_success == good.last_success
        assert "waarde" not in str(record.message)


def test_what_ends_a_part_of_a_run_is_noted_without_values_of_rows() -> None:
    with watching(RunWatch()) as watch:
        with pytest.raises(StaalkaartError), noting_problems():
            raise StaalkaartError("de map is vol")
        assert watch.problem == "de map is vol"
        with pytest.raises(ValueError, match="waarde"), noting_problems():
            raise ValueError("een waarde uit een rij")
        assert run_watch().problem == "Onverwachte fout (ValueError)."


def test_a_record_that_cannot_be_written_does_not_end_the_run(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Path, record: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.operations.recording.write_run_record", full)
    with recorded_run(settings, "x") as watch:
        watch.outcome = "published"
    assert "status.json kon niet worden geschreven" in watch.side_problems[0]


def test_a_message_that_cannot_be_sent_is_said_and_does_not_end_the_run(
    settings: Settings, post: MailServer
) -> None:
    post.refuses = True
    with recorded_run(settings, "x") as watch:
        watch.outcome = "gate_failed"
    (problem,) = watch.side_problems
    assert problem.startswith("E-mail niet verstuurd: 127.0.0.1")
    post.refuses = False
    with recorded_run(settings, "x") as watch:
        watch.outcome = "gate_failed"
    assert not watch.side_problems
    assert len(post.received.messages) == 1


def test_the_clock_of_a_record_has_a_time_zone() -> None:
    assert now().tzinfo is not None
