"""What a question file promises, and what is said of one that is wrong."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from pipelines.answers.periods import last_day
from pipelines.answers.questions import (
    QUESTIONS_DIR,
    Question,
    QuestionError,
    find_question,
    load_questions,
)
from pipelines.console import StaalkaartError
from pipelines.settings import PROJECT_ROOT

Write = Callable[[dict[str, object]], Path]
SMALL = {
    "number": "7",
    "asker": "Iemand",
    "asked_on": date(2024, 11, 4),
    "title": {"nl": "Een vraag"},
    "window": {"completed_years": 2},
    "definitions": ["label"],
    "parts": [
        {"id": "1", "form": "series", "measures": ["offerings"], "asks": {"nl": "Hoeveel?"}},
    ],
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the small question with some keys changed, and return its folder."""

    def save(changed: dict[str, object]) -> Path:
        content = {name: value for name, value in (SMALL | changed).items() if value is not None}
        (tmp_path / "7.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return tmp_path

    return save


def fault_of(folder: Path) -> str:
    with pytest.raises(QuestionError, match="Verbeter het bestand") as caught:
        load_questions(folder)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_question_file_needs_no_more_than_the_small_one(write: Write) -> None:
    question = load_questions(write({}))["7"]
    assert question.window.years == ("2022-2023", "2023-2024")
    assert question.asker is not None
    assert question.asker.in_language("en") == "Iemand"
    assert question.scope.is_everybody
    assert question.is_answered_nightly
    assert not question.is_example


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


def test_the_other_shipped_questions_are_examples_and_say_so_in_both_languages() -> None:
    others = {number: one for number, one in load_questions().items() if number != "223"}
    assert set(others) == {"V1", "V2", "V3"}
    for question in others.values():
        assert question.is_example
        assert question.asker is not None
        assert "Voorbeeldvraag (verzonnen)" in question.asker.nl
        assert "invented" in question.asker.in_language("en")


def test_every_shipped_question_says_everything_in_both_languages() -> None:
    for question in load_questions().values():
        texts = [question.title, *(part.asks for part in question.parts)]
        assert all(text.en for text in texts), question.number
        for paragraphs in question.texts.values():
            assert len(paragraphs.nl) == len(paragraphs.en or ()), question.number


def test_an_unknown_question_lists_those_that_exist() -> None:
    with pytest.raises(StaalkaartError, match=r"(?s)bestaat niet.*223 \(Tom Seurs.*V1") as caught:
        find_question("9999")
    assert caught.value.exit_code == 2


def test_a_number_is_found_whatever_its_case() -> None:
    assert find_question("v1").number == "V1"


def test_a_question_file_with_a_wrong_field_names_file_and_field(tmp_path: Path) -> None:
    text = (QUESTIONS_DIR / "223.yml").read_text(encoding="utf-8")
    broken = text.replace("form: overview", "form: everything")
    (tmp_path / "224.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(StaalkaartError, match=r"(?s)224\.yml.*parts, 1, form.*crossing"):
        load_questions(tmp_path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": 7}, "number: '7' is geen tekst."),
        ({"number": "../7"}, "number: '../7' is niet toegelaten. Gebruik letters en cijfers"),
        ({"title": None}, "title: ontbreekt. Voeg deze sleutel toe."),
        ({"windows": {}}, "windows: is geen sleutel van een vraag op deze plaats."),
        ({"definitions": []}, "definitions: is leeg. Vul minstens één onderdeel in."),
        ({"definitions": "label"}, "definitions: 'label' is geen lijst."),
        ({"asked_on": "gisteren"}, "asked_on: 'gisteren' is geen datum. Schrijf ze als 2024-12-20"),
        ({"asked_on": None}, "completed_years telt terug vanaf asked_on; vul die datum in."),
        ({"window": {}}, "window: vul completed_years in, of years, en niet allebei."),
        ({"window": {"years": ["2023-2025"]}}, "geen academiejaar"),
        ({"parts": [*SMALL["parts"], *SMALL["parts"]]}, "hebben hetzelfde id."),  # type: ignore[misc]
    ],
)
def test_a_wrong_key_is_told_in_dutch_with_the_edit_that_mends_it(
    write: Write, changed: dict[str, object], said: str
) -> None:
    assert said in fault_of(write(changed))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("split", "minstens één uitsplitsing onder splits nodig."),
        ("crossing", "minstens één kruising onder crossings nodig, zoals [[level, mode]]."),
    ],
)
def test_a_form_without_what_it_splits_by_says_what_is_missing(
    write: Write, form: str, said: str
) -> None:
    part = {"id": "1", "form": form, "measures": ["offerings"], "asks": {"nl": "Hoeveel?"}}
    assert said in fault_of(write({"parts": [part]}))


def test_all_faults_of_a_file_come_at_once(write: Write) -> None:
    said = fault_of(write({"title": None, "window": {}, "annexe": []}))
    assert [word in said for word in ("title:", "window:", "annexe:")] == [True] * 3
    assert "7.yml" in said


def test_what_is_no_yaml_says_where_it_stops_being_so(tmp_path: Path) -> None:
    (tmp_path / "7.yml").write_text("number: [7\ntitle: x", encoding="utf-8")
    assert "regel 2" in fault_of(tmp_path)


def test_two_files_with_one_number_are_told_apart(write: Write) -> None:
    folder = write({})
    (folder / "8.yml").write_bytes((folder / "7.yml").read_bytes())
    with pytest.raises(QuestionError, match=r"8\.yml en 7\.yml hebben hetzelfde nummer"):
        load_questions(folder)


def test_the_question_in_the_readme_is_one() -> None:
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Answering a question")[2]
    example = section.partition("```yaml")[2].partition("```")[0]
    question = Question.model_validate(yaml.safe_load(example))
    assert question.number == "224"
    assert [part.form for part in question.parts] == ["series", "split"]


def test_a_scope_holds_what_it_names_and_everybody_where_it_names_nothing() -> None:
    scope = Question.model_validate(SMALL).scope
    assert scope.holds("ugent", "university")
    named = scope.model_copy(update={"institutions": ("ugent",)})
    assert named.holds("ugent", "university")
    assert not named.holds("kuleuven", "university")
    kinds = scope.model_copy(update={"institution_kinds": ("university",)})
    assert kinds.holds("kuleuven", "university")
    assert not kinds.holds("odisee", "university_college")
