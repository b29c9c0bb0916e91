"""What is missing: which deliveries, of whom, for which years, why, and what would unlock it.

Border: how coverage is shown stands in ``coverage``; nothing is counted here.
"""

from pipelines.answers.document import Block, Row, Table
from pipelines.answers.facts import Published
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import HAS_DATA, Material

# What the upper bound of an offerings cell needs (counting.md, Bounds).
NEEDED_STREAM = "lifelong_learning"


def no_answer_blocks(material: Material, part: Part, measure: str) -> list[Block]:
    """Return that a part cannot be answered, for whom and when, why, and what would unlock it.

    What would unlock it is said once, in the first part that rests on the same deliveries.
    """
    kind = material.published.measures[measure].kind
    told_in = next(
        one.id
        for one in material.question.parts
        if any(material.published.measures[name].kind == kind for name in one.measures)
    )
    is_one = material.place.is_one_institution
    said = material.say(
        "coverage.no_answer_one" if is_one else "coverage.no_answer",
        place=material.place_name(),
        measure=material.measure_word(measure),
        register=material.register_size(),
        institutions=material.institutions_word(),
        kind=material.words.label("kind", kind),
        years=material.join_years(material.question.window.years),
    )
    if told_in != part.id:
        return [said, material.say("coverage.no_answer_see", part=told_in)]
    return [said, gaps_table(material, (kind,), material.table_name(part.id, "wat-ontbreekt"))]


def gaps_in_words(material: Material, kinds: tuple[str, ...]) -> str:
    """Return the gaps as sentences, or that there are none."""
    gaps = _gaps(material, kinds)
    if not gaps:
        return material.words.text("coverage.unknown_none")
    return " ".join(
        material.words.text(
            "coverage.gap",
            what=material.words.label("coverage.what", name),
            institutions=_everyone(material, names),
            years=_years(material, years),
            why=material.words.label("coverage.why", name),
        )
        for (name, years), names in gaps.items()
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


def gaps_table(material: Material, kinds: tuple[str, ...], name: str) -> Table:
    """Return one row per kind of gap and set of years, with the institutions it holds for."""
    words = material.words
    columns = ("what", "institutions_named", "years", "why", "unlock")
    rows = [
        Row(
            (
                words.label("coverage.what", gap),
                _everyone(material, names),
                _years(material, years),
                words.label("coverage.why", gap),
                words.label("coverage.unlock", gap),
            )
        )
        for (gap, years), names in _gaps(material, kinds).items()
    ]
    return Table(
        name=name,
        caption=words.text("coverage.unknown_caption"),
        columns=tuple(words.text(f"column.{column}") for column in columns),
        rows=tuple(rows),
    )


def _gaps(
    material: Material, kinds: tuple[str, ...]
) -> dict[tuple[str, tuple[str, ...]], list[str]]:
    """Return, per kind of gap and set of years, the institutions it holds for."""
    window = material.question.window
    gaps: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for kind in kinds:
        for institution in material.institutions():
            by_state: dict[str, list[str]] = {}
            for year in window.years:
                state = supply_state(material.published, institution.institution_id, year, kind)
                by_state.setdefault(state, []).append(year)
            for state, years in by_state.items():
                name = f"{kind}_{state}"
                if name in material.words.labels("coverage.what"):
                    gaps.setdefault((name, tuple(years)), []).append(institution.name)
    return gaps


def _everyone(material: Material, names: list[str]) -> str:
    if len(names) == len(material.institutions()) > 1:
        is_everybody = material.question.scope.is_everybody
        whose = "coverage.all_institutions" if is_everybody else "coverage.all_asked"
        return material.words.text(whose)
    return material.join(names)


def _years(material: Material, years: tuple[str, ...]) -> str:
    if years == material.question.window.years and len(years) > 1:
        return material.words.text("coverage.all_years")
    return material.join_years(years)
