"""The annex: each measure and reading per institution and year, both kinds subtotalled.

Border: it repeats no headline; rows are institutions, columns are years.
"""

from pipelines.answers.cells import Cell, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.answers.document import Block, Inline, Section, Table
from pipelines.answers.facts import Definition
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.overview import institution_rows
from pipelines.answers.sections.series import (
    period_label,
    reading_notes,
    rounding_note,
    shown_periods,
)


def annex_section(material: Material) -> Section:
    """Return one folded table per measure and reading; of what nobody delivered, one sentence."""
    has_both_kinds = material.question.scope.is_everybody
    blocks: list[Block] = [material.say("annex.intro" if has_both_kinds else "annex.intro_asked")]
    for measure in material.question.annex:
        if not _has_figures(material, measure):
            said = material.say("annex.no_data", measure=material.measure_title(measure))
            blocks.append(said)
            continue
        blocks.extend(
            _table(material, measure, definition) for definition in material.definitions()
        )
    return Section("bijlage", material.words.text("section.annex"), tuple(blocks))


def _has_figures(material: Material, measure: str) -> bool:
    """Return whether anybody delivered what a measure is counted from, in any shown year."""
    return any(
        here.total(measure, definition.definition, period).is_known
        for here in material.each_place()
        for definition in material.definitions()
        for period in shown_periods(material)
    )


def _table(material: Material, measure: str, definition: Definition) -> Table:
    shown: list[PublishedFigure] = []
    periods = shown_periods(material)

    def cells(institution: str, kind: str | None = None) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for period in periods:
            cell = Cell(measure, definition.definition, period, institution)
            figure = (
                material.book.split_figure(cell, "institution_kind", kind)
                if kind
                else material.book.figure(cell)
            )
            shown.append(figure)
            found.append(material.number(figure))
        return tuple(found)

    rows = tuple(institution_rows(material, cells))
    notes = [material.unit_note(measure), *reading_notes(material, shown)]
    if measure not in PUBLIC_MEASURES:
        notes.append(rounding_note(material))
    words = (material.measure_word(measure), definition.short)
    return Table(
        name=f"bijlage-{'-'.join(material.file_word(word) for word in words)}",
        caption=material.at_place(
            material.words.text(
                "annex.caption",
                measure=material.measure_title(measure),
                reading=definition.short,
            )
        ),
        columns=(
            material.words.text("column.institution"),
            *(period_label(material, period) for period in periods),
        ),
        rows=rows,
        is_folded=True,
        notes=tuple(notes),
    )
