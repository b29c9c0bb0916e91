"""One table on one sheet: caption, headings that stay in sight, rows, and the notes below them.

Border: which tables there are, and their order, comes from the answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.answers.document import Number, Row, Table, plain, plain_paragraph
from pipelines.answers.formatting import Printer
from pipelines.answers.rendering.workbook.cells import write_across, write_inline, write_text
from pipelines.answers.rendering.workbook.looks import (
    CAPTION_SIZE,
    NOTE_SIZE,
    Looks,
    column_width,
    height_of,
)
from pipelines.answers.wording import Wordbook

SMALLEST_FILTERED = 8  # rows; below it a filter only stands in the way
READING_WIDTH = 100  # characters a note may run on before it wraps
EMPTY_COLUMN = 8.43  # the width of a column that nobody set


@dataclass(frozen=True)
class Place:
    """Where a number stands: sheet and cell, and the headings of its row and column."""

    sheet: str
    cell: str
    row: str
    column: str


@dataclass(frozen=True)
class TableSheet:
    """A table and the sheet it stands on.

    Attributes:
        name: The name of the sheet.
        section: The title of the part of the answer it belongs to.
        tab_colour: The colour of the sheet's tab.
        banner: The words that say that the data are synthetic, if they are.
    """

    name: str
    table: Table
    section: str
    tab_colour: str
    banner: str | None

    @property
    def header_row(self) -> int:
        """The first row of headings, counted from zero."""
        return 4 if self.banner else 3

    @property
    def first_row(self) -> int:
        """The row of the first data, counted from zero."""
        return self.header_row + (2 if self.table.groups else 1)

    @property
    def notes_row(self) -> int:
        """The row of the first note, counted from zero."""
        return self.first_row + len(self.table.rows) + 1

    @property
    def has_filter(self) -> bool:
        """Whether rows can be chosen: not where some are sums of others."""
        is_plain = all(row.style == "plain" for row in self.table.rows)
        return is_plain and not self.table.groups and len(self.table.rows) >= SMALLEST_FILTERED

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """The width of each column in characters."""
        return tuple(
            column_width(heading, (plain(row.cells[place]) for row in self.table.rows))
            for place, heading in enumerate(self.table.columns)
        )

    @property
    def last_reading_column(self) -> int:
        """The column up to which captions and notes run on."""
        width = float(sum(self.widths))
        column = len(self.widths) - 1
        while width < READING_WIDTH:
            width += EMPTY_COLUMN
            column += 1
        return column

    @property
    def reading_width(self) -> float:
        """How many characters of a note stand on one line."""
        extra = self.last_reading_column - len(self.widths) + 1
        return sum(self.widths) + extra * EMPTY_COLUMN

    def places(self) -> Iterator[tuple[Number, Place]]:
        """Yield every number of the table with where it stands."""
        headings = self.table.flat_columns()
        names = self.table.row_header_columns
        for offset, row in enumerate(self.table.rows):
            label = ", ".join(plain(cell) for cell in row.cells[:names])
            for column, cell in enumerate(row.cells):
                if isinstance(cell, Number):
                    at = xl_rowcol_to_cell(self.first_row + offset, column)
                    yield cell, Place(self.name, at, label, headings[column])


def write_table_sheet(
    sheet: Worksheet, one: TableSheet, looks: Looks, printer: Printer, words: Wordbook
) -> None:
    """Write a table with everything around it onto its sheet."""
    sheet.set_tab_color(one.tab_colour)
    for place, width in enumerate(one.widths):
        sheet.set_column(place, place, width)
    _write_top(sheet, one, looks, words)
    _write_headings(sheet, one, looks)
    for offset, row in enumerate(one.table.rows):
        _write_row(sheet, one, one.first_row + offset, row, looks, printer)
    for offset, note in enumerate(one.table.notes):
        text, row_number = plain_paragraph(note), one.notes_row + offset
        write_across(sheet, row_number, one.last_reading_column, text, looks, "note")
        sheet.set_row(row_number, height_of(text, one.reading_width, NOTE_SIZE))
    _set_view(sheet, one)


def _write_top(sheet: Worksheet, one: TableSheet, looks: Looks, words: Wordbook) -> None:
    write_across(sheet, 0, one.last_reading_column, one.table.caption, looks, "caption")
    sheet.set_row(0, height_of(one.table.caption, one.reading_width, CAPTION_SIZE))
    if one.banner:
        write_across(sheet, 1, one.last_reading_column, one.banner, looks, "banner")
    links = one.header_row - 2
    link = looks.look("link")
    contents = words.text("workbook.contents")
    sheet.write_url(links, 0, f"internal:'{contents}'!A1", link, words.text("workbook.back"))
    if one.table.notes:
        quoted = one.name.replace("'", "''")
        target = f"internal:'{quoted}'!A{one.notes_row + 1}"
        sheet.write_url(links, 1, target, link, words.text("workbook.to_notes"))


def _write_headings(sheet: Worksheet, one: TableSheet, looks: Looks) -> None:
    table, row = one.table, one.header_row
    lowest = one.first_row - 1
    start = len(table.ungrouped_columns())
    sheet.set_row(lowest, _row_height(table.columns, one.widths))
    for place, heading in enumerate(table.columns):
        styles = ("header", _heading_side(table, place))
        if lowest > row and place < start:
            sheet.merge_range(row, place, lowest, place, None, looks.look(*styles))
            write_text(sheet, (row, place), heading, looks, *styles)
        else:
            write_text(sheet, (lowest, place), heading, looks, *styles)
    for group, span in table.groups:
        if span > 1:
            sheet.merge_range(row, start, row, start + span - 1, None, looks.look("group"))
        write_text(sheet, (row, start), group, looks, "group")
        start += span


def _heading_side(table: Table, place: int) -> str:
    """Return where a heading stands: right above figures, in the middle above states."""
    if table.heat and place:
        return "middle"
    return "right" if any(isinstance(row.cells[place], Number) for row in table.rows) else "left"


def _row_height(texts: Iterable[str], widths: Iterable[int]) -> float:
    return max(height_of(text, width) for text, width in zip(texts, widths, strict=True))


def _write_row(
    sheet: Worksheet, one: TableSheet, number: int, row: Row, looks: Looks, printer: Printer
) -> None:
    sheet.set_row(number, _row_height((plain(cell) for cell in row.cells), one.widths))
    for column, cell in enumerate(row.cells):
        heat = one.table.heat.get(cell) if isinstance(cell, str) else None
        styles = ("heat", f"heat-{heat}") if heat and column else (row.style,)
        write_inline(sheet, (number, column), cell, looks, printer, *styles)


def _set_view(sheet: Worksheet, one: TableSheet) -> None:
    """Keep headings and row names in sight, on the screen and on paper."""
    last_row, last_column = one.notes_row - 2, len(one.table.columns) - 1
    sheet.freeze_panes(one.first_row, 1)
    sheet.repeat_rows(one.header_row, one.first_row - 1)
    if one.has_filter:
        sheet.autofilter(one.first_row - 1, 0, last_row, last_column)
    # Codes and levels that consist of digits are names here; no green corner says otherwise.
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(last_row, last_column)}"})
