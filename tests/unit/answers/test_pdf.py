"""The PDF: every number in it, tagged and archivable, the banner on every page, nothing runs."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject, StreamObject

from pipelines.answers.document import Answer, Chart, Table, plain, plain_paragraph
from pipelines.answers.rendering.characters import ZERO_WIDTH_SPACE, literal
from pipelines.answers.rendering.paper import PaperAnswer, SetTable
from pipelines.answers.rendering.pdf import pdf_document
from pipelines.answers.rendering.typesetting import EVERYDAY, REPLACEMENT, undrawable
from pipelines.answers.wording import load_wording
from tests.unit.answers.paper_samples import chart, paper_of, paragraph, points, table_of
from tests.unit.answers.world import HOSTILE_TITLES

BANNER = "SYNTHETISCHE GEGEVENS"


@pytest.fixture(scope="module")
def file(answer_folder: Path) -> bytes:
    return (answer_folder / "antwoord.pdf").read_bytes()


@pytest.fixture(scope="module")
def reader(file: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(file))


@pytest.fixture(scope="module")
def pages(reader: PdfReader) -> list[str]:
    return [packed(page.extract_text()) for page in reader.pages]


def packed(text: str) -> str:
    """Return a text without white, since a PDF keeps places and no spaces or line ends."""
    return re.sub(rf"[\s{ZERO_WIDTH_SPACE}]", "", text)


def printed(*blocks: object, **more: object) -> PdfReader:
    """Return the PDF of an answer with these blocks."""
    paper = paper_of(*blocks, **more)  # type: ignore[arg-type]
    return PdfReader(io.BytesIO(pdf_document(paper, load_wording(paper.answer.language))))


def said(reader: PdfReader) -> str:
    """Return everything a PDF says, without white."""
    return "".join(packed(page.extract_text()) for page in reader.pages)


def catalogue(reader: PdfReader) -> DictionaryObject:
    """Return the root of a PDF."""
    found = reader.trailer["/Root"].get_object()
    assert isinstance(found, DictionaryObject)
    return found


def tags(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Yield every element of the structure that is read aloud."""
    waiting: list[PdfObject] = [catalogue(reader)["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, ArrayObject):
            waiting += element
        elif isinstance(element, DictionaryObject):
            if "/S" in element:
                yield element
            if "/K" in element:
                waiting.append(element["/K"])


def test_every_number_of_the_page_stands_in_the_pdf_row_by_row(
    paper: PaperAnswer, pages: list[str]
) -> None:
    text = "".join(pages)
    blocks = [*paper.summary, *(one for chapter in paper.chapters for one in chapter.blocks)]
    tables = [one.table for one in blocks if isinstance(one, SetTable)]
    assert len(tables) > 20
    for table in tables:
        for row in table.rows:
            if not any(len(literal(plain(cell))) > 15 for cell in row.cells):
                assert packed("".join(plain(cell) for cell in row.cells)) in text, table.name
            for cell in row.cells:
                for word in literal(plain(cell)).split():
                    assert packed(word) in text, (table.name, cell)


def test_every_sentence_stands_in_the_pdf(composed: Answer, pages: list[str]) -> None:
    header = packed(BANNER + composed.title)
    text = "".join(re.sub(rf"^{re.escape(header)}|Pagina\d+van\d+$", "", page) for page in pages)
    for block in composed.blocks():
        if isinstance(block, Table):
            assert not block.in_page or all(
                packed(plain_paragraph(note)) in text for note in block.notes
            )
        elif isinstance(block, Chart):
            assert packed(block.caption) in text
        elif hasattr(block, "items"):
            assert all(packed(plain_paragraph(item)) in text for item in block.items)
        elif hasattr(block, "inlines"):
            assert packed(plain_paragraph(block)) in text
        else:
            assert packed(block.text) in text


def test_the_banner_and_the_page_number_stand_on_every_page(pages: list[str]) -> None:
    assert len(pages) > 10
    for place, page in enumerate(pages, 1):
        assert page.startswith(packed(BANNER))
        assert page.endswith(f"Pagina{place}van{len(pages)}")


def test_real_data_have_no_banner() -> None:
    assert packed(BANNER) not in said(printed(paragraph("Tekst.")))


def test_the_pdf_is_tagged_archivable_and_in_its_language(reader: PdfReader) -> None:
    root = catalogue(reader)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl-BE"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_object()
    assert isinstance(metadata, StreamObject)
    described = metadata.get_data().decode("utf-8")
    assert re.search(r"pdfuaid:part(>|=\")1", described)
    assert re.search(r"pdfaid:part(>|=\")2", described)
    assert re.search(r"pdfaid:conformance(>|=\")A", described)


def test_an_english_pdf_says_so() -> None:
    assert catalogue(printed(paragraph("Text."), language="en"))["/Lang"] == "en-GB"


def test_title_author_and_date_come_from_the_answer_and_no_clock(reader: PdfReader) -> None:
    found = reader.metadata
    assert found is not None
    assert found.title == "Antwoord op schriftelijke vraag 223 van 20 december 2024"
    assert found.author == "Staalkaart"
    assert found["/CreationDate"] == found["/ModDate"]
    assert found["/CreationDate"].startswith("D:20241104000000")


def test_every_heading_stands_in_the_outline(paper: PaperAnswer, reader: PdfReader) -> None:
    titles = [packed(str(one.title)) for one in reader.outline]  # type: ignore[union-attr]
    assert titles == [packed("In het kort"), *(packed(one.title) for one in paper.chapters)]


def test_every_picture_is_told_in_words(composed: Answer, reader: PdfReader) -> None:
    told = [element["/Alt"] for element in tags(reader) if element["/S"] == "/Figure"]
    charts = [block for block in composed.blocks() if isinstance(block, Chart)]
    assert sorted(told) == sorted(chart.description for chart in charts)


def test_tables_have_heading_cells_and_captions(reader: PdfReader) -> None:
    kinds = [str(element["/S"]) for element in tags(reader)]
    assert kinds.count("/Table") > 20
    assert kinds.count("/THead") == kinds.count("/Table")
    assert kinds.count("/Caption") >= kinds.count("/Table") - 2
    assert {"/TH", "/TD", "/L", "/BlockQuote", "/H1"} <= set(kinds)


def test_headings_of_a_long_table_repeat_on_every_page() -> None:
    reader = printed(table_of(3, 200))
    found = [packed(page.extract_text()) for page in reader.pages]
    assert len(found) > 2
    assert all("NaamvanderijKolom1Kolom2" in page for page in found)


def test_a_wide_table_turns_its_sheet_and_the_text_after_it_turns_back() -> None:
    reader = printed(paragraph("Voor."), table_of(18, 3), paragraph("Na."))
    widths = [float(page.mediabox.width) > float(page.mediabox.height) for page in reader.pages]
    assert widths == [False, True, False]


def test_a_table_that_fits_no_sheet_is_printed_in_pieces() -> None:
    text = said(printed(table_of(60, 3)))
    assert "Eentabel(vervolg)" in text
    assert all(f"2-{place}" in text for place in range(1, 60))


def test_nothing_falls_off_the_sheet(reader: PdfReader) -> None:
    for page in reader.pages:
        places: list[tuple[float, float]] = []

        def keep(
            text: str,
            _: list[float],
            matrix: list[float],
            *__: object,
            found: list[tuple[float, float]] = places,
        ) -> None:
            if text.strip():
                found.append((matrix[4], matrix[5]))

        page.extract_text(visitor_text=keep)
        assert places
        for across, up in places:
            assert 0 <= across < float(page.mediabox.width) - 40
            assert 0 <= up < float(page.mediabox.height)


def test_only_typefaces_inside_typst_are_used_and_all_are_embedded(reader: PdfReader) -> None:
    names = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():  # type: ignore[union-attr]
            (inner,) = font.get_object()["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"]
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
            names.add(str(descriptor["/FontName"]).partition("+")[2].partition("-")[0])
    assert names == {"LibertinusSerif"}


def test_hostile_titles_are_literal_text(pages: list[str]) -> None:
    text = "".join(pages)
    for title in HOSTILE_TITLES:
        assert packed(title) in text


@pytest.mark.parametrize(
    "title",
    [
        '#panic("x")',
        '#import "@preview/x:1.0.0": *',
        "$x^2$ *b* _i_ `code` ~ -- --- ...",
        "@ref <label> = kop\n= heading",
        "#set page(fill: red) // weg /* ook */",
        "\\ \\u{41} \\#",
        "- punt\n+ nummer\n/ term: uitleg",
        "{{ 7 * 7 }} #{1 + 1} #(1, 2)",
        "'enkel' \"dubbel\"",
        "http://example.org/#panic()",
    ],
)
def test_markup_of_the_typesetter_is_literal_everywhere(title: str) -> None:
    row = table_of(2, 1).rows[0]
    odd = type(row)((title, title))
    reader = printed(
        paragraph(title),
        points(title),
        chart(title),
        Table("t", title, (title, title), (odd,), notes=(paragraph(title),)),
    )
    assert said(reader).count(packed(title)) == 8
    assert [one["/Alt"] for one in tags(reader) if one["/S"] == "/Figure"] == [literal(title)]


def test_a_character_without_a_picture_gets_a_mark_and_the_reader_is_told() -> None:
    title = "Zorg \U0001f4a1 \u4e2d\u6587 \ue000 a\x00b \u0416"
    text = said(printed(paragraph(title)))
    assert packed(f"Zorg {REPLACEMENT} {REPLACEMENT}{REPLACEMENT} {REPLACEMENT} ab \u0416") in text
    assert packed(load_wording("nl").text("paper.unprintable", mark=REPLACEMENT)) in text


def test_everyday_characters_all_have_a_picture() -> None:
    shown = [chr(code) for code in range(0x20, 0x2213) if re.match(f"[{EVERYDAY}]", chr(code))]
    assert len(shown) > 200
    text = said(printed(paragraph(" ".join(shown))))
    assert set(packed("".join(shown))) - {"\u00a0"} <= set(text)


def test_words_are_only_tried_when_they_hold_something_unusual() -> None:
    assert undrawable(["gewone woorden, \u20ac 5 \u2013 \u201cja\u201d \u00e9\u00e9n"]) == {}
    assert undrawable(["\u0416 en \U0001f4a1x"]) == {"\U0001f4a1x": f"{REPLACEMENT}x"}


def test_a_row_higher_than_a_sheet_is_printed_to_its_end() -> None:
    row = table_of(2, 1).rows[0]
    long = " ".join(f"woord{place}" for place in range(3000))
    table = Table("t", "T", ("A", "B"), (type(row)((long, "kort")),))
    text = said(printed(table))
    assert "woord0woord1" in text
    assert "woord2999" in text


def test_styles_that_nobody_knows_are_plain_text() -> None:
    row = table_of(2, 1).rows[0]
    odd = type(row)(row.cells, "nieuw")
    table = Table("t", "T", ("A", "B"), (odd,), heat={"0-1": "onbekend"})
    text = said(printed(paragraph("Tekst.", style="nieuw"), points("Punt.", style="nieuw"), table))
    assert "Tekst." in text
    assert "Punt." in text
