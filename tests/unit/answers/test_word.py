"""The Word document: every number in it, real headings and tables, the banner, nothing runs."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.table import CT_Tbl
from lxml import etree

from pipelines.answers.document import Answer, Chart, Table, plain, plain_paragraph
from pipelines.answers.rendering.characters import literal
from pipelines.answers.rendering.paper import PaperAnswer, SetTable
from pipelines.answers.rendering.word import word_document
from pipelines.answers.wording import load_wording
from tests.unit.answers.paper_samples import (
    chart,
    number,
    paper_of,
    paragraph,
    points,
    table_of,
)
from tests.unit.answers.world import HOSTILE_TITLES

BANNER = "SYNTHETISCHE GEGEVENS"
EMU_PER_TWENTIETH = 635


@pytest.fixture(scope="module")
def file(answer_folder: Path) -> bytes:
    return (answer_folder / "antwoord.docx").read_bytes()


@pytest.fixture(scope="module")
def document(file: bytes) -> Document:
    return docx.Document(io.BytesIO(file))


def opened(paper_file: bytes) -> Document:
    """Return a document as python-docx opens it."""
    return docx.Document(io.BytesIO(paper_file))


def written(*blocks: object, **more: object) -> Document:
    """Return the document of an answer with these blocks."""
    paper = paper_of(*blocks, **more)  # type: ignore[arg-type]
    return opened(word_document(paper, load_wording(paper.answer.language)))


def words_of(element: etree._Element) -> str:
    """Return the words in an element of the document."""
    return "".join(one.text or "" for one in element.iter(qn("w:t")))


def rows_of(table: CT_Tbl) -> list[list[str]]:
    """Return the words of a table's cells, row by row."""
    return [
        [words_of(cell) for cell in row.findall(qn("w:tc"))] for row in table.findall(qn("w:tr"))
    ]


def tables_of(document: Document) -> list[CT_Tbl]:
    """Return the tables of the text in reading order."""
    return list(document.element.body.findall(qn("w:tbl")))


def sheets_of(document: Document) -> Iterator[tuple[CT_Tbl, int]]:
    """Yield every table with the width of text on its sheet, in twentieths of a point."""
    waiting: list[CT_Tbl] = []
    for element in document.element.body:
        section = element if element.tag == qn("w:sectPr") else element.find(f".//{qn('w:sectPr')}")
        if element.tag == qn("w:tbl"):
            waiting.append(element)
        if section is not None:
            size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
            width = int(size.get(qn("w:w")))
            width -= int(margins.get(qn("w:left"))) + int(margins.get(qn("w:right")))
            for table in waiting:
                yield table, width
            waiting = []


def test_every_table_of_the_page_stands_in_the_document_with_every_number(
    paper: PaperAnswer, document: Document
) -> None:
    blocks = [*paper.summary, *(one for chapter in paper.chapters for one in chapter.blocks)]
    expected = [one.table for one in blocks if isinstance(one, SetTable)]
    found = tables_of(document)
    assert len(found) == len(expected) > 20
    for table, drawn in zip(expected, found, strict=True):
        headings = 2 if table.groups else 1
        cells = [[literal(plain(cell)) for cell in row.cells] for row in table.rows]
        assert rows_of(drawn)[headings:] == cells, table.name


def test_every_sentence_stands_in_the_document(composed: Answer, document: Document) -> None:
    said = {paragraph.text for paragraph in document.paragraphs}
    for block in composed.blocks():
        if isinstance(block, Table):
            assert not block.in_page or {plain_paragraph(note) for note in block.notes} <= said
        elif isinstance(block, Chart):
            assert block.caption in said
        elif hasattr(block, "items"):
            assert {plain_paragraph(item) for item in block.items} <= said
        elif hasattr(block, "inlines"):
            assert plain_paragraph(block) in said
        else:
            assert {block.text, block.reference} <= said


def test_headings_lists_quotations_and_captions_are_words_own_styles(
    paper: PaperAnswer, document: Document
) -> None:
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Title", "Heading 1", "List Bullet", "Quote", "Caption", "toc 1"} <= styles
    headings = [
        one.text for one in document.paragraphs if one.style and "Heading" in one.style.name
    ]
    assert headings == ["In het kort", *(chapter.title for chapter in paper.chapters)]


def test_the_contents_lead_to_every_heading(paper: PaperAnswer, document: Document) -> None:
    body = document.element.body
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert len(links) == len(paper.chapters)
    assert set(links) == marks
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]


def test_heading_rows_repeat_and_no_row_is_split_over_pages(document: Document) -> None:
    tables = tables_of(document)
    for table in tables:
        rows = table.findall(qn("w:tr"))
        has_groups = any(True for _ in rows[0].iter(qn("w:vMerge")))
        headings = [row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows]
        assert headings == [True] * (2 if has_groups else 1) + [False] * headings.count(False)
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    assert any(any(True for _ in table.iter(qn("w:gridSpan"))) for table in tables)


def test_every_table_is_named_and_has_the_style_of_tables(document: Document) -> None:
    names = {style.style_id: style.name for style in document.styles}
    for table in tables_of(document):
        properties = table.find(qn("w:tblPr"))
        assert properties.find(qn("w:tblCaption")).get(qn("w:val"))
        style = properties.find(qn("w:tblStyle")).get(qn("w:val"))
        assert names[style] == "Staalkaart tabel"


def test_totals_and_subtotals_are_bold_and_other_rows_are_not(document: Document) -> None:
    strong = set()
    for table in tables_of(document):
        for row in table.findall(qn("w:tr")):
            if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None:
                bold = [True for _ in row.iter(qn("w:b"))]
                words = rows_of_row(row)[0]
                assert len(bold) in (0, len(row.findall(qn("w:tc")))), words
                strong |= {words} if bold else set()
    assert {"Universiteiten", "Hogescholen", "Alle instellingen met gegevens"} <= strong
    assert not {"Odisee", "Universiteit Gent"} & strong


def rows_of_row(row: etree._Element) -> list[str]:
    return [words_of(cell) for cell in row.findall(qn("w:tc"))]


def test_no_table_is_wider_than_its_sheet(document: Document) -> None:
    sheets = list(sheets_of(document))
    assert len(sheets) == len(tables_of(document))
    for table, sheet in sheets:
        grid = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
        assert sum(grid) <= sheet


def test_wide_tables_turn_their_sheet_and_the_text_after_them_turns_back() -> None:
    document = written(paragraph("Voor."), table_of(18, 3), paragraph("Na."))
    widths = [section.page_width > section.page_height for section in document.sections]
    assert widths == [False, True, False]
    assert all(width >= sum_of_grid(table) for table, width in sheets_of(document))


def sum_of_grid(table: CT_Tbl) -> int:
    return sum(int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol")))


def test_a_table_that_fits_no_sheet_is_printed_in_pieces() -> None:
    document = written(table_of(60, 3))
    captions = [
        one.text for one in document.paragraphs if one.style and one.style.name == "Caption"
    ]
    assert captions[0] == "Een tabel"
    assert set(captions[1:]) == {"Een tabel (vervolg)"}
    words = {cell for table in tables_of(document) for row in rows_of(table) for cell in row}
    assert {f"2-{place}" for place in range(1, 60)} <= words


def test_every_picture_is_told_in_words_and_fits_its_sheet(
    composed: Answer, document: Document
) -> None:
    charts = [block for block in composed.blocks() if isinstance(block, Chart)]
    drawn = list(document.element.body.iter(qn("wp:inline")))
    told = [one.find(qn("wp:docPr")).get("descr") for one in drawn]
    assert told == [chart.description for chart in charts]
    assert drawn
    identifiers = [one.find(qn("wp:docPr")).get("id") for one in drawn]
    assert len(set(identifiers)) == len(identifiers)
    section = document.sections[0]
    sheet = section.page_width - section.left_margin - section.right_margin
    assert all(int(one.find(qn("wp:extent")).get("cx")) <= sheet for one in drawn)


def test_a_picture_higher_than_a_sheet_is_made_smaller() -> None:
    document = written(chart())
    (extent,) = document.element.body.iter(qn("wp:extent"))
    section = document.sections[0]
    sheet = section.page_height - section.top_margin - section.bottom_margin
    assert int(extent.get("cy")) < sheet


def test_the_banner_stands_in_the_header_of_every_page(document: Document) -> None:
    first, *others = document.sections
    assert first.header.paragraphs[0].text == BANNER
    assert len(others) >= 1
    assert all(section.header.is_linked_to_previous for section in others)
    for section in document.sections:
        assert not section.different_first_page_header_footer
    assert not document.settings.odd_and_even_pages_header_footer
    assert document.paragraphs[0].text.startswith(BANNER)


def test_real_data_have_no_banner() -> None:
    document = written(paragraph("Tekst."))
    assert document.sections[0].header.paragraphs[0].text == "Antwoord"
    assert BANNER not in etree.tostring(document.element, encoding="unicode")
    assert document.core_properties.keywords == ""


def test_the_footer_counts_pages(document: Document) -> None:
    (paragraph,) = document.sections[0].footer.paragraphs
    assert paragraph.text == "Pagina  van "
    fields = [one.text.strip() for one in paragraph._p.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize(("language", "code"), [("nl", "nl-BE"), ("en", "en-GB")])
def test_the_language_of_the_document_is_set(language: str, code: str) -> None:
    document = written(paragraph("Tekst."), language=language)
    assert document.core_properties.language == code
    (said,) = document.styles.element.iter(qn("w:lang"))
    assert said.get(qn("w:val")) == code
    (theme,) = document.settings.element.iter(qn("w:themeFontLang"))
    assert theme.get(qn("w:val")) == code


def test_properties_and_parts_carry_the_as_of_date_and_no_clock(file: bytes) -> None:
    properties = opened(file).core_properties
    assert properties.created == properties.modified
    assert properties.created.isoformat().startswith("2024-11-04T00:00:00")
    assert (properties.author, properties.last_modified_by) == ("Staalkaart", "Staalkaart")
    assert properties.title == "Antwoord op schriftelijke vraag 223 van 20 december 2024"
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2024, 11, 4, 0, 0, 0)}
        assert not [name for name in parts.namelist() if "thumbnail" in name or "app.xml" in name]
        assert parts.testzip() is None


def test_hostile_titles_are_literal_text(document: Document) -> None:
    words = {cell for table in tables_of(document) for row in rows_of(table) for cell in row}
    for title in HOSTILE_TITLES:
        assert " ".join(title.split()) in words


def test_characters_that_xml_forbids_go_and_the_rest_stays() -> None:
    title = "a\x00b\x0bc\x1b[0m\ufffe\U0001f4a1\u202e\u4e2d <w:br/> ]]> &amp;"
    document = written(
        paragraph(title),
        Table("t", title, (title, "B"), table_of(2, 1).rows, notes=(paragraph(title),)),
        chart(title),
        points(title),
    )
    shown = "ab c[0m\U0001f4a1\u202e\u4e2d <w:br/> ]]> &amp;"
    texts = [one.text for one in document.paragraphs]
    assert texts.count(shown) == 4
    assert rows_of(tables_of(document)[0])[0][0] == shown
    (properties,) = document.element.body.iter(qn("wp:docPr"))
    assert properties.get("descr") == shown


def test_styles_that_nobody_knows_are_plain_text() -> None:
    row = table_of(2, 1).rows[0]
    odd = type(row)((*row.cells,), "nieuw")
    table = Table("t", "T", ("A", "B"), (odd,), heat={"0-1": "onbekend"})
    document = written(paragraph("Tekst.", style="nieuw"), points("Punt.", style="nieuw"), table)
    styles = {one.text: one.style.name for one in document.paragraphs if one.style}
    assert (styles["Tekst."], styles["Punt."]) == ("Normal", "List Bullet")
    assert not list(tables_of(document)[0].iter(qn("w:shd")))


def test_notes_stand_small_below_their_table() -> None:
    table = table_of(3, 2, notes=(paragraph("Let op ", number("5"), "."),))
    document = written(table, points("Ook dit.", style="notes"))
    styles = {one.text: one.style.name for one in document.paragraphs if one.style}
    assert (styles["Let op 5."], styles["Ook dit."]) == ("Noot", "Nootlijst")
    following = tables_of(document)[0].getnext()
    assert words_of(following) == "Let op 5."
