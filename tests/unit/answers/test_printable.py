"""Delivered text stays what it is, but for what no file can hold or no reader can see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipelines.answers.printable import LONGEST, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zorg in de wijk", "Zorg in de wijk"),
        ("  regel een\r\n\tregel\u2028twee \u00a0 ", "regel een regel twee"),
        ("<b>=1+1</b> {{ x }} #panic()", "<b>=1+1</b> {{ x }} #panic()"),
        ("nul\x00bel\x07weg\x7f\x9b", "nul\ufffdbel\ufffdweg\ufffd\ufffd"),
        ("\ufffe \uffff \ufdd0 \U0001fffe", "\ufffd \ufffd \ufffd \ufffd"),
        ("a\u202ecba\u2069", "a\ufffdcba\ufffd"),
        ("merk\ufeff", "merk\ufffd"),
        ("\U0001f468\u200d\U0001f469 e\u0301 שלום", "\U0001f468\u200d\U0001f469 e\u0301 שלום"),
        ("x" * LONGEST, "x" * LONGEST),
        ("x" * (LONGEST + 1), "x" * (LONGEST - 1) + "…"),
        ("", ""),
    ],
)
def test_only_what_cannot_be_printed_is_replaced(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(codec=None), max_size=400))
def test_whatever_was_delivered_fits_on_one_line_of_any_file(text: str) -> None:
    shown = printable(text)
    element = etree.Element("title")
    element.text = shown
    assert etree.fromstring(etree.tostring(element, encoding="unicode")).text == (shown or None)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert len(shown) <= LONGEST
    assert shown == " ".join(shown.split())
    assert printable(shown) == shown
