"""From a question and the published facts to the whole answer, in the order of counting.md.

Border: what each part says stands in ``sections``; nothing is read or written here.
"""

from collections.abc import Callable

from pipelines.answers.document import Answer, Section
from pipelines.answers.questions import Form, Part
from pipelines.answers.sections.annex import annex_section
from pipelines.answers.sections.conclusion import conclusion_section
from pipelines.answers.sections.coverage import coverage_section
from pipelines.answers.sections.crossing import crossing_section
from pipelines.answers.sections.guide import guide_section
from pipelines.answers.sections.heading import answer_title, head_lines, identity
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.method import (
    method_section,
    provenance_record,
    provenance_section,
)
from pipelines.answers.sections.notices import notices
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
    "crossing": crossing_section,
    "conclusion": conclusion_section,
}


def compose(material: Material) -> Answer:
    """Return the answer to the material's question; each part once for every place it is about."""
    words = material.words
    parts = [
        SECTION_BY_FORM[part.form](here, part)
        for part in material.question.parts
        for here in material.each_place()
    ]
    has_annex = material.question.annex and not material.place.is_one_institution
    return Answer(
        language=words.language,
        title=answer_title(material),
        head=head_lines(material),
        summary=summary_blocks(material),
        sections=(
            what_counts_section(material),
            reading_section(material),
            readings_section(material),
            guide_section(material),
            *parts,
            *([annex_section(material)] if has_annex else []),
            coverage_section(material),
            method_section(material),
            provenance_section(material),
        ),
        banner=words.text("banner") if material.published.build.is_synthetic else None,
        identity=identity(material),
        provenance=provenance_record(material),
        notices=notices(material),
    )
