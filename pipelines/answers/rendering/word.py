"""The answer as Word document, the form in which a ministry goes on working.

Headings, lists, captions and tables are Word's own, so that they can be edited, found in the
navigation pane and read aloud.

Border: styles stand in ``word_styles``, tables in ``word_tables``, what is around the text in
``word_file``; nothing is worded here.
"""

import io
from collections.abc import Iterable

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph

from pipelines.answers.document import Chart, ListBlock, Paragraph, Quotation, plain_paragraph
from pipelines.answers.rendering import word_file
from pipelines.answers.rendering.characters import literal
from pipelines.answers.rendering.drawings import picture, shown_width
from pipelines.answers.rendering.paper import Chapter, PaperAnswer, PaperBlock, Reference, SetTable
from pipelines.answers.rendering.table_setting import PORTRAIT_WIDTH
from pipelines.answers.rendering.word_tables import word_table
from pipelines.answers.wording import Wordbook

PARAGRAPH_STYLES = {"note": "Noot"}
LIST_STYLES = {"notes": "Nootlijst"}
AFTER_LIST, AFTER_TABLE = Pt(7), Pt(6)


def word_document(paper: PaperAnswer, words: Wordbook) -> bytes:
    """Return the Word document of an answer, the same bytes for the same answer."""
    document = word_file.empty_document(paper.answer, words)
    WordText(document, paper, words).write()
    return word_file.content(document, paper.answer)


class WordText:
    """Writes one answer into a document, from the first line to the last."""

    def __init__(self, document: Document, paper: PaperAnswer, words: Wordbook) -> None:
        self._document = document
        self._paper = paper
        self._words = words
        self._is_landscape = False

    def write(self) -> None:
        """Write everything."""
        answer, words = self._paper.answer, self._words
        if answer.banner:
            paragraph = self._add("", "Bannertekst")
            paragraph.add_run(f"{answer.banner}. ").bold = True
            paragraph.add_run(words.text("paper.banner_explained"))
        self._add(answer.title, "Title")
        for term, value in answer.head:
            paragraph = self._add("", "Kenmerk van de vraag")
            paragraph.add_run(literal(term)).bold = True
            paragraph.add_run(f"\t{literal(value)}")
        self._add(words.text("section.summary"), "heading 1")
        self._blocks(self._paper.summary)
        self._contents()
        for place, chapter in enumerate(self._paper.chapters):
            self._chapter(place, chapter)

    def _contents(self) -> None:
        """Write what is in the document, as the field that Word fills with page numbers."""
        self._add(self._words.text("page.contents"), "Inhoudskop")
        chapters = self._paper.chapters
        for place, chapter in enumerate(chapters):
            paragraph = self._add("", "toc 1")
            if place == 0:
                word_file.open_field(paragraph, 'TOC \\o "1-1" \\h \\z')
            _link(paragraph, chapter.title, _bookmark(place))
            if chapter.asked:
                paragraph.add_run(f" \u2013 {literal(chapter.asked)}").italic = True
            if place == len(chapters) - 1:
                word_file.close_field(paragraph)

    def _chapter(self, place: int, chapter: Chapter) -> None:
        has_new_sheet = self._turn(chapter.is_landscape)
        heading = self._add(chapter.title, "heading 1")
        if chapter.is_annex:
            heading.paragraph_format.space_before = Pt(0)
            heading.paragraph_format.page_break_before = None if has_new_sheet else True
        _set_bookmark(heading, place)
        if chapter.asked:
            paragraph = self._add("", "Gestelde vraag")
            paragraph.add_run(f"{self._words.text('asked')} ").bold = True
            paragraph.add_run(literal(chapter.asked))
        self._blocks(chapter.blocks, stays=chapter.is_annex)

    def _blocks(self, blocks: Iterable[PaperBlock], stays: bool = False) -> None:
        """Write blocks; ``stays`` keeps all of them on the sheet that lies as it does."""
        for block in blocks:
            if not stays:
                self._turn(isinstance(block, SetTable) and block.is_landscape)
            self._block(block)

    def _block(self, block: PaperBlock) -> None:
        if isinstance(block, Paragraph):
            self._add(plain_paragraph(block), PARAGRAPH_STYLES.get(block.style, "Normal"))
        elif isinstance(block, ListBlock):
            style = LIST_STYLES.get(block.style, "List Bullet")
            items = [self._add(plain_paragraph(item), style) for item in block.items]
            for last in items[-1:]:
                last.paragraph_format.space_after = AFTER_LIST
        elif isinstance(block, Quotation):
            self._add(block.text, "Quote")
            self._add(block.reference, "Bron van het citaat")
        elif isinstance(block, Reference):
            self._add(block.text, "Verwijzing naar tabel")
        elif isinstance(block, Chart):
            self._chart(block)
        else:
            self._table(block)

    def _chart(self, chart: Chart) -> None:
        self._add(chart.caption, "caption")
        run = self._add("", "Figuur").add_run()
        width = Pt(shown_width(chart, PORTRAIT_WIDTH))
        drawn = run.add_picture(io.BytesIO(picture(chart)), width=width)
        properties = drawn._inline.docPr
        properties.set("name", chart.name)
        properties.set("descr", literal(chart.description))

    def _table(self, placed: SetTable) -> None:
        notes = placed.table.notes
        for place, piece in enumerate(placed.pieces):
            if placed.has_caption or place:
                self._add(piece.table.caption, "caption")
            is_last = place == len(placed.pieces) - 1
            has_notes = bool(notes) and is_last
            keeps = has_notes or (placed.keeps_with_next and is_last)
            self._document.element.body._insert_tbl(word_table(piece, keeps_with_next=keeps))
            if not has_notes:
                self._add("", "Na tabel").paragraph_format.keep_with_next = keeps or None
        below = [self._add(plain_paragraph(note), "Noot") for note in notes]
        for first in below[:1]:
            first.paragraph_format.space_before = AFTER_TABLE

    def _turn(self, is_landscape: bool) -> bool:
        """Go on on a sheet that lies as asked; return whether a new one was begun for it."""
        if is_landscape == self._is_landscape:
            return False
        self._is_landscape = is_landscape
        word_file.start_section(self._document, is_landscape)
        return True

    def _add(self, text: str, style: str) -> WordParagraph:
        return self._document.add_paragraph(literal(text), style=style)


def _bookmark(place: int) -> str:
    return f"deel_{place}"


def _set_bookmark(paragraph: WordParagraph, place: int) -> None:
    """Put a bookmark around a heading, for the table of contents."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(place))
    start.set(qn("w:name"), _bookmark(place))
    paragraph._p.insert_element_before(start, "w:r")
    paragraph._p.append(end)


def _link(paragraph: WordParagraph, text: str, bookmark: str) -> None:
    """Add words that lead to a bookmark of the document."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.append(paragraph.add_run(literal(text))._r)
    paragraph._p.append(link)
