"""How a table is set on paper so that nothing falls off it: letter size, sheet and column widths.

A table stands upright in the largest letters that fit; else on a sheet on its side; else it is cut
into pieces that repeat the columns at the left. Word and PDF set it alike, from the same widths.

Border: borders, colours and fonts are not chosen here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from pipelines.answers.document import Inline, Number, Row, Table, plain
from pipelines.answers.rendering.characters import literal, longest_word, run_width

# An A4 sheet with margins of 20 millimetres, in points.
PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 481.0, 728.0
CELL_PADDING = 9.0  # left and right together, and a little for letters that run wider
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
MANY_ROWS = 12
LONGEST_STAND_IN = 24  # characters of words that stand in the place of a figure
SMALLEST_BY_CHOICE = 8.0  # letters that are made smaller for looks alone
BOLD = 1.1  # how much wider bold headings run
LONG_TABLE = 40  # rows; longer ones take the sheet on which their rows need fewer lines
FEW_LINES = 1.35  # lines per row on average, up to which a long table stays upright
WIDEST_WISH = 190.0  # points; no column asks for more, longer texts run over several lines
LINE_HEIGHT = 1.27  # of the letter size
ROW_PADDING = 3.0  # above and below together
# Points; lower tables are not split over pages, nor are rows lower than half of that.
KEPT_PORTRAIT, KEPT_LANDSCAPE, KEPT_TEXTS = 450.0, 380.0, 180.0
TEXT_LINES = 2.5  # lines per row on average, from which a table is one of texts


@dataclass(frozen=True)
class Setting:
    """How a table, or one piece of it, is set."""

    table: Table
    is_landscape: bool
    points: float
    widths: tuple[float, ...]

    @cached_property
    def figure_columns(self) -> frozenset[int]:
        """The places of the columns that stand at the right: those of a table with figures.

        Words that stand for a figure, such as "no data", stand there too; texts do not.
        """
        rows = self.table.rows
        if self.table.row_header_columns > 1 or not _holds_figures(rows):
            return frozenset()
        return frozenset(
            place
            for place in range(1, len(self.table.columns))
            if not any(_is_text(row.cells[place]) for row in rows)
        )

    @cached_property
    def heat_columns(self) -> frozenset[int]:
        """The places of the columns whose words have a colour, and so stand in the middle."""
        return frozenset(
            place
            for place in range(1, len(self.table.columns))
            if any(plain(row.cells[place]) in self.table.heat for row in self.table.rows)
        )

    def side(self, place: int) -> str:
        """Return on which side of its column a cell and its heading stand."""
        if place in self.heat_columns:
            return "center"
        return "right" if place in self.figure_columns else "left"

    @cached_property
    def is_kept_together(self) -> bool:
        """Whether the table is low enough to stand on one page; texts may be read on the next."""
        rows = self.table.rows
        holds_texts = sum(self.lines(row) for row in rows) > TEXT_LINES * len(rows)
        kept = KEPT_TEXTS if holds_texts else self._kept
        return sum(self.height(row) for row in rows) <= kept

    def splits(self, row: Row) -> bool:
        """Whether a row is so high that it may run on to the next page."""
        return self.height(row) > self._kept / 2

    def height(self, row: Row) -> float:
        """Return about how high a row becomes, in points."""
        return self.lines(row) * self.points * LINE_HEIGHT + ROW_PADDING

    @property
    def _kept(self) -> float:
        return KEPT_LANDSCAPE if self.is_landscape else KEPT_PORTRAIT

    def lines(self, row: Row) -> int:
        """Return about how many lines a row takes."""
        return max(
            math.ceil(run_width(literal(plain(cell)), self.points) / max(width - CELL_PADDING, 1))
            for cell, width in zip(row.cells, self.widths, strict=True)
        )


@dataclass(frozen=True)
class Column:
    """What a column needs and what it would like, in points at a letter size of one point."""

    narrowest: float
    least: float
    wish: float


def settings(table: Table, continued: str, on_its_side: bool = False) -> tuple[Setting, ...]:
    """Return the piece or pieces in which a table is set.

    Args:
        table: The table.
        continued: The caption of every piece but the first.
        on_its_side: Whether the sheet is on its side whatever the table needs.
    """
    columns = _columns(table)
    fitting = _fitting(table, columns, on_its_side)
    if fitting is not None:
        fitting = _neater(fitting, columns) or fitting
        return (fitting,)
    pieces = _pieces(table, columns)
    if len(pieces) == 1:
        return (_set(table, columns, True, SIZES[-1]),)
    captions = (table.caption, *[continued] * (len(pieces) - 1))
    return tuple(
        piece
        for places, caption in zip(pieces, captions, strict=True)
        for piece in settings(_piece(table, places, caption), continued, on_its_side=True)
    )


def _fitting(table: Table, columns: Sequence[Column], on_its_side: bool) -> Setting | None:
    """Return the first setting in which everything fits, or None."""
    sheets = (True,) if on_its_side else (False, True)
    second_best = None
    for wraps_figures, is_landscape, points in product((False, True), sheets, SIZES):
        if _needed(columns, points, wraps_figures) > _width(is_landscape):
            continue
        setting = _set(table, columns, is_landscape, points)
        if not _has_many_lines(setting):
            return setting
        if second_best is None or (is_landscape, -points) > second_best[:2]:
            second_best = (is_landscape, -points, setting)
    return second_best[2] if second_best else None


def _neater(setting: Setting, columns: Sequence[Column]) -> Setting | None:
    """Return many rows of figures or heat in smaller letters, if that keeps each on one line."""
    has_short_cells = setting.figure_columns or setting.heat_columns
    if not has_short_cells or len(setting.table.rows) < MANY_ROWS:
        return None
    for points in SIZES:
        if not SMALLEST_BY_CHOICE <= points <= setting.points:
            continue
        tried = _set(setting.table, columns, setting.is_landscape, points)
        if all(tried.lines(row) == 1 for row in tried.table.rows):
            return tried
    return None


def _columns(table: Table) -> list[Column]:
    """Return the needs of every column: its longest word, its figures on one line, its texts.

    Words of a heat table stay on one line like figures; sizes in a list of names need not.
    """
    is_list = table.row_header_columns > 1
    found = []
    groups = [(group, span) for group, span in table.groups for _ in range(span)]
    groups = [("", 1)] * (len(table.columns) - len(groups)) + groups
    for heading, (place, (group, span)) in zip(table.columns, enumerate(groups), strict=True):
        texts = {literal(plain(row.cells[place])) for row in table.rows}
        figures = {
            literal(plain(row.cells[place]))
            for row in table.rows
            if not is_list
            and (isinstance(row.cells[place], Number) or row.cells[place] in table.heat)
        }
        words = [run_width(longest_word(text), 1) for text in texts]
        words.append(run_width(longest_word(literal(heading)), BOLD))
        words.append(run_width(longest_word(literal(group)), BOLD) / span)
        narrowest = max(words)
        least = max([narrowest, *(run_width(text, BOLD) for text in figures)])
        two_lines = run_width(literal(heading), BOLD) / 2
        wish = max([least, two_lines, *(run_width(text, 1) for text in texts)])
        found.append(Column(narrowest, least, wish))
    return found


def _needed(columns: Sequence[Column], points: float, wraps_figures: bool) -> float:
    return sum(
        (column.narrowest if wraps_figures else column.least) * points + CELL_PADDING
        for column in columns
    )


def _set(table: Table, columns: Sequence[Column], is_landscape: bool, points: float) -> Setting:
    """Share the width of the sheet: what columns need, then what they wish, then what is left."""
    width = _width(is_landscape)
    needs = [column.least * points + CELL_PADDING for column in columns]
    if sum(needs) > width:
        needs = [column.narrowest * points + CELL_PADDING for column in columns]
    wishes = [
        max(need, min(column.wish * points + CELL_PADDING, WIDEST_WISH))
        for need, column in zip(needs, columns, strict=True)
    ]
    left, asked = width - sum(needs), sum(wishes) - sum(needs)
    share = min(1.0, max(left, 0.0) / asked) if asked else 0.0
    widths = [need + (wish - need) * share for need, wish in zip(needs, wishes, strict=True)]
    scale = width / sum(widths)
    return Setting(table, is_landscape, points, tuple(one * scale for one in widths))


def _has_many_lines(setting: Setting) -> bool:
    """Whether a long table would run over clearly more lines than it has rows."""
    rows = setting.table.rows
    if len(rows) < LONG_TABLE:
        return False
    return sum(setting.lines(row) for row in rows) > FEW_LINES * len(rows)


def _pieces(table: Table, columns: Sequence[Column]) -> list[list[int]]:
    """Return the columns of every piece; each begins with the columns that name the row."""
    heads = list(range(table.row_header_columns))
    pieces: list[list[int]] = []
    for place in range(len(heads), len(columns)):
        tried = [*(pieces[-1] if pieces else heads), place]
        needed = _needed([columns[one] for one in tried], SIZES[-1], wraps_figures=True)
        if pieces and needed > _width(is_landscape=True):
            tried = [*heads, place]
            pieces.append(tried)
        elif pieces:
            pieces[-1] = tried
        else:
            pieces.append(tried)
    return pieces or [list(range(len(columns)))]


def _piece(table: Table, places: Sequence[int], caption: str) -> Table:
    """Return a table of some columns, under what is left of their group headings."""
    names = [""] * len(table.ungrouped_columns())
    names += [group for group, span in table.groups for _ in range(span)]
    marks = list(range(len(table.ungrouped_columns())))
    marks += [-1 - mark for mark, (_, span) in enumerate(table.groups) for _ in range(span)]
    groups: list[tuple[str, int]] = []
    last = None
    for place in places:
        if marks[place] >= 0:
            continue
        if marks[place] == last:
            groups[-1] = (names[place], groups[-1][1] + 1)
        else:
            groups.append((names[place], 1))
        last = marks[place]
    return replace(
        table,
        caption=caption,
        columns=tuple(table.columns[place] for place in places),
        rows=tuple(
            replace(row, cells=tuple(row.cells[place] for place in places)) for row in table.rows
        ),
        groups=tuple(groups),
    )


def _width(is_landscape: bool) -> float:
    return LANDSCAPE_WIDTH if is_landscape else PORTRAIT_WIDTH


def _holds_figures(rows: Sequence[Row]) -> bool:
    return any(isinstance(cell, Number) for row in rows for cell in row.cells)


def _is_text(cell: Inline) -> bool:
    """Whether a cell holds a sentence or a name, not words in the place of a figure."""
    return not isinstance(cell, Number) and len(cell) > LONGEST_STAND_IN
