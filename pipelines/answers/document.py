"""An answer as a document without a form: sections of paragraphs, tables, charts and quotations.

Every renderer (page, Word, PDF, tables and JSON, later a workbook) reads this one model, so
that all of them say the same. A number is always a ``Number`` with its key.

Border: nothing is read from the warehouse here and nothing is laid out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from string import Formatter

from pipelines.answers.cells import Certificate


@dataclass(frozen=True)
class Number:
    """One printed number.

    Attributes:
        key: What binds the print to its source; the same key prints the same text everywhere.
        text: The number as printed.
        source: The published table, file or earlier numbers it comes from.
        certificates: The check results that name the key.
        derived_from: The keys of the printed numbers it was made from, if it was.
        lower, upper: The printed bounds, for files that need numbers and not text.
        is_provisional: Whether the academic year had not ended on the as-of date.
    """

    key: str
    text: str
    source: str
    certificates: tuple[Certificate, ...] = ()
    derived_from: tuple[str, ...] = ()
    lower: Decimal | None = None
    upper: Decimal | None = None
    is_provisional: bool = False


Inline = str | Number


@dataclass(frozen=True)
class Paragraph:
    """A run of words and numbers."""

    inlines: tuple[Inline, ...]
    style: str = "text"


@dataclass(frozen=True)
class ListBlock:
    """Points below each other; style ``notes`` for what only a careful reader needs."""

    items: tuple[Paragraph, ...]
    style: str = "text"


@dataclass(frozen=True)
class Quotation:
    """Words of somebody else, with the reference they were taken from."""

    text: str
    reference: str


@dataclass(frozen=True)
class Row:
    """One row of a table; ``style`` says heading, subtotal, total or plain."""

    cells: tuple[Inline, ...]
    style: str = "plain"


@dataclass(frozen=True)
class Table:
    """One table of the answer and, under the same name, one CSV file.

    Attributes:
        name: File name without extension.
        row_header_columns: How many columns at the left name the row.
        is_folded: Whether the page shows it closed, to be opened.
        in_page: Whether the page shows it at all; a long list may be in its file only.
        notes: What a reader must know to read it, printed below it.
        groups: Headings over several columns with how many they span, after the row headers.
        heat: The style of a word, for tables whose cells have a colour besides their word.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    row_header_columns: int = 1
    is_folded: bool = False
    in_page: bool = True
    notes: tuple[Paragraph, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    heat: dict[str, str] = field(default_factory=dict)

    def ungrouped_columns(self) -> tuple[str, ...]:
        """Return the columns at the left that stand under no group heading."""
        return self.columns[: len(self.columns) - sum(span for _, span in self.groups)]

    def grouped_columns(self) -> tuple[str, ...]:
        """Return the columns that stand under a group heading."""
        return self.columns[len(self.ungrouped_columns()) :]

    def flat_columns(self) -> tuple[str, ...]:
        """Return the column headings with the heading of their group, for files of one header."""
        if not self.groups:
            return self.columns
        heads = [""] * len(self.ungrouped_columns())
        heads += [group for group, span in self.groups for _ in range(span)]
        pairs = zip(heads, self.columns, strict=True)
        return tuple(f"{group}: {column}" if group else column for group, column in pairs)


@dataclass(frozen=True)
class Chart:
    """A drawing of printed numbers, with the words for those who do not see it."""

    name: str
    caption: str
    description: str
    svg: str
    keys: tuple[str, ...]


Block = Paragraph | ListBlock | Quotation | Table | Chart


@dataclass(frozen=True)
class Section:
    """A headed part of the answer; ``asked`` repeats the part of the question it answers."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    asked: str | None = None


@dataclass(frozen=True)
class Answer:
    """The whole answer to one question, in one language.

    Attributes:
        head: The lines above the answer, the notices first.
        notices: What went wrong when the figures were made or after; nothing in a good state.
        disclosure: How numbers about persons are protected, with the certificate of the audit.
    """

    language: str
    title: str
    head: tuple[tuple[str, str], ...]
    summary: tuple[Block, ...]
    sections: tuple[Section, ...]
    banner: str | None
    identity: dict[str, str]
    provenance: dict[str, object]
    notices: tuple[str, ...] = ()
    disclosure: dict[str, object] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield every block in reading order, the summary first."""
        yield from self.summary
        for section in self.sections:
            yield from section.blocks

    def tables(self) -> Iterator[Table]:
        """Yield the tables in reading order."""
        for block in self.blocks():
            if isinstance(block, Table):
                yield block

    def numbers(self) -> dict[str, Number]:
        """Return every printed number by its key, in order of first appearance.

        Raises:
            ValueError: One key would be printed in two ways.
        """
        found: dict[str, Number] = {}
        for block in self.blocks():
            for inline in _inlines(block):
                if not isinstance(inline, Number):
                    continue
                if found.setdefault(inline.key, inline).text != inline.text:
                    raise ValueError(f"{inline.key} is printed in two ways")
        return found


def filled(template: str, places: dict[str, Inline], style: str = "text") -> Paragraph:
    """Return a text whose named places are filled with words and bound numbers."""
    inlines: list[Inline] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            inlines.append(literal)
        if name:
            inlines.append(places[name])
    return Paragraph(tuple(inlines), style)


def plain(inline: Inline) -> str:
    """Return words or a number as plain text."""
    return inline.text if isinstance(inline, Number) else inline


def plain_paragraph(paragraph: Paragraph) -> str:
    """Return a paragraph as plain text."""
    return "".join(plain(inline) for inline in paragraph.inlines)


def _inlines(block: Block) -> Iterator[Inline]:
    if isinstance(block, Paragraph):
        yield from block.inlines
    elif isinstance(block, ListBlock):
        for item in block.items:
            yield from item.inlines
    elif isinstance(block, Table):
        for row in block.rows:
            yield from row.cells
        for note in block.notes:
            yield from note.inlines
