"""From a question and the published facts to the whole answer, in the order of counting.md.

Border: what each part says stands in ``sections``; nothing is read or written here.
"""

from collections.abc import Callable

from pipelines.answers.document import (
    Answer,
    Block,
    Inline,
    ListBlock,
    Paragraph,
    Row,
    Section,
    Table,
)
from pipelines.answers.questions import Form, Part
from pipelines.answers.sections.annex import annex_section
from pipelines.answers.sections.conclusion import conclusion_section, direction_sentence
from pipelines.answers.sections.coverage import coverage_section
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.method import (
    method_section,
    provenance_record,
    provenance_section,
)
from pipelines.answers.sections.overview import overview_section
from pipelines.answers.sections.reading import reading_section
from pipelines.answers.sections.series import series_section
from pipelines.answers.sections.split import split_section

SECTION_BY_FORM: dict[Form, Callable[[Material, Part], Section]] = {
    "overview": overview_section,
    "series": series_section,
    "split": split_section,
    "conclusion": conclusion_section,
}


def compose(material: Material) -> Answer:
    """Return the answer to the material's question."""
    question, words = material.question, material.words
    parts = [SECTION_BY_FORM[part.form](material, part) for part in question.parts]
    return Answer(
        language=words.language,
        title=words.text(
            "title", number=question.number, day=material.printer.day(question.asked_on)
        ),
        head=_head(material),
        summary=_summary(material),
        sections=(
            reading_section(material),
            *parts,
            annex_section(material),
            coverage_section(material),
            method_section(material),
            provenance_section(material),
        ),
        banner=words.text("banner") if material.published.build.is_synthetic else None,
        identity={
            "number": question.number,
            "asker": question.asker,
            "addressee": question.addressee.in_language(words.language),
            "asked_on": question.asked_on.isoformat(),
            "title": question.title.in_language(words.language),
            "from_year": question.window.from_year,
            "to_year": question.window.to_year,
        },
        provenance=provenance_record(material),
    )


def _head(material: Material) -> tuple[tuple[str, str], ...]:
    """Return the lines above the answer: who asked what, when, and what is known as of when."""
    question, words = material.question, material.words
    window = question.window
    return (
        (words.text("head.subject"), question.title.in_language(words.language)),
        (words.text("head.asker"), question.asker),
        (words.text("head.addressee"), question.addressee.in_language(words.language)),
        (words.text("head.asked_on"), material.printer.day(question.asked_on)),
        (words.text("head.window"), material.printer.period(window.label)),
        (words.text("head.as_of"), material.printer.day(material.published.build.as_of)),
    )


def _summary(material: Material) -> tuple[Block, ...]:
    """Return the headline figures of the last completed year, and whom they are about."""
    question, words = material.question, material.words
    year = question.window.to_year
    main = question.definitions[0]
    measures = tuple(
        dict.fromkeys(part.measures[0] for part in question.parts if part.form != "conclusion")
    )
    rows = []
    for definition in material.definitions():
        numbers: list[Inline] = [
            material.number(material.book.total(measure, definition.definition, year))
            for measure in measures
        ]
        rows.append(Row((material.reading(definition), *numbers)))
    table = Table(
        name="in-het-kort",
        caption=words.text("summary.caption", year=material.printer.period(year)),
        columns=(words.text("column.reading"), *(material.measure_word(one) for one in measures)),
        rows=tuple(rows),
    )
    said = [
        direction_sentence(material, measure, material.published.definitions[main])
        for measure in measures
    ]
    scopes = [_scope(material, measure, main, year) for measure in measures]
    open_ones = material.undetermined_note(material.published.definitions[main])
    return (table, *scopes, *open_ones, ListBlock(tuple(said)))


def _scope(material: Material, measure: str, definition: str, year: str) -> Paragraph:
    """Return the sentence that says for how many institutions a headline figure holds."""
    figure = material.book.total(measure, definition, year)
    word = material.measure_title(measure)
    places: dict[str, Inline] = {"measure": word, "register": material.register_size()}
    if figure.standing.status == "final":
        return material.note("summary.scope_final", **places)
    if not figure.is_known:
        return material.note("summary.scope_missing", **places)
    return material.note("summary.scope", reporting=material.reporting(figure), **places)
