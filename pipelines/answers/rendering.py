"""How an answer looks: the page, the JSON file and one CSV per table.

Each renderer takes the same ``Answer`` and returns bytes by file name; Word, PDF and spreadsheet
join here. Titles and names come from deliveries and are text everywhere: escaped in the page,
neutralised in CSV.

Border: nothing is counted, chosen or worded here; the answer arrives as it may be printed.
"""

import base64
import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import jinja2
from markupsafe import Markup

from pipelines.answers.document import (
    Answer,
    Block,
    Chart,
    ListBlock,
    Number,
    Paragraph,
    Quotation,
    Table,
    plain,
    plain_paragraph,
)
from pipelines.answers.wording import Wordbook

TEMPLATES_DIR = Path(__file__).parent / "templates"
# A spreadsheet takes a cell that begins with one of these for a formula or a command.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CSV_FOLDER = "tabellen"
RECORDED_DECIMALS = 4  # shares; counts and credits have two at most
WIDE_TABLE = 6  # columns; wider tables get smaller letters


def rendered_files(answer: Answer, words: Wordbook) -> dict[str, bytes]:
    """Return every file of the answer's folder by its relative name."""
    tables = {f"{CSV_FOLDER}/{one.name}.csv": table_csv(one, answer) for one in answer.tables()}
    return {
        "antwoord.html": page(answer, words, tables),
        "antwoord.json": record(answer),
        **tables,
    }


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


def record(answer: Answer) -> bytes:
    """Return the JSON file: every printed number with key, print, certificate and source."""
    content = {
        "question": answer.identity,
        "language": answer.language,
        "title": answer.title,
        "banner": answer.banner,
        "is_synthetic": answer.banner is not None,
        "numbers": [_number_record(number) for number in answer.numbers().values()],
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "asked": section.asked,
                "blocks": [_block_record(block) for block in section.blocks],
            }
            for section in answer.sections
        ],
        "summary": [_block_record(block) for block in answer.summary],
        "tables": [_table_record(table) for table in answer.tables()],
        "provenance": answer.provenance,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def table_csv(table: Table, answer: Answer) -> bytes:
    """Return a table as CSV for spreadsheets: UTF-8 with mark, semicolons, no formulas.

    Where the data are synthetic the first column of every row says so.
    """
    stamp = (answer.banner,) if answer.banner else ()
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutralised(cell) for cell in (*stamp, *table.flat_columns())])
    for row in table.rows:
        cells = [plain(cell) for cell in row.cells]
        writer.writerow([neutralised(cell) for cell in (*stamp, *cells)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def neutralised(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


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


def _number_record(number: Number) -> dict[str, object]:
    return {
        "key": number.key,
        "value": number.text,
        "lower": _plain_number(number.lower),
        "upper": _plain_number(number.upper),
        "is_provisional": number.is_provisional,
        "source": number.source,
        "derived_from": list(number.derived_from),
        "certified_by": [
            {
                "suite": one.suite,
                "expectation": one.expectation,
                "success": one.succeeded,
                "observed": one.observed,
            }
            for one in number.certificates
        ],
    }


def _plain_number(value: Decimal | None) -> str | None:
    """Return a number as digits with a point, so that no reader rounds it by accident."""
    return None if value is None else f"{round(value, RECORDED_DECIMALS).normalize():f}"


def _block_record(block: Block) -> dict[str, object]:
    if isinstance(block, Paragraph):
        return {"paragraph": plain_paragraph(block), "style": block.style}
    if isinstance(block, ListBlock):
        return {"list": [plain_paragraph(item) for item in block.items]}
    if isinstance(block, Quotation):
        return {"quotation": block.text, "reference": block.reference}
    if isinstance(block, Table):
        return {"table": block.name}
    return {"chart": block.name, "caption": block.caption, "keys": list(block.keys)}


def _table_record(table: Table) -> dict[str, object]:
    return {
        "name": table.name,
        "caption": table.caption,
        "file": f"{CSV_FOLDER}/{table.name}.csv",
        "columns": list(table.flat_columns()),
        "rows": [
            {
                "style": row.style,
                "cells": [
                    {"text": cell.text, "key": cell.key} if isinstance(cell, Number) else cell
                    for cell in row.cells
                ],
            }
            for row in table.rows
        ],
        "notes": [plain_paragraph(note) for note in table.notes],
    }
