"""Writing one cell: text that stays text, and numbers that can be calculated with.

A number is written as a number where it is printed as one number: exact public ones, rounded ones
about persons. Ranges, "fewer than" and "no data" stay the text they are printed as.

Border: how a cell looks stands in ``looks``.
"""

from decimal import Decimal

from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.answers.document import Inline, Number
from pipelines.answers.formatting import Printer
from pipelines.answers.rendering.delimited import looks_like_formula
from pipelines.answers.rendering.workbook.looks import Looks

LONGEST_TEXT = 32_767  # what Excel holds in one cell
COUNT_FORMATS = ("#,##0", "#,##0.0", "#,##0.00")
PERCENTAGE_FORMAT = "0\\ %"
SHOWN_DECIMALS = 2


def calculable(number: Number, printer: Printer) -> tuple[int | float, str] | None:
    """Return the value and format of a number that is printed as one number, else None.

    The value is what is printed, never finer.
    """
    value = number.lower
    if value is None or value != number.upper:
        return None
    if printer.number(value) == number.text:
        shown = round(value, SHOWN_DECIMALS).normalize()
        decimals = max(0, -int(shown.as_tuple().exponent))
        return _native(shown), COUNT_FORMATS[decimals]
    if printer.percentage(value) == number.text:
        return float(round(value, SHOWN_DECIMALS)), PERCENTAGE_FORMAT
    return None


def write_inline(
    sheet: Worksheet,
    place: tuple[int, int],
    inline: Inline,
    looks: Looks,
    printer: Printer,
    *styles: str,
) -> None:
    """Write words or a number of the answer into a cell."""
    if not isinstance(inline, Number):
        write_text(sheet, place, inline, looks, "text", *styles)
        return
    found = calculable(inline, printer)
    if found is None:
        write_text(sheet, place, inline.text, looks, "figure", *styles)
        return
    value, number_format = found
    look = looks.look("number", *styles, number_format=number_format)
    sheet.write_number(*place, value, look)


def write_text(
    sheet: Worksheet, place: tuple[int, int], text: str, looks: Looks, *styles: str
) -> None:
    """Write text as text; what looks like a formula stays text when its cell is edited."""
    literal = ("literal",) if looks_like_formula(text) else ()
    look = looks.look(*styles, *literal)
    if text:
        sheet.write_string(*place, _held(text), look)
    else:
        sheet.write_blank(*place, None, look)


def write_across(
    sheet: Worksheet, row: int, last_column: int, text: str, looks: Looks, *styles: str
) -> None:
    """Write text over the cells of a row from the first to the last column."""
    if last_column:
        sheet.merge_range(row, 0, row, last_column, None, looks.look(*styles))
    write_text(sheet, (row, 0), text, looks, *styles)


def write_bound(
    sheet: Worksheet, place: tuple[int, int], value: Decimal | None, looks: Looks, is_share: bool
) -> None:
    """Write a printed lower or upper bound; an unknown one leaves the cell empty."""
    if value is None:
        return
    shown = round(value, SHOWN_DECIMALS).normalize()
    decimals = max(0, -int(shown.as_tuple().exponent))
    number_format = PERCENTAGE_FORMAT if is_share else COUNT_FORMATS[decimals]
    look = looks.look("number", number_format=number_format)
    sheet.write_number(*place, _native(shown), look)


def _native(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _held(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
