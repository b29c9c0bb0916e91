"""A national number is found in any grouping; ordinary numbers in texts are left alone."""

import re

import polars as pl
import pytest
from drop_folder import Drop, insz
from hypothesis import given
from hypothesis import strategies as st
from test_pseudonyms import leaks

from pipelines.deliveries.national_numbers import number_spans, replaced_cells, without_numbers
from pipelines.deliveries.rules import MASK, finding_rows, masked, masked_cells, shown

OLD, YOUNG = insz(740_310_555), insz(10_203_004, born_from_2000=True)
GAPS = ["", " ", ".", "-", "/", ",", "_", ":", " - ", ") (", "\u00a0", "\u200b", "\u00ad", "\u2019"]
FULL_WIDTH = {48 + digit: 0xFF10 + digit for digit in range(10)}
ARABIC = {48 + digit: 0x660 + digit for digit in range(10)}
SCRIPTS = [{}, FULL_WIDTH, ARABIC]


def is_valid(digits: str) -> bool:
    first, check = int(digits[:9]), int(digits[9:])
    return check in {97 - first % 97, 97 - (2 * 10**9 + first) % 97}


@given(
    st.integers(0, 10**9 - 1),
    st.booleans(),
    st.lists(st.sampled_from(GAPS), min_size=10, max_size=10),
    st.sampled_from(SCRIPTS),
    st.sampled_from(["", "zie ", "(nr. ", "a"]),
)
def test_a_valid_number_is_masked_in_any_grouping_and_script(
    first_nine: int, is_young: bool, gaps: list[str], script: dict[int, int], before: str
) -> None:
    number = insz(first_nine, born_from_2000=is_young)
    written = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
    text = f"{before}{written.translate(script)}!"
    assert without_numbers(text, MASK) == f"{before}{MASK}!"
    frame = pl.DataFrame({"text": [text, None, "x"]}, schema={"text": pl.String})
    assert replaced_cells(frame["text"], MASK) == {text: f"{before}{MASK}!"}
    assert frame.select(masked_cells(pl.col("text")))["text"].to_list() == [
        f"{before}{MASK}!",
        None,
        "x",
    ]


@pytest.mark.parametrize("number", [OLD, YOUNG])
@pytest.mark.parametrize(
    "form",
    [
        "{0}.0",
        "{0},00 euro",
        "12 {1} 34",
        "2023-2024, {1}, 2024",
        "{1};{0}",
        "+{0}",
        "tot {2} toe",
    ],
)
def test_a_number_amid_others_is_masked(number: str, form: str) -> None:
    dotted = ".".join(re.findall("^(..)(...)(...)(...)$", number)[0])
    text = form.format(number, dotted, f"{int(number):.11e}".replace("e", "E"))
    hidden = without_numbers(text, "#")
    assert "#" in hidden
    assert not number_spans(hidden)
    assert not re.search("[0-9]{5}", hidden)


@pytest.mark.parametrize("sign", [".", ","])
def test_a_number_that_a_spreadsheet_shows_with_an_exponent_is_masked(sign: str) -> None:
    for number in (OLD, insz(740_310_550), insz(40_310_555), YOUNG):
        power = f"{int(number):.10E}".replace(".", sign)
        mantissa, exponent = power.split("E")
        for text in (power, f"{mantissa.rstrip('0')}E{exponent}"):
            assert without_numbers(text, MASK) == MASK, text


@pytest.mark.parametrize(
    "text",
    [
        "2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024",
        "2023-2024 en 2024-2025",
        "12.345.678,90 euro",
        "1.234.567.890 euro",
        "+32 9 264 41 11",
        "+32 (0)9 264 41 11",
        "+32 472 12 34 56",
        "+32 472 12 34 70",
        "09 264 41 11 of 09 264 41 12",
        "ISBN 978-90-123-4567-8",
        "ISBN 978-3-16-148410-0",
        "01/09/2023 - 15/09/2023",
        "2023-09-20 09:00:00",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
        "3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11",
        "https://studiegids.be/2023-2024/opleiding/1234/10483.html",
        "0477.471.087",
        "BE68 5390 0754 7034",
        "GO! 12 345-678 90",
        "3.14159265358979E+00",
        "Zorg 486 2023-2024 deel 0",
        "b6730013-8369-2d17-1e7d-1456fed56e1f",
    ],
)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert without_numbers(text, MASK) == text
    assert replaced_cells(pl.Series([text]), MASK) == {}


def test_every_telephone_number_of_the_country_is_left_alone() -> None:
    for number in range(2000):
        text = f"+32 4{number % 80 + 10:02d} {number % 97:02d} {number % 89:02d} {number % 83:02d}"
        assert without_numbers(text, MASK) == text


def test_codes_with_a_year_and_times_of_a_day_are_left_alone() -> None:
    texts = [f"{number} 2023-2024" for number in range(100, 1000)]
    texts += [f"{day}/09/2023 9:{minute:02d}" for day in range(10, 30) for minute in range(60)]
    texts += [f"2023-09-{day}, lokaal {room}" for day in range(10, 30) for room in range(100, 200)]
    assert replaced_cells(pl.Series(texts), MASK) == {}


@given(st.lists(st.text("0123456789 .-x,/+E\uff11", max_size=30), max_size=20))
def test_cells_are_masked_in_bulk_as_one_by_one(texts: list[str]) -> None:
    expected = {text: without_numbers(text, MASK) for text in texts if number_spans(text)}
    assert replaced_cells(pl.Series(texts, dtype=pl.String), MASK) == expected


@given(st.integers(0, 10**11 - 1))
def test_eleven_digits_in_another_grouping_are_masked_only_when_they_pass_the_check(
    number: int,
) -> None:
    digits = f"{number:011d}"
    text = ".".join(re.findall("^(..)(...)(...)(...)$", digits)[0])
    assert masked(text) == (MASK if is_valid(digits) else text)


def test_a_message_and_a_value_show_no_number_in_another_grouping() -> None:
    for text in ("74.031.055.541", f"{'x' * 495} {OLD[:2]}.{OLD[2:5]}.{OLD[5:8]}.{OLD[8:]}"):
        assert not re.search("[0-9]{2}", shown(text.replace("74.031.055.541", dotted(OLD))))
    rows = pl.DataFrame({"row_number": [2, 3], "value": [dotted(OLD), f"{'x' * 50}{dotted(OLD)}"]})
    found = finding_rows("date_unreadable", rows, "offerings", "startdatum", column="startdatum")
    shown_texts = found.select(pl.concat_str("message_nl", "message_en", "value"))
    assert not [text for (text,) in shown_texts.rows() if re.search("[0-9]{2}[.][0-9]{2}", text)]


def dotted(number: str) -> str:
    return f"{int(number):,}".replace(",", ".")


def test_no_number_in_another_grouping_is_left_on_disk(drop: Drop) -> None:
    header = "instellingsnummer;academiejaar;aanbod_code;titel;startdatum;omvang;soort"
    header += ";omvang_eenheid"
    texts = {name: dotted(insz(740_310_555 + place)) for place, name in enumerate("abcde")}
    rows = [
        "ugent;2023-2024;A1;Zorg;2023-09-20;3;mooc;ects",
        f"ugent;2023-2024;{texts['a']};Zorg;2023-09-20;3;mooc;ects",
        f"ugent;2023-2024;A3;Zorg {texts['b']};2023-09-20;3;mooc;ects",
        f"ugent;2023-2024;A4;Zorg;{texts['c']};3;mooc;ects",
        f"ugent;2023-2024;A5;Zorg;2023-09-20;{texts['d']};mooc;ects",
        f"ugent;2023-2024;A6;Zorg;2023-09-20;3;{texts['e']};ects",
    ]
    drop.put_rows(f"ugent/aanbod_{texts['a']}.csv", header, *rows)
    drop.deliver("ugent")
    assert leaks(drop.settings.data_dir, list(texts.values())) == set()
    broken = drop.rows("select row_number, rule_id from delivered.rejected_rows order by all")
    assert broken[:2] == [(3, "national_number_in_code"), (4, "national_number_in_text")]
    assert [row for row, _ in broken] == [3, 4, 5, 6, 7]
