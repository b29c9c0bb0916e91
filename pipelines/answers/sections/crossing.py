"""Part "crossing": a measure over two splits at once, for each reading.

The last year comes first, as a table of the first split against the second with the totals of both;
then all years below each other. Totals are cells of the cube and no sums: what stands in several
cells is counted once in a total, and the overlap says how much that is.

Border: a single split is ``split``; which crossings there are is a fact of the published file.
"""

from collections.abc import Iterable

from pipelines.answers import charts
from pipelines.answers.cells import OVERLAP, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.answers.document import (
    Block,
    Inline,
    ListBlock,
    Paragraph,
    Row,
    Section,
    Table,
)
from pipelines.answers.facts import Definition
from pipelines.answers.questions import Part
from pipelines.answers.sections.gaps import no_answer_blocks
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.overview import split_labels
from pipelines.answers.sections.series import (
    period_label,
    reading_notes,
    rounding_note,
    shown_periods,
)
from pipelines.answers.sections.split import MOST_DRAWN, has_figures
from pipelines.answers.sections.working_status import (
    WORKING_STATUS,
    working_share,
    working_status_notes,
)
from pipelines.answers.vocabulary import Crossing

MOST_UNFOLDED = 16  # rows; a longer table of all years is opened by who needs it
Labels = list[tuple[str, str]]


def crossing_section(material: Material, part: Part) -> Section:
    """Return the tables per measure, crossing and reading; with a chart for the main reading."""
    blocks: list[Block] = []
    for measure in part.measures:
        for crossing in part.crossings:
            blocks.extend(Crossed(material, part, measure, crossing).blocks())
    title = material.words.text("part", part=part.id)
    return Section(
        material.section_name(part),
        title,
        tuple(blocks),
        part.asks.in_language(material.words.language),
    )


class Crossed:
    """One measure over one crossing: its tables, chart and notes."""

    def __init__(self, material: Material, part: Part, measure: str, crossing: Crossing) -> None:
        self._material = material
        self._part = part
        self._measure = measure
        self._first, self._second = crossing
        self._rows = self._labels(self._first)
        self._columns = self._labels(self._second)

    def blocks(self) -> list[Block]:
        """Return the tables of each reading, the main one with a chart, and the notes."""
        material, readings = self._material, self._material.definitions()
        year = material.question.window.to_year
        if not any(has_figures(material, self._measure, one) for one in readings):
            return no_answer_blocks(material, self._part, self._measure)
        blocks: list[Block] = [
            material.say("crossing.intro", measure=material.measure_word(self._measure))
        ]
        for place, definition in enumerate(readings):
            blocks.append(self._year_table(definition, year))
            if place == 0 and self._can_be_drawn(definition, year):
                blocks.append(self._chart(definition, year))
            if len(shown_periods(material)) > 1:
                blocks.append(self._periods_table(definition))
        return [*blocks, ListBlock(tuple(self._notes()), "notes")]

    @property
    def _has_share(self) -> bool:
        """Whether the columns are working statuses, so that each row has a share that works."""
        return self._second == WORKING_STATUS

    def _labels(self, split: str) -> Labels:
        """Return the values of a split with their words; of a place of one kind that kind only."""
        found = [
            (value, label)
            for value, label in split_labels(self._material, self._measure, split)
            if value != OVERLAP
        ]
        kind = self._material.place.kind
        return [one for one in found if one[0] == kind] if self._is_kind(split) else found

    def _is_kind(self, split: str) -> bool:
        return split == "institution_kind" and self._material.place.kind is not None

    def _figure(
        self, definition: Definition, period: str, first: str, second: str
    ) -> PublishedFigure:
        """Return the figure of one cell, whatever the order in which the cube names the splits."""
        pairs = ((self._first, first), (self._second, second))
        return self._material.crossed(self._measure, definition.definition, period, pairs)

    def _cells(self, definition: Definition, period: str) -> list[PublishedFigure]:
        return [
            self._figure(definition, period, first, second)
            for first, _ in self._rows
            for second, _ in self._columns
        ]

    def _part_total(
        self, definition: Definition, period: str, split: str, value: str
    ) -> PublishedFigure:
        """Return the figure of one value of one of the splits, the other one left aside."""
        material = self._material
        return material.part(self._measure, definition.definition, period, split, value)

    def _row(self, definition: Definition, period: str, value: str) -> list[PublishedFigure]:
        """Return the figures of one row: each column, then its total."""
        cells = [self._figure(definition, period, value, second) for second, _ in self._columns]
        return [*cells, self._part_total(definition, period, self._first, value)]

    def _total_row(self, definition: Definition, period: str) -> list[PublishedFigure]:
        """Return the figures of all rows together: each column's total, then the whole."""
        cells = [
            self._part_total(definition, period, self._second, second)
            for second, _ in self._columns
        ]
        return [*cells, self._material.total(self._measure, definition.definition, period)]

    def _overlap(self, definition: Definition, period: str) -> PublishedFigure:
        return self._figure(definition, period, OVERLAP, OVERLAP)

    def _heads(self) -> tuple[str, ...]:
        words = self._material.words
        return (
            words.label("split_column", self._first),
            *(label for _, label in self._columns),
            words.text("column.total"),
            *([words.text("column.share")] if self._has_share else []),
        )

    def _year_table(self, definition: Definition, year: str) -> Table:
        material, words = self._material, self._material.words
        shown = [self._row(definition, year, value) for value, _ in self._rows]
        rows = [
            Row((label, *self._numbers(figures)))
            for (_, label), figures in zip(self._rows, shown, strict=True)
        ]
        if not self._is_kind(self._first):
            shown.append(self._total_row(definition, year))
            rows.append(Row((words.text("column.total"), *self._numbers(shown[-1])), "total"))
        figures = [figure for row in shown for figure in row]
        return Table(
            name=self._name(definition.short),
            caption=self._caption("crossing.caption", definition, material.year_label(year)),
            columns=self._heads(),
            rows=tuple(rows),
            notes=tuple(self._table_notes(figures, definition, year)),
        )

    def _periods_table(self, definition: Definition) -> Table:
        """Return every period with its rows below each other."""
        material, words = self._material, self._material.words
        rows, figures = [], []
        for period in shown_periods(material):
            label = period_label(material, period)
            for value, name in self._rows:
                found = self._row(definition, period, value)
                figures.extend(found)
                rows.append(Row((label, name, *self._numbers(found))))
            if not self._is_kind(self._first):
                found = self._total_row(definition, period)
                figures.extend(found)
                total = words.text("column.total")
                rows.append(Row((label, total, *self._numbers(found)), "subtotal"))
        return Table(
            name=self._name(definition.short, "per-jaar"),
            caption=self._caption("crossing.periods_caption", definition),
            columns=(words.text("column.year"), *self._heads()),
            rows=tuple(rows),
            row_header_columns=2,
            is_folded=len(rows) > MOST_UNFOLDED,
            notes=(material.unit_note(self._measure), *reading_notes(material, figures)),
        )

    def _numbers(self, figures: list[PublishedFigure]) -> list[Inline]:
        """Return the figures of a row as numbers, and the share that works where there is one."""
        numbers = [self._material.number(figure) for figure in figures]
        if self._has_share:
            statuses = (value for value, _ in self._columns)
            by_status = dict(zip(statuses, figures, strict=False))
            numbers.append(working_share(self._material, by_status, figures[-1]))
        return numbers

    def _table_notes(
        self, figures: list[PublishedFigure], definition: Definition, year: str
    ) -> list[Paragraph]:
        material = self._material
        notes = [material.unit_note(self._measure), *reading_notes(material, figures)]
        overlap = self._overlap(definition, year)
        if overlap.table == "counts" and overlap.is_known:
            notes.append(material.note("crossing.note_overlap", overlap=material.number(overlap)))
        return notes

    def _notes(self) -> Iterable[Paragraph]:
        """Yield what holds for every table of the crossing, said once below them."""
        yield self._material.note("crossing.note_totals")
        if self._measure not in PUBLIC_MEASURES:
            yield rounding_note(self._material)
        if self._has_share:
            yield from working_status_notes(self._material)

    def _can_be_drawn(self, definition: Definition, year: str) -> bool:
        is_small = 0 < len(self._columns) <= MOST_DRAWN and len(self._rows) > 1
        known = [figure for figure in self._cells(definition, year) if figure.is_known]
        return is_small and any(figure.lower for figure in known)

    def _chart(self, definition: Definition, year: str) -> Block:
        material, words = self._material, self._material.words
        bars, told = [], []
        for value, row in self._rows:
            values = []
            for second, column in self._columns:
                figure = self._figure(definition, year, value, second)
                bars.append(charts.Bar(column, row, figure))
                values.append(f"{column} {material.printer.figure(figure)}")
            told.append(words.text("crossing.sentence", row=row, values=material.join(values)))
        in_order = [bar for _, column in self._columns for bar in bars if bar.group == column]
        return charts.bounds_chart(
            name=self._name("grafiek"),
            caption=self._caption("crossing.chart_caption", definition, material.year_label(year)),
            description=words.text(
                "crossing.chart_description",
                measure=material.measure_word(self._measure),
                first=words.label("split_title", self._first),
                second=words.label("split_title", self._second),
                sentences=" ".join(told),
            ),
            bars=in_order,
            printer=material.printer,
            words=words,
        )

    def _name(self, *words: str) -> str:
        """Return the file name of a table or chart, told apart from those of other crossings."""
        titles = [
            self._material.words.label("split_column", split)
            for split in (self._first, self._second)
        ]
        measures = [self._material.measure_word(self._measure)]
        several = len(self._part.measures) > 1
        named = [*(measures if several else []), *titles]
        return self._material.table_name(self._part.id, *named, *words)

    def _caption(self, name: str, definition: Definition, year: str = "") -> str:
        material, words = self._material, self._material.words
        said = words.text(
            name,
            measure=material.measure_title(self._measure),
            first=words.label("split_title", self._first),
            second=words.label("split_title", self._second),
            reading=definition.short,
            year=year,
        )
        return material.at_place(said)
