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
MOST_YEARS = (
    3  # given years in the table; of more only the last, and the first where growth is asked
)
MOST_TOLD = 2  # given years that are told in a sentence each


def summary_blocks(material: Material) -> tuple[Block, ...]:
    """Return the blocks of the first screen; what is said of a place, once for each place."""
    main = material.definitions()[0]
    measures, places = headline_measures(material), material.each_place()
    further = [said for here in places for said in _further(here)]
    return (
        *_kind_of_question(material),
        *(said for here in places for year in _told_years(here) for said in _lead(here, year)),
        _table(material, measures),
        *(note for here in places for note in here.undetermined_note(main)),
        *([ListBlock(tuple(further))] if further else []),
    )


def _kind_of_question(material: Material) -> list[Paragraph]:
    """Return that the question is an invented example, or one's own."""
    names = {
        "summary.example": material.question.is_example,
        "summary.own": material.question.is_own,
    }
    return [material.note(name) for name, is_so in names.items() if is_so]


def headline_measures(material: Material) -> tuple[str, ...]:
    """Return what the parts of the question are about first of all, once each."""
    parts = material.question.parts
    return tuple(dict.fromkeys(part.measures[0] for part in parts if part.form != "conclusion"))


def headline_years(material: Material, measure: str) -> tuple[str, ...]:
    """Return the last year; the first known one too where growth is asked, or few given years."""
    window = material.question.window
    parts = material.question.parts
    if material.question.window_rule.years and len(window.years) <= MOST_YEARS:
        return window.years
    if not any(part.has_growth and part.measures[0] == measure for part in parts):
        return (window.to_year,)
    known = [
        year
        for year in window.years
        if any(
            material.total(measure, one.definition, year).is_known for one in material.definitions()
        )
    ]
    return tuple(dict.fromkeys([*known[:1], window.to_year]))


def _told_years(material: Material) -> tuple[str, ...]:
    """Return the years that are told in a sentence: the last, or two given ones."""
    window = material.question.window
    is_two = bool(material.question.window_rule.years) and len(window.years) == MOST_TOLD
    return window.years if is_two else (window.to_year,)


def _further(material: Material) -> list[Paragraph]:
    """Return what can be said of the direction, and who works, where the question asks that."""
    parts = [part for part in material.question.parts if part.has_growth]
    has_two_years = len(material.question.window.years) > 1
    directions = [_direction(material, part) for part in parts] if has_two_years else []
    return [*directions, *_working_status(material), *_divided(material)]


def _lead(material: Material, year: str) -> list[Paragraph]:
    """Return the answer in one sentence; under every reading where the main one has none."""
    main, *others = material.definitions()
    measures = headline_measures(material)
    said = answering_sentences(material, measures, main, year)
    inlines = [inline for one in said[:1] for inline in one.inlines]
    for measure in measures:
        if is_empty(material.total(measure, main.definition, year)):
            figures = [material.total(measure, one.definition, year) for one in others]
            known = [figure for figure in figures if figure.is_known and not is_empty(figure)]
            inlines += [" ", *under_other_readings(material, known).inlines] if known else []
    return [Paragraph(tuple(inlines), LEAD), *said[1:]] if inlines else []


def _table(material: Material, measures: tuple[str, ...]) -> Table:
    """Return the headline years of each measure as rows, of each place; readings as columns."""
    words, definitions = material.words, material.definitions()
    rows = []
    places = material.each_place()
    # A place of one institution has no reporters to count, but may stand beside one that has.
    reporters = next((head for here in places if (head := here.reporting_columns())), ())
    empty: tuple[Inline, ...] = ("",) if reporters else ()
    for here in places:
        for measure in measures:
            for year in headline_years(here, measure):
                figures = [here.total(measure, one.definition, year) for one in definitions]
                numbers: list[Inline] = [here.number(figure) for figure in figures]
                numbers.extend(here.reporting_cells(figures[0]) or empty)
                label = words.text(
                    "summary.row",
                    measure=material.measure_title(measure),
                    year=material.printer.period(year),
                )
                rows.append(Row((here.at_place(label), *numbers)))
    columns = [words.text("column.counted"), *(one.short for one in definitions)]
    columns.extend(reporters)
    return Table(
        name="in-het-kort",
        caption=words.text("summary.caption"),
        columns=tuple(columns),
        rows=tuple(rows),
    )


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


def _divided(material: Material) -> list[Paragraph]:
    """Return where each split and crossing that was asked for stands, beside working status."""
    words = material.words
    asked = [
        (part, cut)
        for part in material.question.parts
        for cut in (*((split,) for split in part.splits), *part.crossings)
        if part.form in ("split", "crossing") and cut != (WORKING_STATUS,)
    ]
    return [
        material.say(
            "summary.divided",
            split=material.join([words.label("split_title", split) for split in cut]),
            part=part.id,
        )
        for part, cut in asked
    ]
