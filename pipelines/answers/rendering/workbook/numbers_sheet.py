"""The sheet of numbers: one row per printed number, with its bounds, its source and its check.

The tables show a range as people read it; here its ends are numbers to calculate with.

Border: nothing stands here that is not printed elsewhere in the answer, or in ``antwoord.json``.
"""

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.answers.document import Answer, Inline, ListBlock, Number, Paragraph
from pipelines.answers.formatting import Printer
from pipelines.answers.rendering.workbook.cells import write_bound, write_inline, write_text
from pipelines.answers.rendering.workbook.looks import Looks, height_of
from pipelines.answers.rendering.workbook.table_sheet import Place
from pipelines.answers.wording import Wordbook

WIDTHS = (32, 38, 34, 20, 14, 14, 12, 28, 42, 58, 58)
LAST_PRINTED_COLUMN = 8  # keys are for the screen; on paper they would make all letters tiny
FIRST_TEXT_COLUMN = 6  # after where the number stands, its print and its bounds
STYLE = "Table Style Light 1"
PERCENT = "%"


def write_numbers_sheet(
    sheet: Worksheet,
    answer: Answer,
    places: Mapping[str, Place],
    looks: Looks,
    printer: Printer,
    words: Wordbook,
) -> None:
    """Write every printed number once, where it is first printed."""
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    write_text(sheet, (0, 0), words.text("workbook.numbers_caption"), looks, "caption")
    if answer.banner:
        write_text(sheet, (1, 0), answer.banner, looks, "banner")
    contents = words.text("workbook.contents")
    link = looks.look("link")
    sheet.write_url(2, 0, f"internal:'{contents}'!A1", link, words.text("workbook.back"))
    header_row = 4
    sheet.freeze_panes(header_row + 1, 0)
    sheet.repeat_rows(header_row)
    numbers = answer.numbers()
    sentences = _sections_of_sentences(answer, words)
    for offset, number in enumerate(numbers.values(), start=1):
        place_of = places.get(number.key)
        row = header_row + offset
        _write_place(sheet, row, place_of, sentences.get(number.key, ""), looks)
        texts = _texts(number, words)
        _write_number(sheet, row, number, texts, looks, printer)
        named = (place_of.row, place_of.column) if place_of else ("", "")
        wrapped = zip(named, WIDTHS[1:3], strict=True)
        sheet.set_row(row, max(height_of(text, width) for text, width in wrapped))
    headings = words.labels("workbook.number_columns").values()
    columns = [{"header": one, "header_format": looks.look("header")} for one in headings]
    last_row = header_row + max(1, len(numbers))
    options = {"columns": columns, "style": STYLE, "name": words.text("workbook.numbers")}
    sheet.print_area(0, 0, last_row, LAST_PRINTED_COLUMN)
    sheet.add_table(header_row, 0, last_row, len(columns) - 1, options)


def _write_place(
    sheet: Worksheet, row: int, place: Place | None, section: str, looks: Looks
) -> None:
    """Write where a number stands: a link to its cell, or the section that says it in words."""
    if place is None:
        write_text(sheet, (row, 0), section, looks, "text")
        return
    quoted = place.sheet.replace("'", "''")
    sheet.write_url(row, 0, f"internal:'{quoted}'!{place.cell}", looks.look("link"), place.sheet)
    write_text(sheet, (row, 1), place.row, looks, "text")
    write_text(sheet, (row, 2), place.column, looks, "text")


def _write_number(
    sheet: Worksheet,
    row: int,
    number: Number,
    texts: Sequence[str],
    looks: Looks,
    printer: Printer,
) -> None:
    write_inline(sheet, (row, 3), number, looks, printer)
    is_share = PERCENT in number.text
    write_bound(sheet, (row, 4), number.lower, looks, is_share)
    write_bound(sheet, (row, 5), number.upper, looks, is_share)
    for column, text in enumerate(texts, start=FIRST_TEXT_COLUMN):
        write_text(sheet, (row, column), text, looks, "code")


def _texts(number: Number, words: Wordbook) -> tuple[str, ...]:
    """Return what is said of a number beside its bounds."""
    return (
        words.text("workbook.yes") if number.is_provisional else "",
        words.label("workbook.sources", number.source),
        _check(number, words),
        number.key,
        ", ".join(number.derived_from),
    )


def _check(number: Number, words: Wordbook) -> str:
    """Return which suites counted a number again, and whether they agreed."""
    said = [
        words.text(
            "workbook.agreed" if one.succeeded else "workbook.disagreed",
            suite=words.label("suite", one.suite),
        )
        for one in number.certificates
    ]
    return ", ".join(dict.fromkeys(said))


def _sections_of_sentences(answer: Answer, words: Wordbook) -> dict[str, str]:
    """Return the title of the first section that says a number in a sentence, by its key."""
    sections = [(words.text("section.summary"), answer.summary)]
    sections += [(section.title, section.blocks) for section in answer.sections]
    found: dict[str, str] = {}
    for title, blocks in sections:
        for block in blocks:
            inlines: list[Inline] = []
            if isinstance(block, Paragraph):
                inlines += block.inlines
            elif isinstance(block, ListBlock):
                inlines += [inline for item in block.items for inline in item.inlines]
            for inline in inlines:
                if isinstance(inline, Number):
                    found.setdefault(inline.key, title)
    return found
