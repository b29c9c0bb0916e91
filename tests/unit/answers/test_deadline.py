"""The deadline of a question: working days from the day after it was asked."""

import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.answers.deadline import ClosingDay, Term, deadline_of, load_term
from pipelines.answers.questions import Question, find_question
from pipelines.console import StaalkaartError


def asked(day: date) -> Question:
    return find_question("223").model_copy(update={"asked_on": day})


def due(day: date, term: Term | None = None) -> date:
    deadline = deadline_of(asked(day), term)
    assert deadline is not None
    return deadline.day


def test_question_223_is_due_on_21_january_2025() -> None:
    assert due(date(2024, 12, 20)) == date(2025, 1, 21)


@pytest.mark.parametrize(
    ("asked_on", "last_day"),
    [
        (date(2024, 12, 21), date(2025, 1, 21)),  # a Saturday: the Monday after is the first day
        (date(2025, 9, 1), date(2025, 9, 29)),  # four weeks without a holiday
        (date(2025, 4, 11), date(2025, 5, 13)),  # Easter Monday and Labour Day fall out
    ],
)
def test_only_working_days_after_the_question_count(asked_on: date, last_day: date) -> None:
    assert due(asked_on) == last_day


def test_a_closing_day_with_its_source_moves_the_deadline_by_one_working_day() -> None:
    bridge = ClosingDay(day=date(2025, 1, 2), name="brugdag", source="beslissing")
    term = load_term().model_copy(update={"closing_days": (bridge,)})
    assert due(date(2024, 12, 20), term) == date(2025, 1, 22)
    on_a_sunday = bridge.model_copy(update={"day": date(2025, 1, 5)})
    term = load_term().model_copy(update={"closing_days": (on_a_sunday,)})
    assert due(date(2024, 12, 20), term) == date(2025, 1, 21)


def test_the_term_is_twenty_working_days_and_says_where_that_is_written() -> None:
    term = load_term()
    assert (term.length, term.unit, term.holidays) == (20, "working_days", "BE")
    assert "vlaamsparlement.be" in term.source.url


def test_a_question_of_ones_own_has_no_deadline() -> None:
    own = find_question("223").model_copy(update={"asked_on": None})
    assert deadline_of(own) is None


def test_a_closing_day_without_a_source_is_refused_in_dutch(tmp_path: Path) -> None:
    file = tmp_path / "term.yml"
    file.write_text(
        "length: 0\nunit: weeks\nsource: {nl: x, en: x, url: x}\nholidays: BE\n"
        "closing_days: [{day: 2025-01-02, name: brugdag}]\n",
        encoding="utf-8",
    )
    with pytest.raises(StaalkaartError, match=r"term\.yml klopt niet") as caught:
        load_term(file)
    said = str(caught.value)
    assert "closing_days, 1, source: ontbreekt." in said
    assert "length: '0' is te klein. Het kleinste dat kan is 1." in said
    assert "unit: 'weeks' is niet toegelaten. Gebruik een van: working_days." in said
    assert caught.value.exit_code == 2


def test_the_deadline_stands_above_the_answer_and_in_its_json(answer_folder: Path) -> None:
    html = (answer_folder / "antwoord.html").read_text("utf-8")
    assert "Te beantwoorden tegen" in html
    assert "21 januari 2025" in html
    record = json.loads((answer_folder / "antwoord.json").read_text("utf-8"))
    assert record["question"]["deadline"] == "2025-01-21"
    assert record["question"]["term"] == "20 working_days"
    assert "vlaamsparlement.be" in record["question"]["term_source"]
