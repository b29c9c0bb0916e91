"""Which answers are written, and which again: those of another build, and those not whole.

Border: what an answer holds is tested beside the answers.
"""

import json
from collections.abc import Callable

import duckdb
import pytest

from pipelines.answering import is_current, write_answers
from pipelines.answers import answer, questions
from pipelines.answers.questions import QuestionError
from pipelines.console import RunWatch, StaalkaartError, watching
from pipelines.settings import Settings

CURRENT = {"landing_hash": "a" * 64, "code_version": "0", "as_of": "2024-01-01"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (json.dumps({"provenance": CURRENT}), True),
        (json.dumps({"provenance": CURRENT | {"landing_hash": "b"}}), False),
        (json.dumps({"provenance": CURRENT | {"code_version": "1"}}), False),
        (json.dumps({"provenance": CURRENT | {"as_of": "2023-01-01"}}), False),
        (json.dumps({"provenance": None}), False),
        ("{", False),
        (None, False),
    ],
)
def test_an_answer_is_current_when_it_names_the_published_build(
    settings: Settings, write_checks: Callable[..., None], written: str | None, expected: bool
) -> None:
    with duckdb.connect(str(settings.published_file)) as connection:
        write_checks(connection)
    folder = settings.answers_dir / "223"
    folder.mkdir(parents=True)
    if written is not None:
        (folder / "antwoord.json").write_text(written, encoding="utf-8")
    assert is_current(settings, folder) is expected


@pytest.fixture
def night(
    settings: Settings, write_checks: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Publish a build, and collect the numbers of the questions that are answered."""
    with duckdb.connect(str(settings.published_file)) as connection:
        write_checks(connection)
    written: list[str] = []
    monkeypatch.setattr(answer, "write_answer", lambda settings, number: written.append(number))
    return written


def test_the_night_answers_the_questions_that_say_so(settings: Settings, night: list[str]) -> None:
    shipped = questions.load_questions()
    expected = sorted(number for number, one in shipped.items() if one.is_answered_nightly)
    assert list(write_answers(settings)) == night == expected
    assert "223" in expected
    assert {number for number in shipped if number not in expected} == {"V1", "V2", "V3"}


def test_a_question_that_cannot_be_answered_is_told_and_the_others_are_answered(
    settings: Settings, night: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = questions.load_questions()
    asked = {number: shipped["223"] for number in ("1", "2", "3")}

    def write(settings: Settings, number: str) -> None:
        if number == "2":
            raise QuestionError("Vraag 2 gaat over jaren zonder gegevens.")
        night.append(number)

    monkeypatch.setattr(questions, "load_questions", lambda: asked)
    monkeypatch.setattr(answer, "write_answer", write)
    with watching(RunWatch()) as watch:
        assert list(write_answers(settings)) == ["1", "3"]
    assert watch.notes == ["Niet beantwoord: Vraag 2 gaat over jaren zonder gegevens."]


def test_a_folder_that_cannot_be_written_still_ends_the_run(
    settings: Settings, night: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(settings: Settings, number: str) -> None:
        raise StaalkaartError("de schijf is vol")

    monkeypatch.setattr(answer, "write_answer", refuse)
    with pytest.raises(StaalkaartError, match="de schijf is vol"):
        write_answers(settings)
