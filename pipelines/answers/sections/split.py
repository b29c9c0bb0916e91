"""Part "split": a measure over the values of one split, the readings side by side and per year.

Border: what the split over working status says besides its numbers stands in ``working_status``.
"""

from pipelines.answers import charts
from pipelines.answers.cells import Cell, PublishedFigure
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
from pipelines.answers.sections.working_status import (
    WORKING_STATUS,
    working_share,
    working_status_notes,
    working_status_sentence,
)


def split_section(material: Material, part: Part) -> Section:
    """Return the tables of each split, or that it cannot be answered and what would unlock it."""
    words = material.words
    blocks: list[Block] = []
    for measure in part.measures:
        for split in part.splits:
            blocks.extend(_split_blocks(material, part, measure, split))
    title = words.text("part", part=part.id)
    return Section(
        f"antwoord-{part.id}", title, tuple(blocks), part.asks.in_language(words.language)
    )


def _split_blocks(material: Material, part: Part, measure: str, split: str) -> list[Block]:
    """Return the readings side by side, the chart of the main reading, and a table per reading."""
    labels = split_labels(material, measure, split)
    known = [
        one for one in material.definitions() if _has_figures(material, measure, one, split, labels)
    ]
    if not known:
        return no_answer_blocks(material, part, measure)
    main = material.definitions()[0]
    blocks: list[Block] = []
    if split == WORKING_STATUS:
        said = working_status_sentence(material, measure, main)
        blocks += [said] if said else []
    blocks.append(_readings_table(material, part, measure, split, labels))
    if main in known:
        blocks.append(_chart(material, part, measure, split, main, labels))
    blocks += [_years_table(material, part, measure, split, one, labels) for one in known]
    notes = _notes(material, measure, split)
    return [*blocks, ListBlock(notes, "notes")] if notes else blocks


def _has_figures(
    material: Material,
    measure: str,
    definition: Definition,
    split: str,
    labels: list[tuple[str, str]],
) -> bool:
    """Return whether any value of a split is known in any shown year."""
    return any(
        material.book.split_figure(
            Cell(measure, definition.definition, year), split, value
        ).is_known
        for year in material.question.window.shown_years
        for value, _ in labels
    )


def _readings_table(
    material: Material, part: Part, measure: str, split: str, labels: list[tuple[str, str]]
) -> Table:
    """Return the last completed year with one row per reading."""
    words, year = material.words, material.question.window.to_year
    rows, shown = [], []
    for definition in material.definitions():
        cell = Cell(measure, definition.definition, year)
        figures, cells = _row(material, cell, split, labels)
        shown.extend(figures)
        rows.append(Row((material.reading(definition), *cells)))
    title = words.label("split_title", split)
    return Table(
        name=f"{part.id}-{material.file_word(title)}",
        caption=words.text(
            "split.readings_caption",
            measure=material.measure_title(measure),
            split=title,
            year=material.printer.period(year),
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
        cell = Cell(measure, definition.definition, period)
        figures, cells = _row(material, cell, split, labels)
        shown.extend(figures)
        style = "total" if period == material.question.window.label else "plain"
        rows.append(Row((period_label(material, period), *cells), style))
    title = words.label("split_title", split)
    return Table(
        is_folded=definition != material.definitions()[0],
        name=f"{part.id}-{material.file_word(title)}-{material.file_word(definition.short)}",
        caption=words.text(
            "split.caption",
            measure=material.measure_title(measure),
            split=title,
            reading=definition.short,
        ),
        columns=(words.text("column.year"), *_columns(material, split, labels)),
        rows=tuple(rows),
        notes=(material.unit_note(measure), *reading_notes(material, shown)),
    )


def _columns(material: Material, split: str, labels: list[tuple[str, str]]) -> tuple[str, ...]:
    """Return the headings after the one that names the row."""
    share = (material.words.text("column.share"),) if split == WORKING_STATUS else ()
    return (*(label for _, label in labels), material.words.text("column.total"), *share)


def _row(
    material: Material, cell: Cell, split: str, labels: list[tuple[str, str]]
) -> tuple[list[PublishedFigure], list[Inline]]:
    """Return the figures of one cell over its values, and the cells of its row."""
    figures = {value: material.book.split_figure(cell, split, value) for value, _ in labels}
    total = material.book.figure(cell)
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
        cell = Cell(measure, definition.definition, year)
        values = []
        for value, label in labels:
            figure = material.book.split_figure(cell, split, value)
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
        name=f"{part.id}-{material.file_word(title)}-grafiek",
        caption=words.text("split.chart_caption", **places),
        description=words.text("split.chart_description", sentences=" ".join(told), **places),
        bars=in_order,
        printer=printer,
        words=words,
    )
