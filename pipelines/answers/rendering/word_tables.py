"""Tables of the Word document: real heading rows that repeat, rows that stay whole, shaded cells.

The markup is written as text and read once per table: cell by cell through the library a list of
five hundred offerings takes longer than the rest of the answer.

Border: letter size and widths come from ``table_setting``; styles stand in ``word_styles``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.table import CT_Tbl

from pipelines.answers.document import Row, plain
from pipelines.answers.rendering.characters import literal
from pipelines.answers.rendering.paper import heat_of
from pipelines.answers.rendering.table_setting import Setting
from pipelines.answers.rendering.word_styles import FRAME, LINE, MARK, TABLE_STYLE, TINT

STRONG_ROWS = {"subtotal": TINT, "heading": TINT, "total": None}  # their fill
RULE, HAIR, THICK = (8, MARK), (4, LINE), (12, FRAME)  # eighths of a point, and colour
GAP = (4, "ffffff")  # keeps coloured cells apart
SIDES = ("top", "left", "bottom", "right")
Line = tuple[int, str]


@dataclass(frozen=True)
class Cell:
    """One cell as Word is told to draw it.

    Attributes:
        merge: ``restart`` for the upper of two merged cells, ``continue`` for the lower.
        lines: The lines around it that differ from the table's, by side.
        keeps: Whether its row stays on the page of the next one.
    """

    words: str
    width: float
    side: str = "left"
    span: int = 1
    merge: str | None = None
    lines: tuple[tuple[str, Line], ...] = ()
    fill: str | None = None
    ink: str | None = None
    is_strong: bool = False
    is_heading: bool = False
    keeps: bool = False

    def markup(self, points: float) -> str:
        """Return the cell; the parts stand in the order that the format prescribes."""
        letters = "<w:b/><w:bCs/>" if self.is_strong else ""
        letters += f'<w:color w:val="{self.ink}"/>' if self.ink else ""
        letters += f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'
        kept = "<w:keepNext/>" if self.keeps else ""
        return (
            f"<w:tc><w:tcPr>{self._properties()}</w:tcPr>"
            f'<w:p><w:pPr><w:pStyle w:val="Tabelcel"/>{kept}<w:jc w:val="{self.side}"/></w:pPr>'
            f"<w:r><w:rPr>{letters}</w:rPr>"
            f'<w:t xml:space="preserve">{escape(literal(self.words))}</w:t></w:r></w:p></w:tc>'
        )

    def _properties(self) -> str:
        parts = [f'<w:tcW w:w="{_twentieths(self.width)}" w:type="dxa"/>']
        if self.span > 1:
            parts.append(f'<w:gridSpan w:val="{self.span}"/>')
        if self.merge:
            parts.append(f'<w:vMerge w:val="{self.merge}"/>')
        if self.lines:
            lines = "".join(
                f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
                for side, (size, color) in self.lines
            )
            parts.append(f"<w:tcBorders>{lines}</w:tcBorders>")
        if self.fill:
            parts.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{self.fill}"/>')
        if self.is_heading:
            parts.append('<w:vAlign w:val="bottom"/>')
        return "".join(parts)


def word_table(setting: Setting, keeps_with_next: bool) -> CT_Tbl:
    """Return a table as Word's own element.

    Args:
        setting: The table with its letter size and widths.
        keeps_with_next: Whether the last row stays with what follows, such as the notes.
    """
    rows = [_row(setting, cells, is_heading=True) for cells in _headings(setting)]
    for place, row in enumerate(setting.table.rows):
        is_last = place == len(setting.table.rows) - 1
        keeps = keeps_with_next if is_last else setting.is_kept_together
        rows.append(_row(setting, _cells(setting, row, keeps), splits=setting.splits(row)))
    grid = "".join(f'<w:gridCol w:w="{_twentieths(width)}"/>' for width in setting.widths)
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="{TABLE_STYLE}"/>'
        f'<w:tblW w:w="{_twentieths(sum(setting.widths))}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" '
        'w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(literal(setting.table.caption))}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _headings(setting: Setting) -> list[list[Cell]]:
    """Return the heading row, or two of them where columns stand under a common heading."""
    table = setting.table
    places = range(len(table.columns))
    if not table.groups:
        return [[_heading(setting, place) for place in places]]
    alone = len(table.ungrouped_columns())
    upper = [_heading(setting, place, "restart") for place in range(alone)]
    place = alone
    for group, span in table.groups:
        width = sum(setting.widths[place : place + span])
        lines = (("bottom", HAIR),)
        upper.append(
            replace(
                _heading(setting, place),
                words=group,
                width=width,
                side="center",
                span=span,
                lines=lines,
            )
        )
        place += span
    lower = [_heading(setting, place, "continue" if place < alone else None) for place in places]
    return [upper, lower]


def _heading(setting: Setting, place: int, merge: str | None = None) -> Cell:
    return Cell(
        "" if merge == "continue" else setting.table.columns[place],
        setting.widths[place],
        setting.side(place),
        merge=merge,
        lines=(("bottom", RULE),),
        is_strong=True,
        is_heading=True,
        keeps=True,
    )


def _cells(setting: Setting, row: Row, keeps: bool) -> Iterable[Cell]:
    """Yield the cells of a row; words of a heat table have their colour."""
    lines: tuple[tuple[str, Line], ...] = (("top", RULE),) if row.style == "total" else ()
    for place, inline in enumerate(row.cells):
        words = plain(inline)
        heat = heat_of(setting.table, place, words)
        frame = tuple((side, THICK if heat and heat.is_framed else GAP) for side in SIDES)
        yield Cell(
            words,
            setting.widths[place],
            setting.side(place),
            lines=frame if heat else lines,
            fill=heat.fill if heat else STRONG_ROWS.get(row.style),
            ink=heat.ink if heat else None,
            is_strong=row.style in STRONG_ROWS,
            keeps=keeps,
        )


def _row(
    setting: Setting, cells: Iterable[Cell], is_heading: bool = False, splits: bool = False
) -> str:
    marks = "" if splits else "<w:cantSplit/>"
    marks += "<w:tblHeader/>" if is_heading else ""
    drawn = "".join(cell.markup(setting.points) for cell in cells)
    return f"<w:tr><w:trPr>{marks}</w:trPr>{drawn}</w:tr>"


def _twentieths(points: float) -> int:
    return round(points * 20)
