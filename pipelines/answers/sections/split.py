"""Part "split": a measure per year over the values of one split, for each reading.

The split over working status also gives the share that works, from published numbers only.

Border: what a value means was decided before publication (table ``learner_years``).
"""

from pipelines.answers import charts
from pipelines.answers.cells import Cell, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES, ProtectedShare, share_of
from pipelines.answers.document import (
    Block,
    Inline,
    ListBlock,
    Number,
    Paragraph,
    Row,
    Section,
    Table,
)
from pipelines.answers.facts import Definition
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.overview import split_labels
from pipelines.answers.sections.series import (
    period_label,
    reading_notes,
    rounding_note,
    shown_periods,
)

WORKING_STATUS = "working_status"
NOT_WORKING = ("job_seeking", "not_active")


def split_section(material: Material, part: Part) -> Section:
    """Return one table per measure, split and reading; with a chart for the main reading."""
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
    labels = split_labels(material, measure, split)
    blocks: list[Block] = []
    if split == WORKING_STATUS:
        blocks.append(material.say("split.note_status"))
    if not any(_figures(material, measure, one, split, labels) for one in material.definitions()):
        blocks.append(material.say("series.all_missing"))
    for place, definition in enumerate(material.definitions()):
        blocks.append(_table(material, part, measure, split, definition, labels))
        if place == 0 and _figures(material, measure, definition, split, labels):
            blocks.append(_chart(material, part, measure, split, definition, labels))
    blocks.append(ListBlock(_notes(material, measure, split), "notes"))
    return blocks


def _figures(
    material: Material,
    measure: str,
    definition: Definition,
    split: str,
    labels: list[tuple[str, str]],
) -> list[PublishedFigure]:
    """Return the known figures of a split over the shown years."""
    found = []
    for year in material.question.window.shown_years:
        cell = Cell(measure, definition.definition, year)
        for value, _ in labels:
            figure = material.book.split_figure(cell, split, value)
            if figure.is_known:
                found.append(figure)
    return found


def _table(
    material: Material,
    part: Part,
    measure: str,
    split: str,
    definition: Definition,
    labels: list[tuple[str, str]],
) -> Table:
    words = material.words
    rows, shown = [], []
    for period in shown_periods(material):
        cell = Cell(measure, definition.definition, period)
        figures = {value: material.book.split_figure(cell, split, value) for value, _ in labels}
        total = material.book.figure(cell)
        shown.extend([*figures.values(), total])
        numbers: list[Inline] = [material.number(figure) for figure in figures.values()]
        numbers.append(material.number(total))
        if split == WORKING_STATUS:
            numbers.append(_share(material, figures, total))
        style = "total" if period == material.question.window.label else "plain"
        rows.append(Row((period_label(material, period), *numbers), style))
    share = (words.text("column.share"),) if split == WORKING_STATUS else ()
    return Table(
        is_folded=not any(figure.is_known for figure in shown),
        name=f"{part.id}-{material.file_word(words.label('split_title', split))}"
        f"-{material.file_word(definition.short)}",
        caption=words.text(
            "split.caption",
            measure=material.measure_title(measure),
            split=words.label("split_title", split),
            reading=definition.short,
        ),
        columns=(
            words.text("column.year"),
            *(label for _, label in labels),
            words.text("column.total"),
            *share,
        ),
        rows=tuple(rows),
        notes=(material.unit_note(measure), *reading_notes(material, shown)),
    )


def _notes(material: Material, measure: str, split: str) -> tuple[Paragraph, ...]:
    """Return what holds for every table of the part, said once below them."""
    notes: list[Paragraph] = []
    if measure not in PUBLIC_MEASURES:
        notes.append(rounding_note(material))
    if split == WORKING_STATUS:
        notes.append(material.note("split.note_unknown"))
        notes.append(
            material.note(
                "split.note_percentage",
                percentage_base=material.parameter("percentage_base"),
                max_unknown_share=material.parameter("max_unknown_share"),
            )
        )
    return tuple(notes)


def _share(
    material: Material, figures: dict[str, PublishedFigure], total: PublishedFigure
) -> Inline:
    """Return working / (working + not working), or why there is no percentage."""
    if not total.is_known:
        return material.words.text("figure.missing")
    used = ("working", *NOT_WORKING, "unknown")
    share = share_of(
        figures["working"],
        [figures[status] for status in NOT_WORKING],
        figures["unknown"],
        material.rules,
    )
    if share is None:
        return material.words.text("figure.no_percentage")
    return Number(
        key=f"derived:share:working:{total.key}",
        text=_share_text(material, share),
        source="derived",
        derived_from=tuple(figures[status].key for status in used),
        lower=share.lowest,
        upper=share.highest,
    )


def _share_text(material: Material, share: ProtectedShare) -> str:
    percentage = material.printer.percentage
    lowest, highest = percentage(share.lowest), percentage(share.highest)
    if share.share is None:
        return material.words.text("figure.interval", lowest=lowest, highest=highest)
    middle = percentage(share.share)
    if lowest == highest:
        return middle
    return material.words.text("figure.share", share=middle, lowest=lowest, highest=highest)


def _chart(
    material: Material,
    part: Part,
    measure: str,
    split: str,
    definition: Definition,
    labels: list[tuple[str, str]],
) -> Block:
    words, printer = material.words, material.printer
    bars, told = [], []
    for year in material.question.window.shown_years:
        cell = Cell(measure, definition.definition, year)
        values = []
        for value, label in labels:
            figure = material.book.split_figure(cell, split, value)
            bars.append(charts.Bar(label, printer.period(year), figure))
            values.append(f"{label} {printer.figure(figure)}")
        told.append(
            words.text("split.sentence", year=printer.period(year), values=material.join(values))
        )
    return charts.stacked_chart(
        name=f"{part.id}-{material.file_word(words.label('split_title', split))}-grafiek",
        caption=words.text("split.chart_caption", reading=definition.short),
        description=words.text("split.chart_description", sentences=" ".join(told)),
        bars=bars,
        printer=printer,
        words=words,
    )
