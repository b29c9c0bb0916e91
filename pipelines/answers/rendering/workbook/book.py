"""The workbook put together: its sheets in order, what it says of itself, and how it prints.

Border: how each sheet is filled stands in its own module.
"""

import io
from collections.abc import Iterator
from datetime import datetime

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.answers.document import Answer, Block, Chart, Section, Table
from pipelines.answers.formatting import Printer
from pipelines.answers.rendering.workbook.charts_sheet import write_charts_sheet
from pipelines.answers.rendering.workbook.contents_sheet import write_contents_sheet
from pipelines.answers.rendering.workbook.looks import (
    FONT,
    FONT_SIZE,
    NOTE_SIZE,
    TAB_ANNEX,
    TAB_ASKED,
    TAB_OTHER,
    Looks,
)
from pipelines.answers.rendering.workbook.numbers_sheet import write_numbers_sheet
from pipelines.answers.rendering.workbook.sheet_names import sheet_names
from pipelines.answers.rendering.workbook.table_sheet import Place, TableSheet, write_table_sheet
from pipelines.answers.wording import Wordbook

MARGIN_OPTIONS = {"scale_with_doc": False}
AUTHOR = "Staalkaart"
A4 = 9
LONGEST_IN_MARGIN = 120  # Excel holds 255 characters in a header or footer, codes included


def workbook(answer: Answer, words: Wordbook) -> bytes:
    """Return the workbook; its only date is the answer's, so the same answer gives same bytes."""
    held = io.BytesIO()
    with Workbook(held, _options()) as book:
        _describe(book, answer)
        looks, printer = Looks(book, answer.language), Printer(words)
        charts = [block for block in answer.blocks() if isinstance(block, Chart)]
        tables = _table_sheets(answer, words)
        contents = _sheet(book, words.text("workbook.contents"), answer)
        for one in tables:
            write_table_sheet(_sheet(book, one.name, answer), one, looks, printer, words)
        entries = [(one.name, one.table.caption, one.section) for one in tables]
        if charts:
            name = words.text("workbook.charts")
            write_charts_sheet(_sheet(book, name, answer), charts, answer.banner, looks, words)
            entries.append((name, words.text("workbook.charts_hold"), ""))
        name = words.text("workbook.numbers")
        places = _places(tables)
        write_numbers_sheet(_sheet(book, name, answer), answer, places, looks, printer, words)
        entries.append((name, words.text("workbook.numbers_hold"), ""))
        write_contents_sheet(contents, answer, entries, looks, words)
        contents.activate()
    return held.getvalue()


def _options() -> dict[str, object]:
    """Return fresh options, since the library adds to those it gets."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {
            "font_name": FONT,
            "font_size": FONT_SIZE,
            "font_scheme": "none",
        },
    }


def _describe(book: Workbook, answer: Answer) -> None:
    """Give the file its properties: what it answers, and from what it was made."""
    book.set_properties(
        {
            "title": answer.title,
            "subject": answer.identity["title"],
            "author": AUTHOR,
            "comments": answer.banner or "",
            "created": datetime.fromisoformat(str(answer.provenance["as_of"])),
        }
    )
    for name in ("as_of", "code_version", "rule_set_version", "landing_hash"):
        book.set_custom_property(name, str(answer.provenance[name]), "text")
    if answer.banner:
        book.set_custom_property("banner", answer.banner, "text")


def _sheet(book: Workbook, name: str, answer: Answer) -> Worksheet:
    """Return a new sheet that prints well: lying A4, as wide as the page, banner in the margins."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.8)
    stamp = f'&C&"-,Bold"&{NOTE_SIZE} {_in_margin(answer.banner)}' if answer.banner else ""
    sheet.set_header(stamp, MARGIN_OPTIONS)
    title = f"&L&{NOTE_SIZE} {_in_margin(answer.title)}"
    sheet.set_footer(f"{title}{stamp}&R&{NOTE_SIZE} &A   &P / &N", MARGIN_OPTIONS)
    return sheet


def _in_margin(text: str) -> str:
    """Return text for a header or footer, where an ampersand begins a code."""
    shown = text if len(text) <= LONGEST_IN_MARGIN else f"{text[: LONGEST_IN_MARGIN - 1]}…"
    return shown.replace("&", "&&")


def _table_sheets(answer: Answer, words: Wordbook) -> list[TableSheet]:
    """Return every table with its sheet, in reading order, names unlike all other sheets'."""
    own = [words.text(f"workbook.{name}") for name in ("contents", "charts", "numbers")]
    found = list(_tables(answer, words))
    names = sheet_names([*own, *(table.name for table, _, _ in found)])[len(own) :]
    return [
        TableSheet(name, table, section, colour, answer.banner)
        for name, (table, section, colour) in zip(names, found, strict=True)
    ]


def _tables(answer: Answer, words: Wordbook) -> Iterator[tuple[Table, str, str]]:
    """Yield every table with the title of its section and the colour of its tab."""
    parts: list[tuple[str, str, tuple[Block, ...]]] = [
        (words.text("section.summary"), TAB_ASKED, answer.summary)
    ]
    parts += [(section.title, _tab_colour(section), section.blocks) for section in answer.sections]
    for title, colour, blocks in parts:
        for block in blocks:
            if isinstance(block, Table):
                yield block, title, colour


def _tab_colour(section: Section) -> str:
    if section.asked is not None:
        return TAB_ASKED
    return TAB_ANNEX if section.name == "bijlage" else TAB_OTHER


def _places(tables: list[TableSheet]) -> dict[str, Place]:
    """Return where each number of a table first stands, by its key."""
    places: dict[str, Place] = {}
    for one in tables:
        for number, place in one.places():
            places.setdefault(number.key, place)
    return places
