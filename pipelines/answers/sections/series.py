"""Part "series": a measure per academic year under each reading, and what its growth consists of.

Border: whether something rises is judged in ``direction``; how figures are read is said in
``guide``.
"""

from collections.abc import Iterable

from pipelines.answers import charts
from pipelines.answers.cells import FLANDERS, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.answers.document import (
    Block,
    Inline,
    ListBlock,
    Paragraph,
    Row,
    Section,
    Table,
    plain_paragraph,
)
from pipelines.answers.facts import Definition
from pipelines.answers.questions import Part
from pipelines.answers.sections.conclusion import direction_sentence
from pipelines.answers.sections.gaps import no_answer_blocks
from pipelines.answers.sections.growth import growth_blocks
from pipelines.answers.sections.material import Material


def series_section(material: Material, part: Part) -> Section:
    """Return the direction, table and chart per measure, and the growth where it is asked."""
    words = material.words
    blocks: list[Block] = []
    for measure in part.measures:
        if not _known(_figures(material, measure)):
            blocks.extend(no_answer_blocks(material, part, measure))
            continue
        blocks.append(ListBlock(tuple(_answers(material, part, measure))))
        blocks.append(_year_table(material, part, measure))
        blocks.append(_chart(material, part, measure))
        if part.has_growth:
            blocks.extend(growth_blocks(material, part, measure))
    title = words.text("part", part=part.id)
    return Section(
        material.section_name(part), title, tuple(blocks), part.asks.in_language(words.language)
    )


def reading_notes(material: Material, figures: Iterable[PublishedFigure]) -> list[Paragraph]:
    """Return what holds for a table only; how figures are read is said once, in ``guide``."""
    carried = _carried_forward(material, figures)
    if not carried:
        return []
    return [material.note("series.note_carried", sources=material.join(carried))]


def _carried_forward(material: Material, figures: Iterable[PublishedFigure]) -> list[str]:
    """Return the institutions, each with its years, whose coverage says it is carried forward.

    Only what coverage says of an institution, year and kind itself is named: a cell of several
    institutions or years is flagged as soon as one of them is.
    """
    window = material.question.window
    asked: set[tuple[str, str, str]] = set()
    for one in figures:
        kind = material.published.measures[one.cell.measure].kind
        years = window.years if one.cell.year == window.label else (one.cell.year,)
        asked.update((one.cell.institution, year, kind) for year in years)
    here = {one.institution_id for one in material.institutions()}
    carried: dict[str, set[str]] = {}
    for (institution_id, year, kind), supply in material.published.supplies.items():
        if supply.status == "carried_forward" and (
            {(institution_id, year, kind), (FLANDERS, year, kind)} & asked
        ):
            carried.setdefault(institution_id, set()).add(year)
    return [
        material.words.text(
            "series.carried_source",
            institution=name,
            years=material.join_years(sorted(carried[institution_id])),
        )
        for institution_id, name in material.institution_names().items()
        if institution_id in here.intersection(carried)
    ]


def rounding_note(material: Material) -> Paragraph:
    """Return the note under every table about persons: rounded, or exact with hidden numbers."""
    if material.rules.method != "rounding":
        name = "note_hidden"
    else:
        name = "note_coarser" if material.rules.coarser else "note_rounded"
    return material.note(f"series.{name}", base=material.parameter("disclosure_base"))


def shown_periods(material: Material) -> tuple[str, ...]:
    """Return the years, the whole window where it is counted, and the running year, as rows."""
    window, whole = material.question.window, material.window_label()
    running = (window.running_year,) if window.running_year else ()
    return (*window.years, *((whole,) if whole else ()), *running)


def period_label(material: Material, period: str) -> str:
    """Return the heading of a row for one year or for the whole window."""
    if period == material.window_label():
        return material.words.text("row.window")
    return material.year_label(period)


def period_style(material: Material, period: str) -> str:
    """Return the style of the row of a period: the whole window is a total."""
    return "total" if period == material.window_label() else "plain"


def _figures(material: Material, measure: str) -> list[PublishedFigure]:
    return [
        material.total(measure, one.definition, period)
        for one in material.definitions()
        for period in shown_periods(material)
    ]


def _known(figures: Iterable[PublishedFigure]) -> list[PublishedFigure]:
    return [figure for figure in figures if figure.is_known]


def _answers(material: Material, part: Part, measure: str) -> list[Paragraph]:
    """Return, per reading, the direction where growth is asked, else the first and last number."""
    if part.has_growth:
        return [direction_sentence(material, measure, one) for one in material.definitions()]
    return [_sentence(material, measure, one) for one in material.definitions()]


def _sentence(material: Material, measure: str, definition: Definition) -> Paragraph:
    figures = _known(
        material.total(measure, definition.definition, year)
        for year in material.question.window.years
    )
    if not figures:
        return material.say("series.sentence_missing", reading=material.reading(definition))
    last = figures[-1]
    places: dict[str, Inline] = {
        "reading": material.reading(definition),
        "last": material.number(last),
        "last_year": material.printer.period(last.cell.year),
    }
    if len(figures) == 1:
        return material.say("series.sentence_one", **places)
    return material.say(
        "series.sentence_known",
        first=material.number(figures[0]),
        first_year=material.printer.period(figures[0].cell.year),
        **places,
    )


def _year_table(material: Material, part: Part, measure: str) -> Table:
    rows, shown = [], []
    for period in shown_periods(material):
        figures = [
            material.total(measure, one.definition, period) for one in material.definitions()
        ]
        shown.extend(figures)
        numbers: list[Inline] = [material.number(figure) for figure in figures]
        numbers.extend(material.reporting_cells(figures[0]))
        style = period_style(material, period)
        rows.append(Row((period_label(material, period), *numbers), style))
    return Table(
        name=material.table_name(part.id, material.measure_word(measure), "per-jaar"),
        caption=material.at_place(
            material.words.text("series.caption", measure=material.measure_title(measure))
        ),
        columns=(
            material.words.text("column.year"),
            *(one.short for one in material.definitions()),
            *material.reporting_columns(),
        ),
        rows=tuple(rows),
        notes=_notes(material, measure, shown),
    )


def _notes(material: Material, measure: str, shown: list[PublishedFigure]) -> tuple[Paragraph, ...]:
    """Return the unit, the rounding of persons, and earlier deliveries, where there are any."""
    rounding = () if measure in PUBLIC_MEASURES else (rounding_note(material),)
    return (material.unit_note(measure), *rounding, *reading_notes(material, shown))


def _chart(material: Material, part: Part, measure: str) -> Block:
    """Return the years as bars, one panel per reading; the sentences tell the same."""
    bars = [
        charts.Bar(
            definition.short,
            material.short_year(year),
            material.total(measure, definition.definition, year),
        )
        for definition in material.definitions()
        for year in material.question.window.shown_years
    ]
    sentences = [_sentence(material, measure, one) for one in material.definitions()]
    told = " ".join(plain_paragraph(sentence) for sentence in sentences)
    title = material.measure_title(measure)
    return charts.bounds_chart(
        name=material.table_name(part.id, material.measure_word(measure), "per-jaar-grafiek"),
        caption=material.at_place(material.words.text("series.chart_caption", measure=title)),
        description=material.words.text("series.chart_description", measure=title, sentences=told),
        bars=bars,
        printer=material.printer,
        words=material.words,
    )
