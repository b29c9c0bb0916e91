"""The Word file around the text: sheets, header with banner, page numbers, properties, bytes.

Border: what stands between the first and the last page is written in ``word``.
"""

import io
import zipfile
from datetime import date, datetime, time
from string import Formatter

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from pipelines.answers.document import Answer
from pipelines.answers.rendering.characters import literal
from pipelines.answers.rendering.paper import AUTHOR
from pipelines.answers.rendering.word_styles import set_styles
from pipelines.answers.wording import Wordbook

LANGUAGES = {"nl": "nl-BE", "en": "en-GB"}
SHEET_SHORT, SHEET_LONG, MARGIN, TOP_MARGIN = Mm(210), Mm(297), Mm(20), Mm(27)
HEADER_DISTANCE = Mm(9)
MODERN_WORD = "15"  # the mode that keeps "Compatibility mode" out of Word's title bar
# Parts of the library's empty document that say nothing about this one.
FOREIGN_PARTS = (
    RELATIONSHIP_TYPE.THUMBNAIL,
    RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    RELATIONSHIP_TYPE.CUSTOM_XML,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
)


def empty_document(answer: Answer, words: Wordbook) -> Document:
    """Return a document without text that has everything a page of the answer has around it."""
    document = docx.Document()
    for part in (document.part, document.part.package):
        for name, relationship in list(part.rels.items()):
            if relationship.reltype in FOREIGN_PARTS:
                del part.rels[name]
    set_styles(document, LANGUAGES[answer.language])
    _set_settings(document, LANGUAGES[answer.language])
    _set_sheet(document.sections[0], is_landscape=False)
    _write_header(document.sections[0], answer)
    _write_footer(document.sections[0], words)
    return document


def start_section(document: Document, is_landscape: bool) -> None:
    """Go on, on a new page, on a sheet that is upright or on its side; the header goes along."""
    _set_sheet(document.add_section(WD_SECTION.NEW_PAGE), is_landscape)


def content(document: Document, answer: Answer) -> bytes:
    """Return the bytes of the file, the same for the same answer."""
    as_of = date.fromisoformat(str(answer.provenance["as_of"]))
    properties = document.core_properties
    properties.title = literal(answer.title)
    properties.subject = literal(answer.identity["title"])
    properties.author = properties.last_modified_by = AUTHOR
    properties.language = LANGUAGES[answer.language]
    properties.keywords = properties.comments = answer.banner or ""
    properties.created = properties.modified = datetime.combine(as_of, time())
    properties.revision = 1
    written = io.BytesIO()
    document.save(written)
    return _dated(written, as_of)


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """Add a field that Word fills and keeps up to date, such as the page number."""
    open_field(paragraph, instruction)
    close_field(paragraph)


def open_field(paragraph: Paragraph, instruction: str) -> None:
    """Begin a field; what is written from here to its end is what it shows until it is filled."""
    _add_field_mark(paragraph, "begin")
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._r.append(code)
    _add_field_mark(paragraph, "separate")


def close_field(paragraph: Paragraph) -> None:
    """End a field."""
    _add_field_mark(paragraph, "end")


def _add_field_mark(paragraph: Paragraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def _set_sheet(section: Section, is_landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    section.page_width = SHEET_LONG if is_landscape else SHEET_SHORT
    section.page_height = SHEET_SHORT if is_landscape else SHEET_LONG
    section.left_margin = section.right_margin = section.bottom_margin = MARGIN
    section.top_margin = TOP_MARGIN
    section.header_distance = section.footer_distance = HEADER_DISTANCE


def _set_settings(document: Document, language: str) -> None:
    """Say which Word and which language the document was made for."""
    settings = document.settings.element
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), MODERN_WORD)
    for font in settings.iter(qn("w:themeFontLang")):
        font.set(qn("w:val"), language)
        font.attrib.pop(qn("w:eastAsia"), None)


def _write_header(section: Section, answer: Answer) -> None:
    """Write the header that every section takes over: the banner, and the title."""
    paragraph = section.header.paragraphs[0]
    if answer.banner:
        paragraph.style = "Banner"
        paragraph.add_run(answer.banner)
        paragraph = section.header.add_paragraph()
    paragraph.style = "header"
    paragraph.add_run(literal(answer.title))


def _write_footer(section: Section, words: Wordbook) -> None:
    """Write the page number and the number of pages at the places the text has for them."""
    paragraph = section.footer.paragraphs[0]
    paragraph.style = "footer"
    fields = {"page": "PAGE", "pages": "NUMPAGES"}
    for text, place, _, _ in Formatter().parse(words.template("paper.page_of")):
        paragraph.add_run(text)
        if place:
            add_field(paragraph, fields[place])


def _dated(written: io.BytesIO, as_of: date) -> bytes:
    """Return the file with the as-of date on each of its parts instead of the clock's."""
    dated = io.BytesIO()
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(dated, "w") as file:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, (as_of.year, as_of.month, as_of.day, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            file.writestr(part, parts.read(name))
    return dated.getvalue()
