"""Numbers that would be printed otherwise today: which, and why."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bulletin_world import delivered, published, recorded
from records import MOMENT

from pipelines.console import RunWatch, StaalkaartError, watching
from pipelines.operations.bulletin import changed_answers
from pipelines.operations.bulletin.causes import Causes
from pipelines.operations.bulletin.changed_answers import answers_today
from pipelines.operations.bulletin.figure_ages import figure_ages
from pipelines.operations.bulletin.published import PublishedFacts
from pipelines.operations.bulletin.wording import load_bulletin_words
from pipelines.operations.recorded_answers import (
    Change,
    differences,
    note_rewritten,
    read_rewritten,
    recorded_answer,
    recorded_answers,
)
from pipelines.settings import Settings

LEARNERS = "learners:framework:2023-2024:*:none:2025.1"
OFFERINGS = "offerings:label:2023-2024:ugent:none:2025.1"
WINDOW = "growth:learners:framework:2022-2023..2023-2024:*:lower:first:2025.1"


def cause(facts: PublishedFacts, key: str, **changes: object) -> str:
    answer = recorded(published(), {}, **changes)
    return Causes(answer, facts, load_bulletin_words("nl"), facts.build.code_version).of(key)


def arrived(*new: object, replaced: tuple[str, ...] = ()) -> PublishedFacts:
    facts = published()
    old = tuple(
        replace(one, status="superseded") if one.sha256 in replaced else one
        for one in facts.deliveries
    )
    return replace(facts, deliveries=(*old, *new))  # type: ignore[arg-type]


def test_numbers_are_compared_as_printed_and_totals_come_first() -> None:
    before = {LEARNERS: "<5", OFFERINGS: "3", "coverage:a": "1", "gone": "2"}
    after = {LEARNERS: "10", OFFERINGS: "4", "coverage:a": "1", "new": "5"}
    assert differences(before, after, ("2025.1", "2025.1")) == [
        Change("learners:framework:2023-2024:*:none", "<5", "10"),
        Change("offerings:label:2023-2024:ugent:none", "3", "4"),
        Change("gone", "2", None),
        Change("new", None, "5"),
    ]


def test_another_rule_set_alone_changes_no_number() -> None:
    after = {LEARNERS.replace("2025.1", "2026.1"): "10"}
    assert differences({LEARNERS: "10"}, after, ("2025.1", "2026.1")) == []
    (found,) = differences({LEARNERS: "5"}, after, ("2025.1", "2026.1"))
    assert (found.before, found.after) == ("5", "10")


def test_a_delivery_that_came_after_the_answer_is_late() -> None:
    late = delivered("ap", "enrolments", "2023-2024", "new")
    # ap had delivered that year: nothing of it was replaced, so this is an addition.
    facts = arrived(late)
    assert cause(facts, LEARNERS) == (
        "late levering: AP Hogeschool inschrijvingen (4 november 2024)"
    )
    assert cause(facts, WINDOW).startswith("late levering")
    assert cause(facts, OFFERINGS).startswith("onbekend")


def test_a_delivery_that_took_the_place_of_another_is_a_correction() -> None:
    new = delivered("ap", "enrolments", "2023-2024", "new")
    facts = arrived(new, replaced=("apenrolments2023-2024",))
    assert cause(facts, LEARNERS).startswith("correctie: AP Hogeschool inschrijvingen")
    other_year = arrived(new, replaced=("apenrolments2022-2023",))
    assert cause(other_year, LEARNERS).startswith("late levering")


def test_the_cause_is_sought_near_the_figure_first() -> None:
    own = delivered("ugent", "offerings", "2023-2024", "own")
    other = delivered("ap", "offerings", "2023-2024", "other")
    assert "Universiteit Gent" in cause(arrived(own, other), OFFERINGS)
    assert "AP" not in cause(arrived(own, other), OFFERINGS)
    # Verdicts of enrolments rest on offerings too, where no enrolments came.
    assert "aanbod" in cause(arrived(own), LEARNERS)
    both = arrived(own, delivered("ap", "enrolments", "2023-2024", "people"))
    assert "aanbod" not in cause(both, LEARNERS)


def test_rules_code_as_of_and_loss_are_told_apart() -> None:
    facts = published()
    assert cause(facts, LEARNERS, rule_set_version="2024.2") == "andere regels (2024.2, nu 2025.1)"
    assert cause(facts, LEARNERS, code_version="0.0.9") == "andere code, contracten of indeling"
    assert cause(facts, LEARNERS, as_of="2024-12-20") == "andere peildatum"
    assert cause(facts, LEARNERS).startswith("onbekend")
    fewer = replace(facts, deliveries=facts.deliveries[1:])
    assert cause(fewer, LEARNERS) == "een gebruikte levering telt niet meer mee"
    late = arrived(delivered("ap", "enrolments", "2023-2024", "new"))
    assert cause(late, LEARNERS, code_version="0.0.9").endswith(
        "; ook andere code, contracten of indeling"
    )


def test_many_deliveries_are_summed_up() -> None:
    new = [
        delivered(unit, "enrolments", "2023-2024", f"new-{unit}")
        for unit in ("ap", "ucll", "ugent")
    ]
    assert cause(arrived(*new), LEARNERS).endswith("en nog 1")


def write_answer(settings: Settings, name: str, content: object) -> Path:
    folder = settings.answers_dir / name
    folder.mkdir(parents=True)
    (folder / "antwoord.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


CONTENT = {
    "question": {"number": "223"},
    "language": "nl",
    "numbers": [{"key": LEARNERS, "value": "180 tot 360"}, {"key": "x", "value": "1"}],
    "summary": [{"table": "kort"}, {"paragraph": "…"}],
    "tables": [
        {"name": "kort", "rows": [{"cells": ["Kader", {"text": "180 tot 360", "key": LEARNERS}]}]},
        {"name": "rest", "rows": [{"cells": [{"text": "1", "key": "x"}]}]},
    ],
    "provenance": {
        "as_of": "2025-01-06",
        "code_version": "0.1.0+a",
        "rule_set_version": "2025.1",
        "landing_hash": "b" * 64,
        "deliveries": [
            {"institution_id": "ap", "kind": "offerings", "sha256": "s", "status": "in_force"}
        ],
    },
}


def test_an_answer_folder_is_read_and_a_damaged_one_is_named(settings: Settings) -> None:
    good = write_answer(settings, "223", CONTENT)
    bad = write_answer(settings, "224", {"question": 7})
    (settings.answers_dir / "geen-antwoord").mkdir()
    found = recorded_answers(settings.answers_dir)
    assert [one if isinstance(one, Path) else one.folder for one in found] == [good, bad]
    answer = recorded_answer(good)
    assert answer is not None
    assert answer.headline == (LEARNERS,)
    assert answer.numbers["x"] == "1"
    assert answer.command is None
    own = {**CONTENT, "question": {"number": "eigen-x", "command": "staalkaart answer --measure x"}}
    asked = recorded_answer(write_answer(settings, "eigen-x", own))
    assert asked is not None
    assert asked.command == "staalkaart answer --measure x"
    assert recorded_answers(settings.answers_dir / "none") == []


def test_every_folder_is_told_beside_what_would_be_printed_today(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_answer(settings, "a", CONTENT)
    same = {**CONTENT, "provenance": {**CONTENT["provenance"], "landing_hash": "a" * 64}}  # type: ignore[dict-item]
    write_answer(settings, "b", same)
    write_answer(settings, "c", {})
    write_answer(settings, "d", {**CONTENT, "question": {"number": "999"}})

    def printed(_: Settings, answer: object) -> dict[str, str]:
        if getattr(answer, "number", "") == "999":
            raise StaalkaartError("Vraag 999 bestaat niet.")
        return {LEARNERS: "185 tot 360", "x": "1"}

    monkeypatch.setattr(changed_answers, "printed_today", printed)
    found = answers_today(settings, published(), "nl", "0.1.0+a")
    assert [one.state for one in found] == ["changed", "current", "unreadable", "not_comparable"]
    (change,) = found[0].changes
    assert (change.before, change.after) == ("180 tot 360", "185 tot 360")
    assert change.cause
    assert "999" in found[3].problem
    # Other code may print otherwise, so its numbers are looked at and not taken for granted.
    newer = answers_today(settings, published(), "nl", "0.2.0+b")
    assert [one.state for one in newer][:2] == ["changed", "changed"]
    assert newer[1].changes[0].cause.endswith("andere code, contracten of indeling")


def test_what_a_run_rewrote_is_kept_until_it_changes_nothing(settings: Settings) -> None:
    many = [Change(f"k{n}", "1", "2", "late") for n in range(300)]
    note_rewritten(settings, "223", MOMENT, many)
    note_rewritten(settings, "V1", MOMENT, many[:1])
    first, second = read_rewritten(settings)
    assert (first.number, first.total, len(first.changes)) == ("223", 300, 200)
    assert second.changes == (many[0],)
    note_rewritten(settings, "223", MOMENT, [])
    assert [one.number for one in read_rewritten(settings)] == ["V1"]
    for damaged in ("{", "[1]", '[{"number": "1"}]'):
        settings.answer_changes_file.write_text(damaged, encoding="utf-8")
        assert read_rewritten(settings) == []


def test_what_cannot_be_kept_of_a_rewritten_answer_is_said_and_ends_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = published()
    before, after = recorded(facts, {LEARNERS: "5"}), recorded(facts, {LEARNERS: "10"})
    monkeypatch.setattr(changed_answers, "read_published_facts", lambda *_: facts)
    with watching(RunWatch()) as watch:
        changed_answers.note_rewritten_answer(settings, before, after)
        (kept,) = read_rewritten(settings)
        assert [(one.before, one.after) for one in kept.changes] == [("5", "10")]
        changed_answers.note_rewritten_answer(settings, None, after)
        changed_answers.note_rewritten_answer(settings, replace(before, language="en"), after)
        assert read_rewritten(settings) == [kept]
        assert not watch.side_problems
        settings.answer_changes_file.unlink()
        settings.answer_changes_file.mkdir()
        changed_answers.note_rewritten_answer(settings, before, after)
        assert "antwoord 223" in watch.side_problems[0]


def test_the_age_of_a_figure_is_that_of_the_newest_delivery_behind_it() -> None:
    facts = published()
    numbers = {LEARNERS: "180 tot 360", LEARNERS.replace("framework", "label"): "5", OFFERINGS: "3"}
    late = replace(delivered("ap", "enrolments", "2023-2024", "new"), received_on=date(2025, 3, 1))
    refused = replace(late, status="refused", received_on=date(2025, 5, 1))
    facts = replace(facts, deliveries=(*facts.deliveries, late, refused))
    learners, offerings, status = figure_ages(facts, [recorded(facts, numbers)])
    assert (learners.value, learners.definition) == ("180 tot 360", "framework")
    assert (learners.newest_on, learners.sender) == (date(2025, 3, 1), "ap")
    assert offerings.newest_on == date(2024, 11, 4)
    assert (status.measure, status.newest_on) == ("positions", date(2024, 11, 5))
    nothing = replace(facts, deliveries=())
    assert figure_ages(nothing, [recorded(facts, numbers)])[0].newest_on is None
