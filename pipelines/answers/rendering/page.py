"""The page: one file that loads nothing, with the CSV files inside it.

Border: its words come with the answer; its form stands in ``templates``.
"""

import base64
from pathlib import Path

import jinja2
from markupsafe import Markup

from pipelines.answers.document import Answer, Block, Chart, Number, Table
from pipelines.answers.rendering.delimited import CSV_FOLDER
from pipelines.answers.wording import Wordbook

TEMPLATES_DIR = Path(__file__).parent.parent / "templates"
WIDE_TABLE = 6  # columns; wider tables get smaller letters


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
        block_kind=_block_kind,
        is_number=lambda inline: isinstance(inline, Number),
        drawing=_drawing,
        holds_figures=_holds_figures,
        is_wide=lambda table: len(table.columns) > WIDE_TABLE,
    )
    return html.encode("utf-8")


def _block_kind(block: Block) -> str:
    return type(block).__name__.lower()


def _holds_figures(table: Table) -> bool:
    """Whether every column but those that name the row holds figures, so headings go right."""
    cells = [cell for row in table.rows for cell in row.cells[table.row_header_columns :]]
    return any(isinstance(cell, Number) for cell in cells) and table.row_header_columns == 1


def _data_link(content: bytes) -> str:
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(content).decode("ascii")


def _drawing(chart: Chart) -> Markup:
    """Return the drawing for use inside a page: scalable, named, without foreign references.

    The SVG comes from our own converter, which escapes the words in it.
    """
    opening, _, rest = chart.svg.partition(">")
    view_box = opening.partition('viewBox="')[2].partition('"')[0]
    head = Markup('<svg class="drawing" viewBox="{}" role="img" aria-label="{}" focusable="false">')
    return head.format(view_box, chart.description) + Markup(rest)  # noqa: S704
