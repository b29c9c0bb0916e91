"""The answer in the order of paper: the reading text first, folded tables as annexes at the end.

What a page can fold is long; on paper it stands behind everything else, and a line says so where it
was. A table that no page shows is named with its file. Word and PDF both print this.

Border: how a chapter, a table or a line looks is decided by Word and PDF themselves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from pipelines.answers.document import (
    Answer,
    Block,
    Chart,
    ListBlock,
    Paragraph,
    Quotation,
    Section,
    Table,
)
from pipelines.answers.rendering.delimited import CSV_FOLDER
from pipelines.answers.rendering.table_setting import LONG_TABLE, Setting, settings
from pipelines.answers.wording import Wordbook

AUTHOR = "Staalkaart"


@dataclass(frozen=True)
class Heat:
    """The look of a word in a heat table: fill, letter colour, a frame around the cell or not."""

    fill: str
    ink: str
    is_framed: bool = False


# Fills differ in lightness, so that grey print tells them apart; the word itself stays in each.
HEAT = {
    "complete": Heat("0b3c5d", "ffffff"),
    "degree_only": Heat("8fbcd6", "1d1d1d"),
    "carried_forward": Heat("cfe3ee", "1d1d1d"),
    "refused": Heat("ffffff", "1d1d1d", is_framed=True),
    "unusable": Heat("efefef", "1d1d1d", is_framed=True),
    "missing": Heat("efefef", "555555"),
}


@dataclass(frozen=True)
class Reference:
    """The line that stands where a table is left out, and says where it is."""

    text: str


@dataclass(frozen=True)
class SetTable:
    """A table in the piece or pieces in which it is printed.

    Attributes:
        has_caption: Whether its caption is printed; not where it is the heading above it.
        keeps_with_next: Whether it stays with the line below it, which names another table.
    """

    table: Table
    pieces: tuple[Setting, ...]
    has_caption: bool = True
    keeps_with_next: bool = False

    @property
    def is_landscape(self) -> bool:
        """Whether it stands on a sheet on its side."""
        return any(piece.is_landscape for piece in self.pieces)


PaperBlock = Paragraph | ListBlock | Quotation | Chart | Reference | SetTable


@dataclass(frozen=True)
class Chapter:
    """A headed part on paper; an annex begins on a page of its own."""

    name: str
    title: str
    blocks: tuple[PaperBlock, ...]
    asked: str | None = None
    is_annex: bool = False

    @property
    def is_landscape(self) -> bool:
        """Whether its heading stands on a sheet on its side."""
        if not self.is_annex:
            return any(isinstance(one, SetTable) and one.is_landscape for one in self.blocks[:1])
        return any(isinstance(one, SetTable) and one.is_landscape for one in self.blocks)


@dataclass(frozen=True)
class PaperAnswer:
    """A whole answer in the order of paper."""

    answer: Answer
    summary: tuple[PaperBlock, ...]
    chapters: tuple[Chapter, ...]


def on_paper(answer: Answer, words: Wordbook) -> PaperAnswer:
    """Return an answer in the order of paper, its tables set."""
    body: list[Chapter] = []
    whole_annexes: list[Chapter] = []
    annexes: list[Chapter] = []
    for section in answer.sections:
        if _is_annex(section):
            whole_annexes.append(_annex(section, words))
            continue
        blocks = tuple(_placed(section.blocks, words))
        body.append(Chapter(section.name, section.title, blocks, section.asked))
        annexes += _annexes_of(section, words)
    summary = tuple(_placed(answer.summary, words))
    return PaperAnswer(answer, summary, (*body, *whole_annexes, *annexes))


def heat_of(table: Table, place: int, words: str) -> Heat | None:
    """Return the look of a cell's words, or None where they have none; row names have none."""
    return HEAT.get(table.heat.get(words, "")) if place else None


def _is_annex(section: Section) -> bool:
    """Whether a section shows nothing but folded tables, and answers no part of the question."""
    shown = [block for block in section.blocks if isinstance(block, Table | Chart | Quotation)]
    return section.asked is None and bool(shown) and list(_folded(section.blocks)) == shown


def _folded(blocks: Iterable[Block]) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Table) and block.is_folded and block.in_page:
            yield block


def _annex(section: Section, words: Wordbook) -> Chapter:
    """Return a section of folded tables as annex, all of it on sheets that lie the same way."""
    placed = [_set(block, words) if isinstance(block, Table) else block for block in section.blocks]
    if any(isinstance(one, SetTable) and one.is_landscape for one in placed):
        placed = [
            _set(block, words, on_its_side=True) if isinstance(block, Table) else block
            for block in section.blocks
        ]
    return Chapter(section.name, section.title, tuple(placed), section.asked, is_annex=True)


def _annexes_of(section: Section, words: Wordbook) -> Iterator[Chapter]:
    """Yield the folded tables of a section: the short ones together, each long list on its own."""
    folded = list(_folded(section.blocks))
    short = [table for table in folded if len(table.rows) < LONG_TABLE]
    groups = [short, *([table] for table in folded if len(table.rows) >= LONG_TABLE)]
    for place, tables in enumerate(group for group in groups if group):
        is_alone = len(tables) == 1
        name = f"bijlage-{section.name}-{place}"
        caption = tables[0].caption if is_alone else section.title
        title = words.text("paper.annex", caption=caption)
        placed = tuple(replace(_set(one, words), has_caption=not is_alone) for one in tables)
        yield Chapter(name, title, placed, is_annex=True)


def _placed(blocks: Iterable[Block], words: Wordbook) -> Iterator[PaperBlock]:
    """Yield the blocks of the reading text; folded tables leave a line in their place."""
    shown = list(blocks)
    for block, following in zip_longest(shown, shown[1:]):
        if not isinstance(block, Table):
            yield block
        elif not block.in_page:
            yield _reference("paper.in_file", block, words)
        elif block.is_folded:
            yield _reference("paper.in_annex", block, words)
        else:
            is_named_next = isinstance(following, Table) and not _is_open(following)
            yield replace(_set(block, words), keeps_with_next=is_named_next)


def _is_open(table: Table) -> bool:
    """Whether a table is printed where it stands."""
    return table.in_page and not table.is_folded


def _set(table: Table, words: Wordbook, on_its_side: bool = False) -> SetTable:
    continued = words.text("paper.continued", caption=table.caption)
    return SetTable(table, settings(table, continued, on_its_side))


def _reference(name: str, table: Table, words: Wordbook) -> Reference:
    file = f"{CSV_FOLDER}/{table.name}.csv"
    return Reference(words.text(name, caption=table.caption, file=file))
