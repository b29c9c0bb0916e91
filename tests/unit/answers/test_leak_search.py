"""The search for leaked numbers finds one planted anywhere in any container, and nothing else."""

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime

import docx
import pypdf
import pytest
import typst
import xlsxwriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.unit.answers.leak_search import found_in, numbers_in

PLANTED = 912_347
NOTATIONS = (
    "912347",
    "912.347",
    "912,347",
    "912 347",
    "912\u00a0347",
    "912\u202f347",
    "912\u2009347",
    "912'347",
    "912\u2019347",
    "912\n347",
    "9.12347e5",
    "9,12347E+05",
    "(912347)",
    "\u2212912.347,5",
    "ten minste 912.347 personen",
    "aantal912347x",
)
HARMLESS = ("1912347", "9123470", "912.3470", "1912.347", "912345", "9.12347e6", "9123 47")
DRAWING = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='9'><text y='9'>{}</text></svg>"
)


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def picture(kind: bytes, chunk: bytes) -> bytes:
    """Return a PNG of one pixel with a text chunk."""

    def chunked(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + name + content + check

    header = chunked(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
    pixels = chunked(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + chunked(kind, chunk) + pixels + chunked(b"IEND", b"")


def document(fill: Callable[[docx.document.Document], None]) -> bytes:
    held, made = io.BytesIO(), docx.Document()
    fill(made)
    made.save(held)
    return held.getvalue()


def in_runs(made: docx.document.Document) -> None:
    paragraph = made.add_paragraph()
    for piece in ("91", "2.", "347"):
        paragraph.add_run(piece).bold = piece == "2."


def hidden(made: docx.document.Document) -> None:
    made.add_paragraph().add_run("912.347").font.hidden = True


def alternative(made: docx.document.Document) -> None:
    made.add_picture(io.BytesIO(picture(b"tEXt", b"Comment\0x")))
    made.inline_shapes[0]._inline.docPr.set("descr", "staaf van 912.347")


def embedded_picture(made: docx.document.Document) -> None:
    made.add_picture(io.BytesIO(picture(b"zTXt", b"k\0\0" + zlib.compress(b"912347"))))


def property_of(made: docx.document.Document) -> None:
    made.core_properties.comments = "912347"


def in_header(made: docx.document.Document) -> None:
    made.sections[0].header.paragraphs[0].text = "912.347"


def field_code(made: docx.document.Document) -> None:
    code = OxmlElement("w:instrText")
    code.text = "QUOTE 912347"
    code.set(qn("xml:space"), "preserve")
    made.add_paragraph().add_run()._r.append(code)


def sheets(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.add_worksheet("eerste")
        fill(book)
    return held.getvalue()


def hidden_sheet(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("tweede")
    sheet.write_number(9, 9, PLANTED)
    sheet.very_hidden()


def alternative_of_picture(book: xlsxwriter.Workbook) -> None:
    options = {
        "image_data": io.BytesIO(picture(b"tEXt", b"k\0x")),
        "description": "staaf van 912.347",
    }
    book.get_worksheet_by_name("eerste").insert_image(0, 0, "x.png", options)


BOOKS: dict[str, Callable[[xlsxwriter.Workbook], object]] = {
    "cell": lambda book: book.get_worksheet_by_name("eerste").write_number(0, 0, PLANTED),
    "text": lambda book: book.get_worksheet_by_name("eerste").write_string(0, 0, "912.347"),
    "hidden sheet": hidden_sheet,
    "comment": lambda book: book.get_worksheet_by_name("eerste").write_comment(0, 0, "912347"),
    "alt text": alternative_of_picture,
    "property": lambda book: book.set_properties({"keywords": "912347", "created": datetime.min}),
    "own property": lambda book: book.set_custom_property("aantal", PLANTED),
    "defined name": lambda book: book.define_name("aantal", "=912347"),
    "header": lambda book: book.get_worksheet_by_name("eerste").set_header("&C912.347"),
    "formula": lambda book: book.get_worksheet_by_name("eerste").write_formula(0, 0, "=912347+1"),
    "validation": lambda book: book.get_worksheet_by_name("eerste").data_validation(
        "A1", {"validate": "list", "source": ["912347"]}
    ),
}
DOCUMENTS = {
    "text": lambda made: made.add_paragraph("Het zijn er 912.347."),
    "in runs": in_runs,
    "hidden": hidden,
    "alt text": alternative,
    "picture": embedded_picture,
    "property": property_of,
    "header": in_header,
    "field": field_code,
}
PAGES = {
    "text": "Het zijn er 912.347.",
    "bold and in pieces": "91#strong[2.]347",
    "heading": "= Kop 912347",
    "title": '#set document(title: "912.347")\nx',
    "keywords": '#set document(keywords: ("912347",))\nx',
    "drawing": f'#image(bytes("{DRAWING.format("912.347")}"))',
    "alt text": f'#image(bytes("{DRAWING.format("x")}"), alt: "staaf van 912.347")',
    "hidden attachment": '#pdf.attach("x.txt", bytes("912347"))\nx',
    "small and white": "#text(size: 1pt, fill: white)[912347]",
    "link": '#link("https://voorbeeld.be/912347")[x]',
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda content: content,
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "base64 in a link": lambda content: b'href="data:x;base64,' + base64.b64encode(content) + b'"',
    "base64 in JSON": lambda content: json.dumps(
        {"x": base64.urlsafe_b64encode(content).decode()}
    ).encode(),
    "hexadecimal": lambda content: b"<" + content.hex().encode() + b">",
    "archive in archive": lambda content: zipped({"a.zip": zipped({"b/c.bin": content})}),
    "picture": lambda content: picture(b"tEXt", b"Comment\0" + content),
    "picture, packed": lambda content: picture(b"iTXt", b"k\0\1\0\0\0" + zlib.compress(content)),
}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-32")
ESCAPED = {
    "JSON": b'{"x": "\\u0039\\u0031\\u0032347"}',
    "HTML": b"&#57;&#x31;&#50;&#46;347",
    "address": b"?x=%39%31%32%33%34%37",
    "in tags": b"<b>912</b><i>.</i><b>347</b>",
    "workbook escape": b"_x0039_12347",
    "attribute": b'<data value="912347">x</data>',
    "comment": b"<!-- 912347 -->",
}


def is_found(content: bytes) -> bool:
    return PLANTED in {number for number, _ in found_in({"file": content}, {PLANTED, 111_111})}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_it_is_found_in_every_notation_and_encoding(notation: str, encoding: str) -> None:
    assert is_found(f"<p>{notation}</p>".encode(encoding))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_resembles_it_is_not(text: str) -> None:
    assert PLANTED not in numbers_in(text.encode())


@pytest.mark.parametrize("escaped", ESCAPED.values(), ids=ESCAPED)
def test_it_is_found_behind_escapes_and_markup(escaped: bytes) -> None:
    assert is_found(escaped)


@pytest.mark.parametrize("pack", PACKED.values(), ids=PACKED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_it_is_found_in_whatever_packs_it(pack: Callable[[bytes], bytes], encoding: str) -> None:
    assert is_found(pack("personen: 912.347".encode(encoding)))


@pytest.mark.parametrize("fill", BOOKS.values(), ids=BOOKS)
def test_it_is_found_anywhere_in_a_workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> None:
    assert is_found(sheets(fill))


@pytest.mark.parametrize("fill", DOCUMENTS.values(), ids=DOCUMENTS)
def test_it_is_found_anywhere_in_a_document(
    fill: Callable[[docx.document.Document], None],
) -> None:
    assert is_found(document(fill))


@pytest.mark.parametrize("source", PAGES.values(), ids=PAGES)
def test_it_is_found_anywhere_in_a_pdf(source: str) -> None:
    assert is_found(typst.compile(source.encode()))


def test_a_place_in_a_drawing_with_these_decimals_is_not_taken_for_it() -> None:
    for place in (b"1 0 0 1 0.912347 3 cm", b"-.912347 0 m"):
        assert PLANTED not in numbers_in(place, is_drawn=True)
    assert PLANTED in numbers_in(b"(912347) Tj 1 0 m", is_drawn=True)


def test_it_is_found_in_what_a_pdf_hides_from_its_pages() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(99, 99)
    writer.add_metadata({"/Aantal": "912347"})
    writer.add_attachment("bijlage.xlsx", sheets(BOOKS["hidden sheet"]))  # type: ignore[arg-type]
    held = io.BytesIO()
    writer.write(held)
    ways = {way for _, way in found_in({"file": held.getvalue()}, {PLANTED})}
    assert any("Aantal" in way for way in ways)
    assert any("worksheets/sheet2.xml" in way for way in ways)


def test_nothing_is_found_where_nothing_was_planted() -> None:
    harmless = {
        "a.xlsx": sheets(lambda book: None),
        "b.docx": document(lambda made: None),
        "c.pdf": typst.compile(b"Het zijn er 912.345."),
        "d.png": picture(b"tEXt", b"k\0 912345"),
    }
    assert found_in(harmless, {PLANTED}) == []
    assert {number for number, _ in found_in(harmless, {912_345})} == {912_345}
