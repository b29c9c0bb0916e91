"""The answer as JSON: every printed number with its key, its certificate and its source.

Border: nothing is laid out here.
"""

import json
from collections.abc import Mapping
from decimal import Decimal

from pipelines.answers.document import (
    Answer,
    Block,
    ListBlock,
    Number,
    Paragraph,
    Quotation,
    Table,
    plain_paragraph,
)
from pipelines.answers.rendering.delimited import CSV_FOLDER

RECORDED_DECIMALS = 4  # shares; counts and credits have two at most


def record(answer: Answer) -> bytes:
    """Return the JSON file: every printed number with key, print, certificate and source."""
    content = {
        "question": answer.identity,
        "language": answer.language,
        "title": answer.title,
        "banner": answer.banner,
        "is_synthetic": answer.banner is not None,
        "notices": list(answer.notices),
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
        "disclosure": answer.disclosure,
    }
    return _lines(content).encode("utf-8")


def _lines(content: Mapping[str, object]) -> str:
    """Return the record with one line per number, section and table.

    Indented any further it would be written by the slow half of Python's encoder.
    """
    written = []
    for name, value in content.items():
        items = value if isinstance(value, list) else []
        lines = ",\n".join(_encoded(item) for item in items)
        written.append(f"{_encoded(name)}: " + (f"[\n{lines}\n]" if lines else _encoded(value)))
    return "{\n" + ",\n".join(written) + "\n}\n"


def _encoded(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


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
                "observed_upper": one.observed_upper,
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
