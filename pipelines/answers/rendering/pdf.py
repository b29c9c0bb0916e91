"""The answer as PDF: tagged and archivable, set by typst from one template.

The words travel as data beside the template and are never markup, so that a title cannot run. Only
the typefaces inside typst are used and the date is the as-of date: no machine changes a byte.

Border: the layout stands in ``templates/antwoord.typ``; nothing is worded here.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from string import Formatter

from pipelines.answers.document import (
    Chart,
    Inline,
    ListBlock,
    Paragraph,
    Quotation,
    Row,
    plain,
    plain_paragraph,
)
from pipelines.answers.rendering.characters import breakable, literal
from pipelines.answers.rendering.drawings import shown_width, vector
from pipelines.answers.rendering.paper import (
    AUTHOR,
    Chapter,
    PaperAnswer,
    PaperBlock,
    Reference,
    SetTable,
    heat_of,
)
from pipelines.answers.rendering.table_setting import PORTRAIT_WIDTH, Setting
from pipelines.answers.rendering.typesetting import (
    MAIN,
    REPLACEMENT,
    TYPEFACE,
    UNUSUAL_WORD,
    compiled,
    undrawable,
)
from pipelines.answers.wording import Wordbook

TEMPLATE = Path(__file__).parent.parent / "templates" / "antwoord.typ"
REGIONS = {"nl": "BE", "en": "GB"}
Content = dict[str, object]


def pdf_document(paper: PaperAnswer, words: Wordbook) -> bytes:
    """Return the PDF of an answer, the same bytes for the same answer."""
    content = _content(paper, words)
    replaced = undrawable(_texts(content))
    if replaced:
        content["notice"] = words.text("paper.unprintable", mark=REPLACEMENT)
    printed = json.dumps(_with_marks(content, replaced), ensure_ascii=False)
    sources = {MAIN: TEMPLATE.read_bytes(), "answer.json": printed.encode("utf-8")}
    return compiled(sources, date.fromisoformat(str(paper.answer.provenance["as_of"])))


def _content(paper: PaperAnswer, words: Wordbook) -> Content:
    """Return everything the template prints."""
    answer = paper.answer
    return {
        "language": answer.language,
        "region": REGIONS[answer.language],
        "typeface": TYPEFACE,
        "title": literal(answer.title),
        "subject": literal(answer.identity["title"]),
        "author": AUTHOR,
        "banner": answer.banner,
        "explained": words.text("paper.banner_explained") if answer.banner else None,
        "notice": None,
        "head": [[_words(term), _words(value)] for term, value in answer.head],
        "summary": {
            "title": words.text("section.summary"),
            "blocks": [_block(block) for block in paper.summary],
        },
        "contents": words.text("page.contents"),
        "asked": words.text("asked"),
        "page_of": [
            piece
            for text, place, _, _ in Formatter().parse(words.template("paper.page_of"))
            for piece in ({"text": text}, {"place": place or ""})
        ],
        "chapters": [
            {"name": f"deel-{place}", **_chapter(chapter)}
            for place, chapter in enumerate(paper.chapters)
        ],
    }


def _chapter(chapter: Chapter) -> Content:
    return {
        "title": _words(chapter.title),
        "asked": _words(chapter.asked) if chapter.asked else None,
        "is_annex": chapter.is_annex,
        "is_landscape": chapter.is_landscape,
        "blocks": [_block(block) for block in chapter.blocks],
    }


def _block(block: PaperBlock) -> Content:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "style": block.style, "text": _words(plain_paragraph(block))}
    if isinstance(block, ListBlock):
        items = [_words(plain_paragraph(item)) for item in block.items]
        return {"kind": "list", "style": block.style, "items": items}
    if isinstance(block, Quotation):
        return {
            "kind": "quotation",
            "text": _words(block.text),
            "reference": _words(block.reference),
        }
    if isinstance(block, Reference):
        return {"kind": "reference", "text": _words(block.text)}
    if isinstance(block, Chart):
        return _drawing(block)
    return _table(block)


def _drawing(chart: Chart) -> Content:
    return {
        "kind": "chart",
        "caption": _words(chart.caption),
        "description": literal(chart.description),
        "drawing": vector(chart, TYPEFACE),
        "width": shown_width(chart, PORTRAIT_WIDTH),
    }


def _table(placed: SetTable) -> Content:
    return {
        "kind": "table",
        "is_landscape": placed.is_landscape,
        "keeps_with_next": placed.keeps_with_next,
        "pieces": [
            _piece(piece, placed.has_caption or place > 0)
            for place, piece in enumerate(placed.pieces)
        ],
        "notes": [_words(plain_paragraph(note)) for note in placed.table.notes],
    }


def _piece(piece: Setting, has_caption: bool) -> Content:
    table = piece.table
    return {
        "caption": _words(table.caption) if has_caption else None,
        "points": piece.points,
        "widths": list(piece.widths),
        "is_whole": piece.is_kept_together,
        "heading": _heading(piece),
        "rows": [_row(piece, row) for row in table.rows],
    }


def _heading(piece: Setting) -> list[list[Content]]:
    """Return the heading row, or two of them where columns stand under a common heading."""
    table = piece.table
    alone = len(table.ungrouped_columns()) if table.groups else 0
    columns: list[Content] = [
        {
            "text": _words(column),
            "side": piece.side(place),
            "rows": 2 if place < alone else 1,
            "columns": 1,
            "is_group": False,
        }
        for place, column in enumerate(table.columns)
    ]
    if not table.groups:
        return [columns]
    groups: list[Content] = [
        {"text": _words(group), "side": "center", "rows": 1, "columns": span, "is_group": True}
        for group, span in table.groups
    ]
    return [[*columns[:alone], *groups], columns[alone:]]


def _row(piece: Setting, row: Row) -> Content:
    cells = []
    for place, inline in enumerate(row.cells):
        heat = heat_of(piece.table, place, plain(inline))
        look = asdict(heat) if heat else {}
        cells.append({"text": _words(inline), "side": piece.side(place), **look})
    return {"style": row.style, "splits": piece.splits(row), "cells": cells}


def _words(inline: Inline) -> str:
    """Return words as the template prints them: no control characters, long words breakable."""
    return breakable(literal(plain(inline)))


def _texts(content: object) -> Iterable[str]:
    """Yield every text in what the template prints."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts(value)


def _with_marks(content: object, replaced: dict[str, str]) -> object:
    """Return the same with marks in the words that cannot be drawn."""
    if not replaced:
        return content
    if isinstance(content, str):
        return UNUSUAL_WORD.sub(lambda found: replaced.get(found[0], found[0]), content)
    if isinstance(content, dict):
        return {name: _with_marks(value, replaced) for name, value in content.items()}
    if isinstance(content, list):
        return [_with_marks(value, replaced) for value in content]
    return content
