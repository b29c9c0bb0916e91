"""How a page looks: coloured on a terminal, the same text without colours elsewhere.

Border: no word is chosen here.
"""

import unicodedata
from io import StringIO, TextIOWrapper
from itertools import compress
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.explaining.page import Block, Facts, Finding, Grid, Note, Page, Subheading

TONES = {"good": "green", "bad": "red", "open": "yellow"}
INDENT = 2
OUTCOME_WIDTH = 15
LABEL_WIDTH = 22


def show(page: Page, file: TextIO | None = None, width: int | None = None) -> None:
    """Write a page to a file, standard output by default; colours on a terminal only."""
    console = Console(file=file, width=width, markup=False, highlight=False, emoji=False)
    if isinstance(console.file, TextIOWrapper):
        console.file.reconfigure(errors="replace")  # a terminal without such a character
    if console.is_terminal:
        _print(page, console)
        return
    # Columns are filled up with blanks; a file need not hold them.
    drawn = StringIO()
    _print(
        page,
        Console(file=drawn, width=console.width, markup=False, highlight=False, emoji=False),
    )
    for line in drawn.getvalue().splitlines():
        console.file.write(f"{line.rstrip()}\n")


def _print(page: Page, console: Console) -> None:
    console.print(_text(page.title, "bold"))
    if page.stamp:
        console.print(_text(page.stamp, "bold reverse"))
    for part in page.parts:
        console.print()
        console.print(_text(part.heading, "bold underline"))
        for block in part.blocks:
            console.print(Padding(_block(block), _indent(block)))


def _indent(block: Block) -> tuple[int, int, int, int]:
    more = block.indent if isinstance(block, Note) else 0
    return (0, 0, 0, INDENT + more)


def printable(text: str) -> str:
    """Return text that cannot steer a terminal: one line, no control or invisible characters."""
    kept = []
    for character in text:
        if character.isprintable():
            kept.append(character)
        elif unicodedata.category(character) != "Cf":
            kept.append(" ")
    return "".join(kept)


def _text(text: str, style: str = "") -> Text:
    return Text(printable(text), style=style)


def _block(block: Block) -> RenderableType:
    match block:
        case Facts():
            return _facts(block)
        case Finding():
            return _finding(block)
        case Grid():
            return _grid(block)
        case Note():
            return _text(block.text)
        case Subheading():
            return _text(block.text, "bold")


def _facts(block: Facts) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=LABEL_WIDTH)
    table.add_column(overflow="fold")
    for label, value in block.rows:
        table.add_row(_text(label, "dim"), _text(value))
    return table


def _finding(block: Finding) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=OUTCOME_WIDTH)
    table.add_column(overflow="fold")
    lines = [_text(block.subject, "bold")]
    lines += [_text(line) for line in block.details]
    lines += [_text(line, "dim") for line in block.asides]
    table.add_row(_text(block.outcome, TONES.get(block.tone, "")), Group(*lines))
    return table


def _grid(block: Grid) -> Table:
    if block.widths:
        return _aligned_grid(block)
    filled = [any(row[place] for row in block.rows) for place in range(len(block.columns))]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in compress(block.columns, filled):
        table.add_column(_text(column), overflow="fold")
    for row in block.rows:
        table.add_row(*(_text(cell) for cell in compress(row, filled)))
    return table


def _aligned_grid(block: Grid) -> Table:
    """Return a table whose columns depend on their widths only, never on what is in them."""
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        pad_edge=False,
        header_style="dim",
        expand=True,
        show_header=block.has_heading,
    )
    for column, width in zip(block.columns, block.widths, strict=True):
        ratio = None if width else 1
        table.add_column(_text(column), overflow="fold", width=width or None, ratio=ratio)
    for row in block.rows:
        table.add_row(*(_text(cell) for cell in row))
    return table
