"""Units as a list to read: one line each, under the delivery they come from, joint rows below.

Border: which units are listed is decided by the pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.answers.cells import Cell
from pipelines.explaining.figures.keys import years_of
from pipelines.explaining.figures.openness import openness, read_judged
from pipelines.explaining.figures.records import COMPONENTS, CREDITS, Record, Unit
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Grid, Note, Subheading

OFFERINGS, PROGRAMMES = "offerings", "programmes"
PLACE, YEAR, CREDITS_WIDTH, DECIDING = 8, 9, 6, 16  # widths of columns
SHORTEST_ID, LONGEST_ID = 12, 26
ALSO_INDENT = PLACE + 2
Blocks = list[Grid | Note | Subheading]
Below = Callable[[Unit], list[Note]]


class Listing:
    """Lists the units of a cell.

    Attributes:
        kind: The kind of delivery the records come from.
    """

    def __init__(self, tell: FigureTeller, cell: Cell, rules: str) -> None:
        self._tell = tell
        self._cell = cell
        self._rules = rules
        self.kind = PROGRAMMES if cell.measure == COMPONENTS else OFFERINGS

    def counted(self, units: Sequence[Unit]) -> Blocks:
        """Return units that count for certain, with the rule that decided."""
        shown, more = self._tell.cut_to_limit(sorted(units, key=_place_of))
        return self._blocks(shown, more, "deciding", self._others)

    def open(self, units: Sequence[Unit]) -> Blocks:
        """Return units that only the upper bound counts, with what would decide."""
        shown, more = self._tell.cut_to_limit(sorted(units, key=_place_of))
        if self.kind == PROGRAMMES:
            cure = self._tell.words.text("open_brief.integrative")
            note = Note(self._tell.say("open_all", cure=cure))
            return [*self._blocks(shown, more, "open", self._others), note]
        heads = [unit.head for unit in shown]
        judged = read_judged(self._tell.source.connection, heads, self._rules)

        def below(unit: Unit) -> list[Note]:
            definition = self._cell.definition
            criteria, cure = openness(self._tell.teller, judged, unit.head, definition)
            said = self._tell.say("open_on", criteria=criteria, cure=cure)
            return [Note(said, ALSO_INDENT), *self._others(unit)]

        return self._blocks(shown, more, "open", below)

    def _blocks(
        self, shown: Sequence[Unit], more: Sequence[Note], decided: str, below: Below
    ) -> Blocks:
        tell = self._tell
        columns = [*self._columns(shown), (decided, DECIDING)]
        headings = tuple(tell.word("column", name) for name, _ in columns)
        widths = tuple(width for _, width in columns)
        by_delivery: dict[tuple[str, str | None], list[Unit]] = {}
        for unit in shown:
            head = unit.head
            by_delivery.setdefault((head.institution_id, head.delivery_id), []).append(unit)
        blocks: Blocks = []
        for place, units in by_delivery.items():
            blocks.append(Subheading(self._delivery(*place)))
            for unit in units:
                row = (*self._cells(unit), tell.deciding(unit.head.deciding))
                blocks.append(Grid(headings, (row,), widths, has_heading=len(blocks) == 1))
                blocks.extend(below(unit))
        return [*_joined(blocks), *more] or [Note(tell.say("none_counted"))]

    def _columns(self, units: Sequence[Unit]) -> list[tuple[str, int]]:
        """Return name and width of the columns that say which unit it is."""
        longest = max((len(unit.head.record_id) for unit in units), default=SHORTEST_ID)
        id_width = min(max(longest, SHORTEST_ID), LONGEST_ID)
        columns = [("place", PLACE), (self.kind, id_width), ("title", 0)]
        if self._is_window:
            columns.append(("year", YEAR))
        if self._cell.measure == CREDITS:
            columns.append(("credits", CREDITS_WIDTH))
        return columns

    @property
    def _is_window(self) -> bool:
        return len(years_of(self._cell.year)) > 1

    def _cells(self, unit: Unit) -> tuple[str, ...]:
        tell, head = self._tell, unit.head
        cells = [
            tell.row(self.kind, head.delivery_id, head.row_number),
            head.record_id,
            head.title or tell.words.text("title.untitled"),
        ]
        if self._is_window:
            cells.append(tell.printer.period(head.academic_year))
        if self._cell.measure == CREDITS:
            cells.append("" if unit.credits is None else tell.amount(unit.credits))
        return tuple(cells)

    def rows(self, unit: Unit) -> list[Note]:
        """Return every row of a unit with its file and its own verdict."""
        return [Note(self._record(one), ALSO_INDENT) for one in unit.records]

    def _others(self, unit: Unit) -> list[Note]:
        """Return the other rows of a unit: partners of a joint offering, other years."""
        head = unit.head
        return [
            Note(self._tell.say("also", record=self._record(other, head)), ALSO_INDENT)
            for other in unit.records
            if other is not head
        ]

    def _delivery(self, institution_id: str, delivery_id: str | None) -> str:
        tell, institution = self._tell, self._tell.institution(institution_id)
        file = tell.file(self.kind, delivery_id)
        if file is None:
            return tell.say("delivery_unknown", institution=institution)
        day = tell.received(file)
        return tell.say("delivery", institution=institution, file=file.file_name, day=day)

    def _record(self, record: Record, head: Record | None = None) -> str:
        """Return the row of a record; its id only where it is not that of the head."""
        tell = self._tell
        file = tell.file(self.kind, record.delivery_id)
        said = tell.say(
            "record",
            year=tell.printer.period(record.academic_year),
            place=tell.row(self.kind, record.delivery_id, record.row_number),
            file=file.file_name if file else tell.words.text("origin.nowhere"),
            day=tell.received(file),
            verdict=tell.word("verdict", record.verdict),
        )
        if head is not None and head.record_id == record.record_id:
            return said
        return tell.say("record_of", record_id=record.record_id, record=said)


def _joined(blocks: Blocks) -> Blocks:
    """Return the same blocks, with tables that follow each other made one."""
    found: Blocks = []
    for block in blocks:
        last = found[-1] if found else None
        if isinstance(block, Grid) and isinstance(last, Grid):
            found[-1] = replace(last, rows=(*last.rows, *block.rows))
        else:
            found.append(block)
    return found


def _place_of(unit: Unit) -> tuple[object, ...]:
    head = unit.head
    return (
        head.institution_id,
        head.academic_year,
        head.delivery_id or "",
        head.row_number or 0,
        head.record_id,
    )
