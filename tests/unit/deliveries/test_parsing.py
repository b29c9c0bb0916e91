"""What the parsers accept, what they refuse, and that no text makes them fail."""

import inspect
import math
import random
import typing
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from drop_folder import insz
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.deliveries import parsing

CODES = {"maatschappelijk": "societal", "persoonlijk": "personal"}
PARSERS: list[Callable[[pl.Expr], pl.Expr]] = [
    parsing.cleaned,
    parsing.academic_year,
    lambda text: parsing.academic_year(text, "start_year"),
    lambda text: parsing.academic_year(text, "short"),
    parsing.is_ambiguous_year,
    parsing.decimal,
    lambda text: parsing.decimal(text, "comma"),
    lambda text: parsing.decimal(text, "point"),
    parsing.is_ambiguous_number,
    parsing.is_date_like_number,
    parsing.calendar_date,
    parsing.has_two_digit_year,
    parsing.boolean,
    parsing.national_number,
    parsing.national_number_digits,
    parsing.quarter,
    lambda text: parsing.code(text, CODES),
    lambda text: parsing.code_set(text, CODES),
]


def parsed(parser: Callable[[pl.Expr], pl.Expr], *texts: str | None) -> list[Any]:
    frame = pl.DataFrame({"text": list(texts)}, schema={"text": pl.String})
    return frame.select(parser(parsing.cleaned(pl.col("text")))).to_series().to_list()


# Any text, text of the characters that the patterns look for, and other digits than 0 to 9.
TEXTS = st.one_of(
    st.none(),
    st.text(),
    st.from_regex(r"[0-9/., +-]{0,14}", fullmatch=True),
    st.text("0123456789-/., |QqTZjnJN\u0661\u0967\uff11\u2013\u00a0\u2212", max_size=14),
)


@given(st.lists(TEXTS))
def test_no_text_makes_a_parser_fail(texts: list[str | None]) -> None:
    for parser in PARSERS:
        assert len(parsed(parser, *texts)) == len(texts)


def test_every_parser_is_tried_with_any_text() -> None:
    takes_text = {
        name
        for name, function in inspect.getmembers(parsing, inspect.isfunction)
        if not name.startswith("_")
        and next(iter(inspect.signature(function).parameters.values())).annotation is pl.Expr
    }
    tried = {parser.__name__ for parser in PARSERS} | {"code", "code_set"}
    assert takes_text == tried - {"<lambda>"}


@settings(max_examples=20)
@given(st.lists(TEXTS, max_size=6))
def test_what_a_parser_makes_of_a_text_does_not_depend_on_the_other_texts(
    texts: list[str | None],
) -> None:
    for parser in PARSERS:
        alone = [parsed(parser, text)[0] for text in texts]
        assert parsed(parser, *texts) == alone


@given(st.integers(2000, 2098))
def test_an_academic_year_is_read_from_every_notation(start: int) -> None:
    end = start + 1
    notations = [
        f"{start}-{end}",
        f"{start}/{end}",
        f"{start}-{end % 100:02d}",
        f"{start % 100:02d}-{end % 100:02d}",
        f" {start} - {end} ",
        f"{start}\u2013{end}",
    ]
    assert parsed(parsing.academic_year, *notations) == [f"{start}-{end}"] * len(notations)


def test_four_digits_are_a_start_year_or_a_short_year_but_never_guessed() -> None:
    assert parsed(parsing.academic_year, "2023", "2324", "2021") == ["2023-2024", "2023-2024", None]
    assert parsed(parsing.is_ambiguous_year, "2021", "2023", "2324") == [True, False, False]
    assert parsed(lambda t: parsing.academic_year(t, "short"), "2021") == ["2020-2021"]
    assert parsed(lambda t: parsing.academic_year(t, "start_year"), "2021") == ["2021-2022"]


@pytest.mark.parametrize("text", ["2023-2025", "2O24-25", "1999", "23-25", "2023-", "20232024"])
def test_what_is_no_academic_year_is_not_read(text: str) -> None:
    assert parsed(parsing.academic_year, text) == [None]


@given(st.decimals(min_value=0, max_value=99_999_999, places=2, allow_nan=False))
def test_a_number_is_read_with_comma_and_with_point(number: Decimal) -> None:
    text = f"{number:.2f}"
    grouped = f"{number:,.2f}".replace(",", "\u00a0").replace(".", ",")
    dotted = f"{number:,.2f}".replace(",", "#").replace(".", ",").replace("#", ".")
    assert parsed(parsing.decimal, text, text.replace(".", ","), grouped, dotted) == [number] * 4


@pytest.mark.parametrize("text", ["4;5", "3-mei", "1e5", ",5", "1,234.5", "3 5", "123456789", "x"])
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert parsed(parsing.decimal, text) == [None]


AMBIGUOUS = ["1.200", "12.500", "1.000.000", "1,200", "999,999", "-1.200", "+7,500"]


def test_a_number_whose_sign_can_mean_two_things_is_never_guessed() -> None:
    assert parsed(parsing.decimal, *AMBIGUOUS) == [None] * len(AMBIGUOUS)
    assert parsed(parsing.is_ambiguous_number, *AMBIGUOUS) == [True] * len(AMBIGUOUS)
    certain = ["1200", "1.2", "1,20", "0.500", "0,125", "1.2000", "1234.500", "1.200,5", "1 200"]
    assert parsed(parsing.is_ambiguous_number, *certain) == [False] * len(certain)
    numbers = ["1200", "1.2", "1.2", "0.5", "0.12", "1.2", "1234.5", "1200.5", "1200"]
    assert parsed(parsing.decimal, *certain) == [Decimal(number) for number in numbers]


def test_a_contract_says_what_separates_the_decimals() -> None:
    texts = ["1.200", "1,200", "1.000.000", "1,000,000", "1.5", "1,5"]
    by_comma = parsed(lambda text: parsing.decimal(text, "comma"), *texts)
    by_point = parsed(lambda text: parsing.decimal(text, "point"), *texts)
    assert [str(number) for number in by_comma] == [
        *("1200.00", "1.20", "1000000.00", "None", "1.50", "1.50")
    ]
    assert [str(number) for number in by_point] == [
        *("1.20", "1200.00", "None", "1000000.00", "1.50", "1.50")
    ]


@given(
    st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2, allow_nan=False),
    st.integers(0, 3),
)
def test_a_number_is_read_as_it_was_written_in_the_notation_of_the_contract(
    number: Decimal, more: int
) -> None:
    english = f"{number:,.{2 + more}f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    for notation, text in (("point", english), ("comma", dutch)):
        sign = typing.cast(parsing.DecimalSign, notation)
        bare = text.replace("," if notation == "point" else ".", "")
        whole = text[: -3 - more]
        read = parsed(lambda each, sign=sign: parsing.decimal(each, sign), text, bare, whole)
        assert read == [number, number, Decimal(math.trunc(number))]


def test_a_number_that_became_a_date_is_recognised() -> None:
    assert parsed(parsing.is_date_like_number, "3-mei", "45780", "3/5", "3,5", "180") == [
        True,
        True,
        True,
        False,
        False,
    ]


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_date_is_read_from_every_notation(day: date) -> None:
    serial = (day - parsing.EXCEL_EPOCH).days
    notations = [
        day.isoformat(),
        f"{day.isoformat()} 10:30:00",
        f"{day:%d/%m/%Y}",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%Y}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%Y%m%d}",
        str(serial),
        f"{serial}.0",
    ]
    assert parsed(parsing.calendar_date, *notations) == [day] * len(notations)


@pytest.mark.parametrize("text", ["31/02/2023", "20/09/23", "20/09-2023", "0001-01-01", "1234"])
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert parsed(parsing.calendar_date, text) == [None]


def test_the_last_day_of_9999_stands_for_an_open_end_in_every_notation() -> None:
    found = parsed(parsing.calendar_date, "31/12/9999", "9999-12-31", "99991231", "2958465")
    assert found == [parsing.OPEN_END] * 4


def test_yes_and_no_are_read_in_dutch_and_english() -> None:
    assert parsed(parsing.boolean, "J", "ja", "Yes", "1", "TRUE") == [True] * 5
    assert parsed(parsing.boolean, "n", "NEE", "no", "0", "false", "x") == [False] * 5 + [None]


@given(st.sampled_from(sorted(parsing.BOOLEANS)), st.data())
def test_yes_and_no_are_read_in_any_case_and_between_spaces(word: str, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from([c.lower(), c.upper()])) for c in word]
    assert parsed(parsing.boolean, f" {''.join(letters)}\u00a0") == [parsing.BOOLEANS[word]]


@given(st.booleans())
def test_a_boolean_written_is_read_back(value: bool) -> None:
    dutch = "ja" if value else "nee"
    assert parsed(parsing.boolean, str(value), dutch, str(int(value))) == [value] * 3


@given(st.integers(2000, 2099), st.integers(1, 4))
def test_a_quarter_is_read_in_any_case(year: int, number: int) -> None:
    texts = [f"{year}Q{number}", f" {year}q{number} "]
    assert parsed(parsing.quarter, *texts) == [texts[0]] * 2


@pytest.mark.parametrize("text", ["2023Q5", "2023Q0", "1999Q1", "2023-3", "Q32023", "2023Q11"])
def test_what_is_no_quarter_is_not_read(text: str) -> None:
    assert parsed(parsing.quarter, text) == [None]


@given(st.sets(st.sampled_from(sorted(CODES))), st.randoms())
def test_codes_written_are_read_back_in_any_order(codes: set[str], chance: random.Random) -> None:
    several = sorted(codes)
    chance.shuffle(several)
    found = parsed(lambda t: parsing.code_set(t, CODES), " | ".join(several).upper())
    assert found == ["|".join(sorted(CODES[each] for each in codes)) or None]
    for each in codes:
        assert parsed(lambda t: parsing.code(t, CODES), each.title()) == [CODES[each]]


def test_several_codes_come_out_sorted_and_once() -> None:
    found = parsed(lambda t: parsing.code_set(t, CODES), "Persoonlijk| maatschappelijk|persoonlijk")
    assert found == ["personal|societal"]
    assert parsed(lambda t: parsing.code_set(t, CODES), "persoonlijk|x") == [None]


@given(st.integers(0, 999_999_999), st.booleans(), st.sampled_from(["", ".", "-", "/", " "]))
def test_a_national_number_is_read_however_it_is_written(
    first_nine: int, born_from_2000: bool, sign: str
) -> None:
    number = insz(first_nine, born_from_2000=born_from_2000)
    written = sign.join((number[:2], number[2:4], number[4:6], number[6:9], number[9:]))
    assert parsed(parsing.national_number, written) == [number]


@given(st.integers(0, 999_999_999), st.integers(1, 96))
def test_a_wrong_check_digit_is_found(first_nine: int, difference: int) -> None:
    right = {int(insz(first_nine)[9:]), int(insz(first_nine, born_from_2000=True)[9:])}
    check = (int(insz(first_nine)[9:]) + difference) % 100
    expected = [f"{first_nine:09d}{check:02d}"] if check in right else [None]
    assert parsed(parsing.national_number, f"{first_nine:09d}{check:02d}") == expected


def test_a_lost_leading_zero_is_restored_only_when_the_check_digits_prove_it() -> None:
    number = insz(50_730_033)
    assert number.startswith("0")
    assert parsed(parsing.national_number, number[1:]) == [number]
    assert parsed(parsing.national_number, f"1{number[2:]}") == [None]


def test_the_academic_year_begins_on_the_first_of_october() -> None:
    assert parsing.start_year_of(date(2023, 9, 30)) == 2022
    assert parsing.start_year_of(date(2023, 10, 1)) == 2023
