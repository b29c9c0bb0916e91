"""The first sheet: what was asked, how to read the figures, and a link to every other sheet.

Border: nothing is on it that the answer does not say elsewhere, but how to read this file.
"""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.answers.document import Answer
from pipelines.answers.rendering.workbook.cells import write_across, write_text
from pipelines.answers.rendering.workbook.looks import (
    FONT_SIZE,
    HEADING_SIZE,
    NOTE_SIZE,
    TITLE_SIZE,
    Looks,
    height_of,
)
from pipelines.answers.wording import Wordbook

WIDTHS = (34, 70, 36)
LAST_COLUMN = len(WIDTHS) - 1
# A sheet: its name, what is on it, and the part of the answer it belongs to.
Entry = tuple[str, str, str]


def write_contents_sheet(
    sheet: Worksheet, answer: Answer, entries: Sequence[Entry], looks: Looks, words: Wordbook
) -> None:
    """Write the title, the head of the answer, how to read it, and the list of sheets."""
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.hide_gridlines(2)
    row = _across(sheet, 0, answer.title, looks, "title", TITLE_SIZE)
    if answer.banner:
        row = _across(sheet, row, answer.banner, looks, "banner")
        row = _across(sheet, row, words.text("banner_explained"), looks, "note", NOTE_SIZE)
    row += 1
    for term, value in answer.head:
        write_text(sheet, (row, 0), term, looks, "name")
        sheet.merge_range(row, 1, row, LAST_COLUMN, None, looks.look("text"))
        write_text(sheet, (row, 1), value, looks, "text")
        sheet.set_row(row, height_of(value, sum(WIDTHS[1:])))
        row += 1
    row = _across(
        sheet, row + 1, words.text("workbook.how_to_read"), looks, "heading", HEADING_SIZE
    )
    for text in words.texts("workbook.reading"):
        row = _across(sheet, row, text, looks, "text")
    _write_entries(sheet, row + 1, entries, looks, words)


def _across(
    sheet: Worksheet,
    row: int,
    text: str,
    looks: Looks,
    style: str,
    font_size: float = FONT_SIZE,
) -> int:
    """Write text over the whole width and return the next row."""
    write_across(sheet, row, LAST_COLUMN, text, looks, style)
    sheet.set_row(row, height_of(text, sum(WIDTHS), font_size))
    return row + 1


def _write_entries(
    sheet: Worksheet, row: int, entries: Sequence[Entry], looks: Looks, words: Wordbook
) -> None:
    headings = words.labels("workbook.entries")
    for place, heading in enumerate(headings.values()):
        write_text(sheet, (row, place), heading, looks, "header")
    for name, holds, section in entries:
        row += 1
        sheet.set_row(row, height_of(holds, WIDTHS[1]))
        quoted = name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", looks.look("link", "plain"), name)
        write_text(sheet, (row, 1), holds, looks, "text", "plain")
        write_text(sheet, (row, 2), section, looks, "text", "plain")
