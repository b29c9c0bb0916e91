"""The workbook: numbers to calculate with, what is printed as printed, and every sheet findable."""

import io
import re
import zipfile
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from openpyxl.cell import Cell as SheetCell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.composition import compose
from pipelines.answers.document import Answer, Chart, Number, Row, Table, plain
from pipelines.answers.formatting import Printer
from pipelines.answers.questions import find_question
from pipelines.answers.rendering.workbook import workbook
from pipelines.answers.rendering.workbook.book import AUTHOR
from pipelines.answers.rendering.workbook.cells import calculable
from pipelines.answers.sections.material import Material
from pipelines.answers.wording import load_wording
from pipelines.settings import Settings, load_settings
from tests.unit.answers.world import YEARS, key_of, known_world

BANNER = "SYNTHETISCHE GEGEVENS"
WORDS = load_wording("nl")
HEADER_ROW = 5  # with a banner above it
FIGURE_COLUMNS = slice(3, 6)  # of the sheet of numbers: print, lower, upper


@pytest.fixture(scope="module")
def answer(material: Material) -> Answer:
    return compose(material)


@pytest.fixture(scope="module")
def content(answer: Answer) -> bytes:
    return workbook(answer, WORDS)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return opened(content)


@cache
def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def members(content: bytes) -> dict[str, str]:
    """Return the parts of a workbook that are text, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if not name.endswith(".png")]
        return {name: archive.read(name).decode("utf-8") for name in names}


def sheets_of_tables(book: Workbook, answer: Answer) -> list[tuple[Table, Worksheet]]:
    """Return every table with its sheet: they stand after the contents, in reading order."""
    tables = list(answer.tables())
    return list(zip(tables, book.worksheets[1 : len(tables) + 1], strict=True))


def rows_of(table: Table, sheet: Worksheet) -> list[tuple[Row, tuple[SheetCell, ...]]]:
    """Return every row of a table with the cells it was written to."""
    first = HEADER_ROW + (2 if table.groups else 1)
    written = list(sheet.iter_rows(min_row=first, max_col=len(table.columns)))
    return list(zip(table.rows, written[: len(table.rows)], strict=True))


def numbers_rows(book: Workbook) -> list[list[object]]:
    """Return the rows of the sheet of numbers, its headings first."""
    return [[cell.value for cell in row] for row in book["Cijfers"].iter_rows(min_row=HEADER_ROW)]


def test_every_table_has_a_sheet_with_its_caption_headings_and_rows(
    book: Workbook, answer: Answer
) -> None:
    assert len(sheets_of_tables(book, answer)) > 25
    for table, sheet in sheets_of_tables(book, answer):
        assert sheet["A1"].value == table.caption
        lowest = HEADER_ROW + (1 if table.groups else 0)
        headings = [cell.value for cell in sheet[lowest]][: len(table.columns)]
        assert headings[-len(table.grouped_columns()) or None :] == [*table.grouped_columns()] or (
            headings == list(table.columns)
        )
        assert len(rows_of(table, sheet)) == len(table.rows)


def test_a_number_printed_alone_is_a_number_and_all_else_is_the_printed_text(
    book: Workbook, answer: Answer
) -> None:
    kinds = {"n": 0, "s": 0}
    for table, sheet in sheets_of_tables(book, answer):
        for row, cells in rows_of(table, sheet):
            for inline, cell in zip(row.cells, cells, strict=True):
                if cell.data_type == "n" and cell.value is not None:
                    assert isinstance(inline, Number)
                    assert Printer(WORDS).number(Decimal(str(cell.value))) == inline.text
                else:
                    assert (cell.value or "") == plain(inline)
                    is_number = isinstance(inline, Number)
                    assert not (is_number and re.fullmatch(r"[\d.,\u2212]+", plain(inline)))
                kinds[cell.data_type] += 1
    assert kinds["n"] > 100
    assert kinds["s"] > 100


def test_ranges_fewer_than_and_missing_stay_text(book: Workbook) -> None:
    values = {cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert {"7 tot 44", "ten minste 1.239", "<5", "geen gegevens"} <= values
    assert 123455 in values  # persons: rounded, and a number
    assert 62.5 in values


@pytest.mark.parametrize(
    ("lower", "upper", "text", "expected"),
    [
        ("20", "20", "20", (20, "#,##0")),
        ("1234.50", "1234.50", "1.234,5", (1234.5, "#,##0.0")),
        ("12.25", "12.25", "12,25", (12.25, "#,##0.00")),
        ("-3", "-3", "\u22123", (-3, "#,##0")),
        ("0", "0", "0", (0, "#,##0")),
        ("1200", "1200", "1.200", (1200, "#,##0")),
        ("0.2", "0.2", "20\u00a0%", (0.2, "0\\ %")),
        ("40", "40", "40 uren", None),
        ("0", "4", "<5", None),
        ("7", "44", "7 tot 44", None),
        ("7", None, "ten minste 7", None),
        (None, None, "geen gegevens", None),
        ("0.41", "0.8", "41\u00a0% tot 80\u00a0%", None),
    ],
)
def test_what_can_be_calculated_with_is_what_is_printed(
    lower: str | None, upper: str | None, text: str, expected: tuple[float, str] | None
) -> None:
    bounds = [None if one is None else Decimal(one) for one in (lower, upper)]
    number = Number("k", text, "counts", lower=bounds[0], upper=bounds[1])
    assert calculable(number, Printer(WORDS)) == expected


def test_the_sheet_of_numbers_has_every_printed_number_once_with_its_bounds(
    book: Workbook, answer: Answer
) -> None:
    headings, *rows = numbers_rows(book)
    assert headings == list(WORDS.labels("workbook.number_columns").values())
    listed = {str(row[headings.index("Sleutel")]): row for row in rows}
    numbers = answer.numbers()
    assert list(listed) == list(numbers)
    assert len(listed) == len(rows)
    for key, number in numbers.items():
        _, lower, upper = listed[key][FIGURE_COLUMNS]
        for bound, shown in ((number.lower, lower), (number.upper, upper)):
            expected = None if bound is None else float(round(bound, 2))
            assert (None if shown is None else float(str(shown))) == expected, key


def test_a_row_of_the_sheet_of_numbers_says_source_check_and_where_it_stands(
    book: Workbook,
) -> None:
    headings, *rows = numbers_rows(book)
    key = key_of("offerings", "label", YEARS[4])
    row = dict(zip(headings, next(one for one in rows if key in one), strict=True))
    assert (row["Zoals gedrukt"], row["Ondergrens"], row["Bovengrens"]) == (20, 20, 20)
    assert (row["Bron"], row["Nageteld door"]) == (
        "tabel counts",
        "hoofdcijfers (tweede telling): zelfde uitkomst",
    )
    assert (row["Blad of deel"], row["Rij"], row["Kolom"]) == (
        "in-het-kort",
        "Opleidingen, 2023\u20132024",
        "eigen benaming",
    )
    below = next(one for one in rows if "<5" in one)
    assert below[FIGURE_COLUMNS] == ["<5", 0, 4]


def test_every_link_leads_to_a_cell_that_is_there(book: Workbook, answer: Answer) -> None:
    links = 0
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink:
                    links += 1
                    assert cell.hyperlink.target is None
                    name, _, at = cell.hyperlink.location.rpartition("!")
                    target = book[name.strip("'").replace("''", "'")]
                    assert target[at].value is not None, cell.hyperlink.location
    assert links > len(answer.numbers())


def test_a_link_in_the_sheet_of_numbers_leads_to_the_print_of_that_number(book: Workbook) -> None:
    checked = 0
    for row in book["Cijfers"].iter_rows(min_row=HEADER_ROW + 1):
        if row[0].hyperlink:
            name, _, at = row[0].hyperlink.location.rpartition("!")
            assert book[name.strip("'")][at].value == row[3].value
            checked += 1
    assert checked > 100


def test_the_contents_name_every_other_sheet_and_say_how_to_read(book: Workbook) -> None:
    contents = book.worksheets[0]
    said = [str(cell.value) for row in contents.iter_rows() for cell in row if cell.value]
    assert contents.title == "Inhoud"
    assert book.active is contents
    assert {sheet.title for sheet in book.worksheets[1:]} <= set(said)
    assert {"Stand van de gegevens", "4 november 2024", *WORDS.texts("workbook.reading")} <= set(
        said
    )
    assert contents["A1"].value == "Antwoord op schriftelijke vraag 223 van 20 december 2024"


def test_synthetic_data_are_stamped_on_every_sheet_and_in_its_margins(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet["A2"].value == BANNER, sheet.title
        assert BANNER in sheet.oddHeader.center.text
        assert BANNER in sheet.oddFooter.center.text
    assert book.properties.description == BANNER


@pytest.mark.long
def test_real_data_carry_no_stamp_anywhere(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    known_world(is_synthetic=False).publish(settings.published_file)
    words = load_wording("nl")
    real = compose(read_material(settings, find_question("223"), words))
    for name, part in members(workbook(real, words)).items():
        assert "SYNTHETISCH" not in part, name


def test_sheets_print_lying_as_wide_as_the_page_with_repeated_headings(
    book: Workbook, answer: Answer
) -> None:
    for table, sheet in sheets_of_tables(book, answer):
        lowest = HEADER_ROW + (1 if table.groups else 0)
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == f"${HEADER_ROW}:${lowest}"
        assert sheet.freeze_panes == f"B{lowest + 1}"


def test_lists_can_be_filtered_and_tables_with_sums_cannot(book: Workbook, answer: Answer) -> None:
    listed = next(table for table in answer.tables() if table.name == "1a-lijst-alle-jaren")
    last = f"{get_column_letter(len(listed.columns))}{HEADER_ROW + len(listed.rows)}"
    assert book["1a-lijst-alle-jaren"].auto_filter.ref == f"A{HEADER_ROW}:{last}"
    assert book["dekking-aanbod"].auto_filter.ref is None  # three rows
    assert book["bijlage-opleidingen-eigen-bena…"].auto_filter.ref is None
    assert book["Cijfers"].tables["Cijfers"].ref.startswith("A5:K")


def test_group_headings_span_their_columns(book: Workbook) -> None:
    sheet = book["1a-per-instelling"]
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert {"A5:A6", "B5:C5", "D5:E5", "F5:G5"} <= merged
    assert [sheet[at].value for at in ("A5", "B5", "B6", "C6")] == [
        "Instelling",
        "ontwerpkader",
        "opleidingen",
        "studiepunten",
    ]


def test_states_of_coverage_have_a_word_and_a_shade(book: Workbook) -> None:
    shades: dict[object, set[str]] = {}
    for row in book["dekking-inschrijvingen"].iter_rows(min_row=HEADER_ROW + 1, min_col=2):
        for cell in row:
            if cell.value:
                shades.setdefault(cell.value, set()).add(cell.fill.fgColor.rgb)
    assert shades == {"volledig": {"FF0B3C5D"}, "geen levering": {"FFEFEFEF"}}


def test_every_chart_is_a_picture_with_words_in_it_and_below_it(
    content: bytes, book: Workbook, answer: Answer
) -> None:
    charts = [block for block in answer.blocks() if isinstance(block, Chart)]
    sheet = book["Grafieken"]
    shown = {cell.value for row in sheet.iter_rows() for cell in row}
    drawing = members(content)["xl/drawings/drawing1.xml"]
    assert len(charts) == drawing.count("<xdr:pic>") == drawing.count(" descr=") > 3
    for chart in charts:
        assert {chart.caption, chart.description} <= shown
        assert escape(chart.description, {'"': "&quot;"}) in drawing
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
    assert len(set(pictures)) == len(charts)
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_a_picture_lies_between_its_caption_and_its_words(book: Workbook, content: bytes) -> None:
    drawing = members(content)["xl/drawings/drawing1.xml"]
    rows = [int(row) for row in re.findall(r"<xdr:row>(\d+)</xdr:row>", drawing)]
    column = [cell.value for cell in book["Grafieken"]["A"]]
    for top, bottom in zip(rows[::2], rows[1::2], strict=True):
        assert column[top - 1]
        assert column[top : bottom + 1] == [None] * (bottom + 1 - top)
        assert any(column[bottom + 1 : bottom + 3]), "the words stand right below the picture"


def test_the_file_says_what_it_is_and_no_clock_is_in_it(book: Workbook, content: bytes) -> None:
    properties = book.properties
    assert properties.title == "Antwoord op schriftelijke vraag 223 van 20 december 2024"
    assert properties.creator == AUTHOR
    assert properties.created == properties.modified == datetime(2024, 11, 4)
    assert book.custom_doc_props["landing_hash"].value == "c0ffee"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_answer_gives_the_same_bytes(answer: Answer, content: bytes) -> None:
    assert workbook(answer, WORDS) == content


def test_nothing_in_it_is_calculated_fetched_or_hidden(book: Workbook, content: bytes) -> None:
    parts = members(content)
    assert not [name for name in parts if "vba" in name.lower() or "externalLink" in name]
    for name, part in parts.items():
        assert "<f>" not in part, name
        assert 'TargetMode="External"' not in part, name
    assert {sheet.sheet_state for sheet in book.worksheets} == {"visible"}


@pytest.mark.long
def test_the_english_workbook_is_english(settings: Settings, tmp_path: Path) -> None:
    folder = write_answer(settings, "223", "en", tmp_path / "english")
    english = opened((folder / "tabellen.xlsx").read_bytes())
    assert [english.worksheets[0].title, *english.sheetnames[-2:]] == [
        "Contents",
        "Charts",
        "Numbers",
    ]
    values = {
        str(c.value) for sheet in english.worksheets for row in sheet.iter_rows() for c in row
    }
    assert {"7 to 44", "at least 1,239", "no data", "Counted again by"} <= values
    assert not {"Inhoud", "Naar de inhoud", "geen gegevens", "Bron"} & values
