"""A question without a file: read from options, told what is wrong, always the same folder."""

import pytest

from pipelines.answers.ad_hoc import LONGEST_NUMBER, Options, options_of, question_of
from pipelines.answers.questions import QuestionError

FULL = Options(
    measures=("learners",),
    definitions=("framework",),
    by="institution_kind,working_status",
    years="2022-2023:2023-2024",
)


def test_the_options_make_a_question_like_any_other() -> None:
    question = question_of(FULL)
    assert question.window.years == ("2022-2023", "2023-2024")
    assert question.definitions == ("framework",)
    assert question.crossings == (("institution_kind", "working_status"),)
    assert [part.form for part in question.parts] == ["crossing"]
    assert question.annex == ("learners",)
    assert question.is_own
    assert question.asked_on is None


def test_its_title_says_in_words_what_is_asked_in_each_language() -> None:
    title = question_of(FULL).title
    assert title.nl == "Studenten naar soort instelling en naar werkstatus"
    assert title.en == "Students by kind of institution and by working status"


def test_the_same_options_make_the_same_number_and_others_another() -> None:
    number = question_of(FULL).number
    assert number == (
        "eigen-learners-framework-institution_kind-working_status-2022-2023-2023-2024"
    )
    assert question_of(FULL).number == number
    turned = Options(FULL.measures, FULL.definitions, "working_status,institution_kind", FULL.years)
    assert question_of(turned).number != number


def test_a_long_question_still_has_a_short_and_unique_number() -> None:
    definitions = ("framework", "minister", "label", "scope_note", "vlor", "strict_eu")
    many = Options(("learners", "enrolments", "contracts"), definitions, None, "2019:2024")
    other = Options(("learners", "enrolments", "contracts"), definitions, None, "2019:2023")
    numbers = {question_of(many).number, question_of(other).number}
    assert len(numbers) == 2
    assert all(len(number) <= LONGEST_NUMBER for number in numbers)


def test_a_number_is_a_safe_folder_name_whatever_was_typed() -> None:
    strange = Options(("../x",), ("a b",), None, "2023", institutions=("/etc",))
    assert question_of(strange).number == "eigen--x-a-b--etc-2023-2024"


@pytest.mark.parametrize(
    ("by", "form"), [(None, "series"), ("mode", "split"), ("level, mode", "crossing")]
)
def test_how_many_splits_are_asked_for_decides_the_form(by: str | None, form: str) -> None:
    question = question_of(Options(("offerings",), ("label",), by, "2023"))
    assert [part.form for part in question.parts] == [form]


def test_names_may_be_repeated_or_listed_and_count_once() -> None:
    question = question_of(
        Options(("offerings,titles", "offerings"), ("label", "framework,label"), None, "2023")
    )
    assert [part.measures for part in question.parts] == [("offerings",), ("titles",)]
    assert question.definitions == ("label", "framework")


@pytest.mark.parametrize(
    ("years", "found"),
    [
        ("2022-2023:2023-2024", ("2022-2023", "2023-2024")),
        ("2021:2023", ("2021-2022", "2022-2023", "2023-2024")),
        ("2023-24,2019/20", ("2019-2020", "2023-2024")),
        ("2023", ("2023-2024",)),
    ],
)
def test_years_are_a_range_or_a_list(years: str, found: tuple[str, ...]) -> None:
    assert question_of(Options(("offerings",), ("label",), None, years)).window.years == found


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(), "Er ontbreekt --measure en --definition en --years."),
        (Options(("x",), (), None, "2023"), "Er ontbreekt --definition."),
        (Options((",",), ("label",), None, "2023"), "Er ontbreekt --measure."),
        (Options(("x",), ("y",), "a,b,c", "2023"), "hoogstens twee uitsplitsingen"),
        (Options(("x",), ("y",), "a,a", "2023"), "twee keer dezelfde uitsplitsing"),
        (Options(("x",), ("y",), "a,", "2023"), "noem één uitsplitsing, of twee met een komma"),
        (Options(("x",), ("y",), None, "2023:"), "'' is geen academiejaar"),
        (Options(("x",), ("y",), None, "2023-2025"), "na 2023 komt 2024"),
        (Options(("x",), ("y",), None, "2023:2021"), "loopt achteruit"),
        (Options(("x",), ("y",), None, "1900:2099"), "hoogstens 50 academiejaren"),
    ],
)
def test_an_option_that_cannot_be_read_says_how_it_is_written(options: Options, said: str) -> None:
    with pytest.raises(QuestionError) as caught:
        question_of(options)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_question_keeps_how_it_was_asked_and_can_be_asked_again() -> None:
    question = question_of(
        Options(("learners", "offerings"), ("framework",), None, "2019,2023", ("ugent",))
    )
    assert question.asked_with == (
        "--measure",
        "learners,offerings",
        "--definition",
        "framework",
        "--years",
        "2019-2020,2023-2024",
        "--institution",
        "ugent",
    )
    assert question_of(options_of(question.asked_with)) == question
    assert question_of(options_of(question_of(FULL).asked_with)) == question_of(FULL)


@pytest.mark.parametrize("kept", [("--measure",), ("--colour", "red"), ("x", "y")])
def test_what_are_no_options_of_a_question_is_refused(kept: tuple[str, ...]) -> None:
    with pytest.raises(QuestionError, match="geen opties van een vraag"):
        options_of(kept)
