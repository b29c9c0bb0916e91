"""How cells look: the formats of a workbook, each made once, and how wide a column must be.

Colours are those of the page and the charts; lightness alone tells the states of coverage apart,
and each state is also written in its cell.

Border: what is written in a cell stands in ``cells``.
"""

import math
import textwrap
from collections.abc import Iterable
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]

from pipelines.answers.charts import DARK, LIGHT
from pipelines.answers.rendering.paper import HEAT, Heat

# A face that every office suite has, or has one of the same width for; the charts use it too.
FONT, FONT_SIZE = "Arial", 10
TITLE_SIZE, CAPTION_SIZE, HEADING_SIZE, NOTE_SIZE = 16, 13, 11, 9
TINT, SOFT, WARNING, PALE = "#e8f0f6", "#555555", "#8a1c1c", "#d9d9d9"
NUMBER = {"align": "right", "indent": 1, "valign": "top"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": TITLE_SIZE, "font_color": DARK, "text_wrap": True},
    "caption": {"bold": True, "font_size": CAPTION_SIZE, "font_color": DARK, "text_wrap": True},
    "heading": {"bold": True, "font_size": HEADING_SIZE, "font_color": DARK},
    "banner": {"bold": True, "font_color": WARNING, "bg_color": "#fdf1e7", "text_wrap": True},
    "link": {"font_color": "#0b4f86", "underline": 1, "valign": "top"},
    "header": {
        "bold": True,
        "bg_color": TINT,
        "bottom": 2,
        "bottom_color": DARK,
        "valign": "bottom",
    }
    | {"text_wrap": True},
    "group": {"bold": True, "bg_color": TINT, "bottom": 1, "bottom_color": DARK, "align": "center"}
    | {"text_wrap": True, "left": 1, "left_color": "#ffffff"},
    "right": {"align": "right", "indent": 1},
    "middle": {"align": "center"},
    "text": {"valign": "top", "text_wrap": True},
    "code": {"valign": "top"},
    "name": {"bold": True, "valign": "top", "text_wrap": True},
    "number": NUMBER,
    "figure": NUMBER | {"text_wrap": True},
    "note": {"font_size": NOTE_SIZE, "font_color": SOFT, "valign": "top", "text_wrap": True},
    "literal": {"quote_prefix": True},
    "plain": {"bottom": 1, "bottom_color": "#d0d7de"},
    "subtotal": {"bold": True, "bg_color": TINT, "bottom": 1, "bottom_color": "#d0d7de"},
    "total": {"bold": True, "top": 2, "top_color": DARK, "bottom": 1, "bottom_color": "#d0d7de"},
    "heat": {"align": "center", "border": 1, "border_color": "#ffffff"},
}
TAB_ASKED, TAB_ANNEX, TAB_OTHER = DARK, LIGHT, PALE
# Belgian Dutch and British English, so that LibreOffice too shows the separators of the language.
LOCALE_CODES = {"nl": "[$-813]", "en": "[$-809]"}
NARROWEST, WIDEST = 9, 46  # characters
MARGIN = 2  # characters left free in a column
LETTERS_PER_DIGIT = 1.08  # widths are counted in digits, and letters are narrower
LINE_HEIGHT, SPACING = 13, 2  # points


def _heat_look(heat: Heat) -> dict[str, Any]:
    """Return a state of coverage with the colours that it has on paper."""
    frame = {"border": 2, "border_color": WARNING} if heat.is_framed else {}
    return {"bg_color": f"#{heat.fill}", "font_color": f"#{heat.ink}"} | frame


LOOKS |= {f"heat-{state}": _heat_look(heat) for state, heat in HEAT.items()}


class Looks:
    """The formats of one workbook."""

    def __init__(self, book: Workbook, language: str) -> None:
        self._book = book
        self._locale = LOCALE_CODES.get(language, "")
        self._made: dict[tuple[str, ...], Format] = {}

    def look(self, *names: str, number_format: str = "") -> Format:
        """Return the format that is all the named looks together; unknown names add nothing."""
        asked = (*names, number_format)
        if asked not in self._made:
            properties: dict[str, Any] = {}
            for name in names:
                properties |= LOOKS.get(name, {})
            if number_format:
                properties["num_format"] = f"{self._locale}{number_format}"
            self._made[asked] = self._book.add_format(properties)
        return self._made[asked]


def column_width(heading: str, cells: Iterable[str]) -> int:
    """Return the width in characters a column needs; what is longer wraps."""
    longest_word = max((len(word) for word in heading.replace("-", "- ").split()), default=0)
    longest = max((len(cell) for cell in cells), default=0)
    needed = max(longest, longest_word, math.ceil(len(heading) / 2)) + MARGIN
    return max(NARROWEST, min(needed, WIDEST))


def height_of(text: str, width: float, font_size: float = FONT_SIZE) -> float:
    """Return the points a wrapped text needs in cells of a total width in characters.

    Not every spreadsheet finds the height of a row by itself, and none that of merged cells.
    """
    letters = max(1, int(width * LETTERS_PER_DIGIT * FONT_SIZE / font_size))
    lines = len(textwrap.wrap(text, letters)) if len(text) > letters else 1
    return lines * LINE_HEIGHT * font_size / FONT_SIZE + SPACING
