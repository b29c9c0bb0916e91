"""In short: the sentence that answers, the table with the readings side by side, the direction.

This is the first screen. Everything in it returns below with its notes.

Border: no number stands here that does not stand in a section.
"""

from pipelines.answers.document import Block, Inline, ListBlock, Paragraph, Row, Table
from pipelines.answers.questions import Part
from pipelines.answers.sections.conclusion import direction_sentence
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.sentences import (
    answering_sentences,
    is_empty,
    under_other_readings,
)
from pipelines.answers.sections.working_status import WORKING_STATUS, working_status_sentence

LEAD = "lead"


def summary_blocks(material: Material) -> tuple[Block, ...]:
    """Return the blocks of the first screen."""
    main = material.definitions()[0]
    measures = _measures(material)
    lead = _lead(material, measures)
    further = [
        *(_direction(material, part) for part in material.question.parts if part.has_growth),
        *_working_status(material),
    ]
    return (
        *lead,
        _table(material, measures),
        *material.undetermined_note(main),
        *([ListBlock(tuple(further))] if further else []),
    )


def _measures(material: Material) -> tuple[str, ...]:
    """Return what the parts of the question are about first of all, once each."""
    parts = material.question.parts
    return tuple(dict.fromkeys(part.measures[0] for part in parts if part.form != "conclusion"))


def _lead(material: Material, measures: tuple[str, ...]) -> list[Paragraph]:
    """Return the answer in one sentence; under every reading where the main one has none."""
    main, *others = material.definitions()
    year = material.question.window.to_year
    said = answering_sentences(material, measures, main, year)
    inlines = [inline for one in said[:1] for inline in one.inlines]
    for measure in measures:
        if is_empty(material.book.total(measure, main.definition, year)):
            figures = [material.book.total(measure, one.definition, year) for one in others]
            known = [figure for figure in figures if figure.is_known and not is_empty(figure)]
            inlines += [" ", *under_other_readings(material, known).inlines] if known else []
    return [Paragraph(tuple(inlines), LEAD), *said[1:]] if inlines else []


def _table(material: Material, measures: tuple[str, ...]) -> Table:
    """Return the last year, and the first with data where growth is asked, readings as columns."""
    words, definitions = material.words, material.definitions()
    rows = []
    for measure in measures:
        for year in _years(material, measure):
            figures = [material.book.total(measure, one.definition, year) for one in definitions]
            numbers: list[Inline] = [material.number(figure) for figure in figures]
            label = words.text(
                "summary.row",
                measure=material.measure_title(measure),
                year=material.printer.period(year),
            )
            rows.append(Row((label, *numbers, material.reporting(figures[0]))))
    return Table(
        name="in-het-kort",
        caption=words.text("summary.caption"),
        columns=(
            words.text("column.counted"),
            *(one.short for one in definitions),
            words.text("column.institutions"),
        ),
        rows=tuple(rows),
    )


def _years(material: Material, measure: str) -> tuple[str, ...]:
    """Return the years of a measure's rows: the first known one too where growth is asked."""
    window = material.question.window
    parts = material.question.parts
    if not any(part.has_growth and part.measures[0] == measure for part in parts):
        return (window.to_year,)
    known = [
        year
        for year in window.years
        if any(
            material.book.total(measure, one.definition, year).is_known
            for one in material.definitions()
        )
    ]
    return tuple(dict.fromkeys([*known[:1], window.to_year]))


def _direction(material: Material, part: Part) -> Paragraph:
    return direction_sentence(material, part.measures[0], material.definitions()[0])


def _working_status(material: Material) -> list[Paragraph]:
    """Return who works in one sentence, where the question asks that and there are data."""
    said = [
        working_status_sentence(material, measure, material.definitions()[0])
        for part in material.question.parts
        if WORKING_STATUS in part.splits and part.form == "split"
        for measure in part.measures
    ]
    return [one for one in said if one is not None]
