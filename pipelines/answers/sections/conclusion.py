"""Part "conclusion": what follows from the figures, and what does not.

Border: no claim is made that ``direction`` does not allow.
"""

from pipelines.answers.direction import judge
from pipelines.answers.document import Block, Inline, ListBlock, Paragraph, Section
from pipelines.answers.facts import Definition
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import Material

PRINTED = {
    "rises": "conclusion.rises",
    "falls": "conclusion.falls",
    "equal": "conclusion.equal",
    "overlapping": "conclusion.overlapping",
    "open": "conclusion.open_first",
}


def conclusion_section(material: Material, part: Part) -> Section:
    """Return the directions per reading, the premise put right, and the limits of the figures."""
    words = material.words
    claims = [claim for measure in part.measures for claim in _measure_claims(material, measure)]
    premise = material.question.texts.get("premise")
    corrections = premise.in_language(words.language) if premise else ()
    blocks: list[Block] = [
        material.say("conclusion.intro"),
        ListBlock(tuple(claims)),
        material.say("conclusion.popularity"),
        material.say("conclusion.readings"),
        *(Paragraph((text,)) for text in corrections),
    ]
    title = words.text("part", part=part.id)
    return Section(
        f"antwoord-{part.id}", title, tuple(blocks), part.asks.in_language(words.language)
    )


def direction_sentence(material: Material, measure: str, definition: Definition) -> Paragraph:
    """Return the one sentence that may be said about the direction of a series."""
    found = judge(material, measure, definition.definition)
    places: dict[str, Inline] = {
        "measure": material.measure_word(measure),
        "reading": definition.short,
    }
    if found.first is None or found.last is None:
        return material.say("conclusion.no_panel", **places)
    first_year, last_year = found.first.cell.year, found.last.cell.year
    key = f"panel:{measure}:{definition.definition}:{first_year}..{last_year}:institutions"
    places |= {
        "panel": material.counted(key, len(found.panel), "coverage"),
        "first_year": material.printer.period(first_year),
        "last_year": material.printer.period(last_year),
        "first": material.number(found.first),
        "last": material.number(found.last),
    }
    return material.say(PRINTED[found.claim], **places)


def _measure_claims(material: Material, measure: str) -> list[Paragraph]:
    """Return the claims for each reading; one sentence where no reading has two years."""
    readings = material.definitions()
    if all(judge(material, measure, one.definition).claim == "no_panel" for one in readings):
        word = material.measure_word(measure)
        return [material.say("conclusion.no_panel_at_all", measure=word)]
    return [claim for one in readings for claim in _claims(material, measure, one)]


def _claims(material: Material, measure: str, definition: Definition) -> list[Paragraph]:
    said = [direction_sentence(material, measure, definition)]
    terms = {
        one.term: one.figure
        for one in material.book.growth(measure, definition.definition)
        if one.bound == "lower" and one.figure.is_known
    }
    relabelled, new = terms.get("relabelled_in"), terms.get("new")
    if relabelled and new and relabelled.lower:
        said.append(
            material.say(
                "conclusion.relabelled",
                reading=definition.short,
                new=material.number(new),
                relabelled=material.number(relabelled),
            )
        )
    return said
