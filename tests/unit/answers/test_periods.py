"""The academic years a question is about, however they are written."""

from datetime import date

import pytest
from pydantic import ValidationError

from pipelines.answers.periods import WindowRule, spelled_year, window_of, years_between

ASKED_ON = date(2024, 12, 20)


@pytest.mark.parametrize(
    "written", ["2023-2024", "2023-24", "2023/2024", "2023", " 2023 - 2024 ", "2023\u20132024"]
)
def test_a_year_is_read_in_every_notation_people_use(written: str) -> None:
    assert spelled_year(written) == "2023-2024"


@pytest.mark.parametrize("written", ["2023-2025", "2023-22", "23-24", "20234", "", "vorig jaar"])
def test_what_is_no_academic_year_is_refused_with_the_form_it_should_have(written: str) -> None:
    with pytest.raises(ValueError, match=r"geen academiejaar.*2024"):
        spelled_year(written)


def test_a_range_holds_every_year_between_its_ends() -> None:
    assert years_between("2021-2022", "2023-2024") == ("2021-2022", "2022-2023", "2023-2024")
    assert years_between("2021-2022", "2021-2022") == ("2021-2022",)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [("2023-2024", "2021-2022", "achteruit"), ("1900-1901", "2099-2100", "te lang")],
)
def test_a_range_that_makes_no_sense_says_why(first: str, last: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        years_between(first, last)


def test_given_years_are_exactly_those_and_no_running_one() -> None:
    window = window_of(WindowRule.model_validate({"years": ["2019-20", "2023-24"]}), ASKED_ON)
    assert window.years == ("2019-2020", "2023-2024")
    assert window.running_year is None
    assert window.shown_years == window.years


@pytest.mark.parametrize(
    ("years", "is_counted"),
    [
        (["2022-2023", "2023-2024"], True),
        (["2019-2020", "2023-2024"], False),
        (["2023-2024"], False),
    ],
)
def test_years_are_one_window_when_there_are_several_without_a_gap(
    years: list[str], is_counted: bool
) -> None:
    rule = WindowRule.model_validate({"years": years})
    assert window_of(rule, None).is_counted_together is is_counted


def test_the_running_year_shows_unless_it_is_left_out() -> None:
    with_it = window_of(WindowRule(completed_years=3), ASKED_ON)
    without = window_of(WindowRule(completed_years=3, has_running_year=False), ASKED_ON)
    assert (with_it.running_year, without.running_year) == ("2024-2025", None)
    assert with_it.years == without.years == ("2021-2022", "2022-2023", "2023-2024")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({}, "niet allebei"),
        ({"completed_years": 2, "years": ["2023-2024"]}, "niet allebei"),
        ({"years": ["2023-2024"], "has_running_year": True}, "hoort bij completed_years"),
        ({"years": ["2023-2024", "2023-24"]}, "meer dan één keer"),
        ({"years": ["2023-2024", "2022-2023"]}, "in volgorde"),
        ({"years": ["2023-2025"]}, "geen academiejaar"),
    ],
)
def test_a_window_that_contradicts_itself_is_refused(content: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        WindowRule.model_validate(content)


def test_counting_back_needs_a_day_to_count_from() -> None:
    with pytest.raises(ValueError, match="asked_on"):
        window_of(WindowRule(completed_years=5), None)
