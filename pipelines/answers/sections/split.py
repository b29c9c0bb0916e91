"""Part "split": a measure over the values of one split, the readings side by side and per year.

Border: what the split over working status says besides its numbers stands in ``working_status``.
"""

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
    period_style,
    reading_notes,
    rounding_note,
    shown_periods,
)
from pipelines.answers.sections.working_status import (
    WORKING_STATUS,
    working_share,
    working_status_notes,
    working_status_sentence,
)

PURPOSE = "purpose"
MOST_DRAWN = 6  # values in one chart: with more, a table tells it sooner


def split_section(material: Material, part: Part) -> Section:
    """Return the tables of each split, or that it cannot be answered and what would unlock it."""
    words = material.words
    blocks: list[Block] = []
    for measure in part.measures:
        for split in part.splits:
            blocks.extend(_split_blocks(material, part, measure, split))
    title = words.text("part", part=part.id)
    return Section(
        material.section_name(part), title, tuple(blocks), part.asks.in_language(words.language)
    )


def _split_blocks(material: Material, part: Part, measure: str, split: str) -> list[Block]:
    """Return the readings side by side, the chart of the main reading, and a table per reading."""
    labels = split_labels(material, measure, split)
    known = [one for one in material.definitions() if has_figures(material, measure, one)]
    if not known:
        return no_answer_blocks(material, part, measure)
    main = material.definitions()[0]
    blocks: list[Block] = []
    if split == WORKING_STATUS:
        said = working_status_sentence(material, measure, main)
        blocks += [said] if said else []
    blocks.append(_readings_table(material, part, measure, split, labels))
    drawn = [(value, label) for value, label in labels if value != OVERLAP]
    if main in known and 0 < len(drawn) <= MOST_DRAWN:
        blocks.append(_chart(material, part, measure, split, main, drawn))
    blocks += [_years_table(material, part, measure, split, one, labels) for one in known]
    notes = _notes(material, measure, split)
    return [*blocks, ListBlock(notes, "notes")] if notes else blocks


def has_figures(material: Material, measure: str, definition: Definition) -> bool:
    """Return whether a measure is known in any shown year; a part of it nobody has is zero."""
    return any(
        material.total(measure, definition.definition, year).is_known
        for year in material.question.window.shown_years
    )


def _readings_table(
    material: Material, part: Part, measure: str, split: str, labels: list[tuple[str, str]]
) -> Table:
    """Return the last completed year with one row per reading."""
    words, year = material.words, material.question.window.to_year
    rows, shown = [], []
    for definition in material.definitions():
        figures, cells = _row(material, measure, definition, year, split, labels)
        shown.extend(figures)
        rows.append(Row((material.reading(definition), *cells)))
    title = words.label("split_title", split)
    return Table(
        name=_name(material, part, measure, split),
        caption=material.at_place(
            words.text(
                "split.readings_caption",
                measure=material.measure_title(measure),
                split=title,
                year=material.printer.period(year),
            )
        ),
        columns=(words.text("column.reading"), *_columns(material, split, labels)),
        rows=tuple(rows),
        notes=(material.unit_note(measure), *reading_notes(material, shown)),
    )


def _years_table(
    material: Material,
    part: Part,
    measure: str,
    split: str,
    definition: Definition,
    labels: list[tuple[str, str]],
) -> Table:
    """Return every year under one reading; the page shows that of the main reading open."""
    words = material.words
    rows, shown = [], []
    for period in shown_periods(material):
        figures, cells = _row(material, measure, definition, period, split, labels)
        shown.extend(figures)
        rows.append(Row((period_label(material, period), *cells), period_style(material, period)))
    title = words.label("split_title", split)
    return Table(
        is_folded=definition != material.definitions()[0],
        name=_name(material, part, measure, split, definition.short),
        caption=material.at_place(
            words.text(
                "split.caption",
                measure=material.measure_title(measure),
                split=title,
                reading=definition.short,
            )
        ),
        columns=(words.text("column.year"), *_columns(material, split, labels)),
        rows=tuple(rows),
        notes=(material.unit_note(measure), *reading_notes(material, shown)),
    )


def _name(material: Material, part: Part, measure: str, split: str, *words: str) -> str:
    """Return the file name of a table or chart; with its measure where the part has several."""
    title = material.words.label("split_title", split)
    measures = [material.measure_word(measure)] if len(part.measures) > 1 else []
    return material.table_name(part.id, *measures, title, *words)


def _columns(material: Material, split: str, labels: list[tuple[str, str]]) -> tuple[str, ...]:
    """Return the headings after the one that names the row."""
    share = (material.words.text("column.share"),) if split == WORKING_STATUS else ()
    return (*(label for _, label in labels), material.words.text("column.total"), *share)


def _row(
    material: Material,
    measure: str,
    definition: Definition,
    period: str,
    split: str,
    labels: list[tuple[str, str]],
) -> tuple[list[PublishedFigure], list[Inline]]:
    """Return the figures of a period over the values of the split, and the cells of its row."""
    figures = {
        value: material.part(measure, definition.definition, period, split, value)
        for value, _ in labels
    }
    total = material.total(measure, definition.definition, period)
    shown = [*figures.values(), total]
    cells: list[Inline] = [material.number(figure) for figure in shown]
    if split == WORKING_STATUS:
        cells.append(working_share(material, figures, total))
    return shown, cells


def _notes(material: Material, measure: str, split: str) -> tuple[Paragraph, ...]:
    """Return what holds for every table of the part, said once below them."""
    notes: list[Paragraph] = []
    if measure not in PUBLIC_MEASURES:
        notes.append(rounding_note(material))
    if split == PURPOSE:
        notes.append(material.note("split.note_purpose"))
    elif OVERLAP in material.book.split_values(measure, split):
        notes.append(material.note("split.note_overlap"))
    if split == WORKING_STATUS:
        notes.extend(working_status_notes(material))
    return tuple(notes)


def _chart(
    material: Material,
    part: Part,
    measure: str,
    split: str,
    definition: Definition,
    labels: list[tuple[str, str]],
) -> Block:
    """Return a panel per value with a bar per year, in the words of the table too."""
    words, printer = material.words, material.printer
    bars, told = [], []
    for year in material.question.window.shown_years:
        values = []
        for value, label in labels:
            figure = material.part(measure, definition.definition, year, split, value)
            bars.append(charts.Bar(label, material.short_year(year), figure))
            values.append(f"{label} {printer.figure(figure)}")
        told.append(
            words.text("split.sentence", year=printer.period(year), values=material.join(values))
        )
    in_order = [bar for _, label in labels for bar in bars if bar.group == label]
    title = words.label("split_title", split)
    places = {
        "measure": material.measure_title(measure),
        "split": title,
        "reading": definition.short,
    }
    return charts.bounds_chart(
        name=_name(material, part, measure, split, "grafiek"),
        caption=material.at_place(words.text("split.chart_caption", **places)),
        description=words.text("split.chart_description", sentences=" ".join(told), **places),
        bars=in_order,
        printer=printer,
        words=words,
    )
