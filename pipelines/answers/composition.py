"""From a question and the published facts to the whole answer, in the order of counting.md.

Border: what each part says stands in ``sections``; nothing is read or written here.
"""

from collections.abc import Callable

from pipelines.answers.document import Answer, Section
from pipelines.answers.questions import Form, Part
from pipelines.answers.sections.annex import annex_section
from pipelines.answers.sections.conclusion import conclusion_section
from pipelines.answers.sections.coverage import coverage_section
from pipelines.answers.sections.guide import guide_section
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.method import (
    method_section,
    provenance_record,
    provenance_section,
)
from pipelines.answers.sections.overview import overview_section
from pipelines.answers.sections.reading import reading_section, readings_section
from pipelines.answers.sections.series import series_section
from pipelines.answers.sections.split import split_section
from pipelines.answers.sections.summary import summary_blocks
from pipelines.answers.sections.what_counts import what_counts_section

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
        summary=summary_blocks(material),
        sections=(
            what_counts_section(material),
            reading_section(material),
            readings_section(material),
            guide_section(material),
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
