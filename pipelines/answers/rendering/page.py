"""The page: one file that loads nothing, with the CSV files inside it.

Border: its words come with the answer; its form stands in ``templates``.
"""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2
from markupsafe import Markup

from pipelines.answers.document import (
    Answer,
    Block,
    Chart,
    Inline,
    Number,
    Paragraph,
    Row,
    Table,
    plain,
)
from pipelines.answers.rendering.delimited import CSV_FOLDER
from pipelines.answers.sections.what_counts import EXAMPLES_STYLE
from pipelines.answers.wording import Wordbook

TEMPLATES_DIR = Path(__file__).parent.parent / "templates"
WIDE_TABLE = 6  # columns; wider tables get smaller letters
LONG_CELL = 45  # characters; a table with such texts becomes cards on a phone
LONGEST_CARDS = 40  # rows; a longer list stays a table, to be scrolled sideways
SHORT_TABLE = 24  # rows; on paper such a table stands on one page
LONGEST_PRINT = 100  # rows; on paper a longer list is only named, with its file
CHART_ZOOM = 1.35  # how much larger than on a phone a chart may be drawn


def page(answer: Answer, words: Wordbook, tables: dict[str, bytes]) -> bytes:
    """Return the page: one file that loads nothing, readable without scripts and on a phone."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("antwoord.html.jinja").render(
        answer=answer,
        words=words,
        style=Markup((TEMPLATES_DIR / "antwoord.css").read_text(encoding="utf-8")),  # noqa: S704
        downloads={name: _data_link(content) for name, content in tables.items()},
        csv_folder=CSV_FOLDER,
        examples_style=EXAMPLES_STYLE,
        block_kind=_block_kind,
        is_number=lambda inline: isinstance(inline, Number),
        drawing=_drawing,
        table_classes=_table_classes,
        cells_of=_cells_of,
        is_long=lambda table: len(table.rows) > LONGEST_PRINT,
        parts_of_example=_parts_of_example,
        roles=_roles,
    )
    return html.encode("utf-8")


def _block_kind(block: Block) -> str:
    return type(block).__name__.lower()


def _table_classes(table: Table) -> str:
    """Return how a table looks: heat, letters of wide tables, figures to the right, cards."""
    looks = {
        "heat": bool(table.heat),
        "wide": len(table.columns) > WIDE_TABLE,
        "figures": _holds_figures(table),
        "cards": _becomes_cards(table),
        "short": len(table.rows) <= SHORT_TABLE,
    }
    return " ".join(name for name, holds in looks.items() if holds) or "plain"


def _cells_of(table: Table, row: Row) -> Iterator[tuple[Inline, str, bool]]:
    """Yield each cell of a row with its heading, and whether it names the row."""
    headings = table.flat_columns()
    for place, cell in enumerate(row.cells):
        yield cell, headings[place], place < table.row_header_columns


def _parts_of_example(item: Paragraph) -> tuple[Inline, tuple[Inline, ...], Inline]:
    """Return the title, the reason and the command of an example."""
    return item.inlines[0], item.inlines[1:-1], item.inlines[-1]


def _holds_figures(table: Table) -> bool:
    """Whether every column but those that name the row holds figures, so headings go right."""
    cells = [cell for row in table.rows for cell in row.cells[table.row_header_columns :]]
    numbers = sum(isinstance(cell, Number) for cell in cells)
    return table.row_header_columns == 1 and numbers > 0 and not _has_long_texts(table)


def _has_long_texts(table: Table) -> bool:
    cells = [cell for row in table.rows for cell in row.cells[table.row_header_columns :]]
    return any(len(plain(cell)) > LONG_CELL for cell in cells)


def _becomes_cards(table: Table) -> bool:
    """Whether a phone shows each row as a card: few rows, with texts that need the width."""
    return not table.groups and len(table.rows) <= LONGEST_CARDS and _has_long_texts(table)


def _roles(table: Table) -> Callable[..., Markup]:
    """Return what names the role of a table's part, and the heading of a cell.

    Cards would lose the roles to their layout, and have no heading row to look up.
    """
    is_cards = _becomes_cards(table)

    def role(name: str, heading: str | None = None) -> Markup:
        if not is_cards:
            return Markup("")
        named = Markup(' role="{}"').format(name)
        return named if heading is None else named + Markup(' data-label="{}"').format(heading)

    return role


def _data_link(content: bytes) -> str:
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(content).decode("ascii")


def _drawing(chart: Chart) -> Markup:
    """Return the drawing for use inside a page: scalable, named, without foreign references.

    The SVG comes from our own converter, which escapes the words in it.
    """
    opening, _, rest = chart.svg.partition(">")
    view_box = opening.partition('viewBox="')[2].partition('"')[0]
    width = round(float(view_box.split()[2]) * CHART_ZOOM)
    head = Markup(
        '<svg class="drawing" viewBox="{}" style="max-width: {}px" role="img" aria-label="{}"'
        ' focusable="false">'
    )
    return head.format(view_box, width, chart.description) + Markup(rest)  # noqa: S704
