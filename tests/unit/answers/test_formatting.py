"""Dutch and English numbers, dates, and the words for what is not one number."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.answers.cells import Cell, PublicFigure, Standing
from pipelines.answers.formatting import Printer
from pipelines.answers.wording import load_wording
from pipelines.console import StaalkaartError

DUTCH = Printer(load_wording("nl"))


def figure(
    lower: str | None, upper: str | None, status: str = "final", below: str | None = None
) -> PublicFigure:
    low, high, under = (None if one is None else Decimal(one) for one in (lower, upper, below))
    return PublicFigure("k", Cell("m", "d", "y"), "", Standing(status), low, high, under)


@pytest.mark.parametrize(
    ("lower", "upper", "status", "printed"),
    [
        ("12345.6", "12345.6", "final", "12.345,6"),
        ("62.50", "62.50", "final", "62,5"),
        ("35", "35", "final", "35"),
        ("3", "7", "partial", "3 tot 7"),
        ("35", None, "partial", "ten minste 35"),
        ("0", None, "partial", "ten minste 0"),
        (None, None, "missing", "geen gegevens"),
        (None, None, "did_not_exist", "bestond niet"),
        ("-2", "-2", "final", "\u22122"),
    ],
)
def test_a_figure_is_printed_as_it_stands(
    lower: str | None, upper: str | None, status: str, printed: str
) -> None:
    assert DUTCH.figure(figure(lower, upper, status)) == printed


def test_fewer_than_the_base_is_printed_as_such() -> None:
    assert DUTCH.figure(figure("0", "4", below="5")) == "<5"


def test_dates_and_periods_are_dutch() -> None:
    assert DUTCH.day(date(2024, 12, 20)) == "20 december 2024"
    assert DUTCH.period("2023-2024") == "2023\u20132024"
    assert DUTCH.period("2019-2020..2023-2024") == "2019\u20132020 tot en met 2023\u20132024"


def test_a_percentage_is_whole_and_has_a_narrow_gap() -> None:
    assert DUTCH.percentage(Decimal("0.823")) == "82\u00a0%"


def test_an_unknown_language_lists_those_that_exist() -> None:
    with pytest.raises(StaalkaartError, match="'fr' bestaat niet"):
        load_wording("fr")
