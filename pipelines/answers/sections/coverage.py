"""Coverage: who delivered what for which year, and why verdicts stay open.

Border: row counts are not shown; those of deliveries about persons are numbers about persons. What
is missing, and what would unlock it, is put together in ``gaps``.
"""

from pipelines.answers.coverage_chart import Square, coverage_chart
from pipelines.answers.document import Block, Chart, Inline, Row, Section, Table
from pipelines.answers.facts import Definition
from pipelines.answers.sections.gaps import gaps_in_words, gaps_table, supply_state
from pipelines.answers.sections.material import Material


def coverage_section(material: Material) -> Section:
    """Return the heat chart with its tables, the list of gaps, and why verdicts stay open."""
    kinds = _kinds(material)
    gaps = gaps_table(material, kinds, "wat-niet-bekend-is")
    blocks: list[Block] = [
        *(_reporters(material, kind) for kind in kinds if len(material.institutions()) > 1),
        material.say("coverage.intro"),
        _chart(material, kinds),
        gaps if gaps.rows else material.say("coverage.unknown_none"),
        *(_heat_table(material, kind) for kind in kinds),
    ]
    for definition in material.definitions():
        lacks = _lacks_table(material, definition)
        if lacks.rows:
            blocks.append(lacks)
    return Section("dekking", material.words.text("section.coverage"), tuple(blocks))


def _kinds(material: Material) -> tuple[str, ...]:
    """Return the kinds of delivery the question's measures are counted from."""
    kinds = (material.published.measures[measure].kind for measure in material.question.measures)
    return tuple(dict.fromkeys(kinds))


def _reporters(material: Material, kind: str) -> Block:
    """Return how many of the institutions delivered a kind of data for the last year."""
    year = material.question.window.to_year
    where = "" if material.question.scope.is_everybody else ":asked"
    return material.say(
        "coverage.reporters_asked" if where else "coverage.reporters",
        register=material.register_size(),
        reporting=material.counted(
            f"coverage:{kind}:{year}{where}:institutions",
            len(material.reporters(kind, year)),
            "coverage",
        ),
        kind=material.words.label("coverage.about", kind),
        year=material.printer.period(year),
    )


def _chart(material: Material, kinds: tuple[str, ...]) -> Chart:
    """Return one square per institution, year and kind; the gaps are told in words too."""
    words = material.words
    squares = [
        Square(
            words.label("kind", kind),
            institution.name,
            material.printer.period(year),
            supply_state(material.published, institution.institution_id, year, kind),
        )
        for kind in kinds
        for institution in material.institutions()
        for year in material.question.window.shown_years
    ]
    return coverage_chart(
        name="dekking-grafiek",
        caption=words.text("coverage.chart_caption"),
        description=words.text(
            "coverage.chart_description", sentences=gaps_in_words(material, kinds)
        ),
        squares=squares,
        printer=material.printer,
        words=words,
    )


def _heat_table(material: Material, kind: str) -> Table:
    words, years = material.words, material.question.window.shown_years
    labels = words.labels("supply")
    rows, states = [], set()
    for institution in material.institutions():
        cells: list[Inline] = []
        for year in years:
            state = supply_state(material.published, institution.institution_id, year, kind)
            states.add(state)
            cells.append(labels[state])
        rows.append(Row((institution.name, *cells)))
    notes = (material.note("coverage.note"),) if "degree_only" in states else ()
    return Table(
        name=f"dekking-{words.label('kind', kind)}",
        caption=words.text("coverage.caption", kind=words.label("kind", kind)),
        columns=(
            words.text("column.institution"),
            *(material.year_label(year) for year in years),
        ),
        rows=tuple(rows),
        is_folded=True,
        notes=notes,
        heat={label: state for state, label in labels.items()},
    )


def _lacks_table(material: Material, definition: Definition) -> Table:
    words, year = material.words, material.question.window.to_year
    rows = [
        Row(
            (
                words.label("criterion", lack.criterion_id),
                material.counted(
                    f"offering_criteria:{definition.definition}:{year}:{lack.criterion_id}",
                    lack.offerings,
                    "offering_criteria",
                ),
            )
        )
        for lack in material.published.lacks.get(definition.definition, ())
    ]
    return Table(
        name=f"onbepaald-{material.file_word(definition.short)}",
        caption=words.text(
            "coverage.lacks_caption",
            year=material.printer.period(year),
            reading=definition.short,
        ),
        columns=(words.text("column.evidence"), words.text("column.offerings")),
        rows=tuple(rows),
        notes=(material.note("coverage.lacks_unlock"), material.note("coverage.lacks_note")),
    )
