"""Coverage: who delivered what for which year, what is not known, and what would unlock it.

Border: row counts are not shown; those of deliveries about persons are numbers about persons.
"""

from pipelines.answers.document import Block, Inline, Row, Section, Table
from pipelines.answers.facts import Definition, Published
from pipelines.answers.sections.material import HAS_DATA, Material

# What the upper bound of an offerings cell needs (counting.md, Bounds).
NEEDED_STREAM = "lifelong_learning"


def coverage_section(material: Material) -> Section:
    """Return a heat table per kind of delivery, the list of gaps, and why verdicts stay open."""
    blocks: list[Block] = [_intro(material)]
    kinds = _kinds(material)
    blocks.extend(_heat_table(material, kind) for kind in kinds)
    gaps = _gaps_table(material, kinds)
    blocks.append(gaps if gaps.rows else material.say("coverage.unknown_none"))
    for definition in material.definitions():
        lacks = _lacks_table(material, definition)
        if lacks.rows:
            blocks.append(lacks)
    return Section("dekking", material.words.text("section.coverage"), tuple(blocks))


def _kinds(material: Material) -> tuple[str, ...]:
    """Return the kinds of delivery the question's measures are counted from."""
    kinds = (material.published.measures[measure].kind for measure in material.question.measures)
    return tuple(dict.fromkeys(kinds))


def _intro(material: Material) -> Block:
    year = material.question.window.to_year
    reporting = material.reporters("offerings", year)
    return material.say(
        "coverage.intro",
        register=material.register_size(),
        reporting=material.counted(
            f"coverage:offerings:{year}:institutions", len(reporting), "coverage"
        ),
        year=material.printer.period(year),
    )


def supply_state(published: Published, institution_id: str, year: str, kind: str) -> str:
    """Return complete, degree_only, carried_forward, refused, unusable or missing.

    Unusable is what is missing while a delivery was refused that may have been meant for it.
    """
    supply = published.supplies.get((institution_id, year, kind))
    if supply is None or supply.status not in (*HAS_DATA, "refused"):
        is_refused = published.has_refused_delivery(institution_id, year, kind)
        return "unusable" if is_refused else "missing"
    if supply.status == "refused":
        return "refused"
    if supply.kind == "offerings" and NEEDED_STREAM not in supply.complete_for:
        return "degree_only"
    return "carried_forward" if supply.status == "carried_forward" else "complete"


def _heat_table(material: Material, kind: str) -> Table:
    words, years = material.words, material.question.window.shown_years
    labels = words.labels("supply")
    rows, states = [], set()
    for institution in material.published.institutions:
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
        notes=notes,
        heat={label: state for state, label in labels.items()},
    )


def _gaps_table(material: Material, kinds: tuple[str, ...]) -> Table:
    """Return one row per kind of gap and set of years, with the institutions it holds for."""
    words, window = material.words, material.question.window
    gaps: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for kind in kinds:
        for institution in material.published.institutions:
            by_state: dict[str, list[str]] = {}
            for year in window.years:
                state = supply_state(material.published, institution.institution_id, year, kind)
                by_state.setdefault(state, []).append(year)
            for state, years in by_state.items():
                name = f"{kind}_{state}"
                if name in words.labels("coverage.what"):
                    gaps.setdefault((name, tuple(years)), []).append(institution.name)
    columns = ("what", "institutions_named", "years", "why", "unlock")
    rows = [
        Row(
            (
                words.label("coverage.what", name),
                _everyone(material, names),
                _years(material, years),
                words.label("coverage.why", name),
                words.label("coverage.unlock", name),
            )
        )
        for (name, years), names in gaps.items()
    ]
    return Table(
        name="wat-niet-bekend-is",
        caption=words.text("coverage.unknown_caption"),
        columns=tuple(words.text(f"column.{column}") for column in columns),
        rows=tuple(rows),
    )


def _everyone(material: Material, names: list[str]) -> str:
    if len(names) == len(material.published.institutions):
        return material.words.text("coverage.all_institutions")
    return material.join(names)


def _years(material: Material, years: tuple[str, ...]) -> str:
    if years == material.question.window.years:
        return material.words.text("coverage.all_years")
    return material.join_years(years)


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
