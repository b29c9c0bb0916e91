"""What a question file promises, and the academic years it stands for."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.answers.questions import QUESTIONS_DIR, find_question, last_day, load_questions
from pipelines.console import StaalkaartError


def test_question_223_is_about_the_five_years_completed_before_its_date() -> None:
    window = load_questions()["223"].window
    assert window.label == "2019-2020..2023-2024"
    assert window.running_year == "2024-2025"
    assert len(window.years) == 5


@pytest.mark.parametrize(
    ("asked_on", "to_year", "running_year"),
    [
        (date(2024, 9, 30), "2022-2023", "2023-2024"),
        (date(2024, 10, 1), "2023-2024", "2024-2025"),
    ],
)
def test_a_year_is_completed_on_the_first_of_october(
    asked_on: date, to_year: str, running_year: str
) -> None:
    question = load_questions()["223"].model_copy(update={"asked_on": asked_on})
    assert (question.window.to_year, question.window.running_year) == (to_year, running_year)


def test_the_last_day_of_a_year_is_30_september() -> None:
    assert last_day("2023-2024") == date(2024, 9, 30)


def test_the_main_reading_is_the_framework_with_the_minister_beside_it() -> None:
    assert find_question("223").definitions == ("framework", "minister", "label")


def test_an_unknown_question_lists_those_that_exist() -> None:
    with pytest.raises(StaalkaartError, match=r"bestaat niet.*223 \(Tom Seurs") as caught:
        find_question("9999")
    assert caught.value.exit_code == 2


def test_a_question_file_with_a_wrong_field_names_file_and_field(tmp_path: Path) -> None:
    text = (QUESTIONS_DIR / "223.yml").read_text(encoding="utf-8")
    broken = text.replace("form: overview", "form: everything")
    (tmp_path / "224.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(StaalkaartError, match=r"224\.yml.*parts\.0\.form"):
        load_questions(tmp_path)
