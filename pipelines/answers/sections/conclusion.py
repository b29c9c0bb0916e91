"""Part "conclusion": what follows from the figures, and what does not.

Border: no claim is made that ``direction`` does not allow.
"""

from pipelines.answers.direction import judge
from pipelines.answers.document import Block, Inline, ListBlock, Paragraph, Section
from pipelines.answers.published import Definition
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import Material

PRINTED = {
    "rises": "conclusion.rises",
    "falls": "conclusion.falls",
    "equal": "conclusion.equal",
    "overlapping": "conclusion.overlapping",
    "open": "conclusion.open_first",
}
IN_WORDS = {
    "rises": "conclusion.rises_words",
    "falls": "conclusion.falls_words",
    "equal": "conclusion.overlapping_words",
    "overlapping": "conclusion.overlapping_words",
    "open": "conclusion.overlapping_words",
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
        "measure": material.measure_title(measure),
        "reading": definition.short,
    }
    if found.claim == "no_panel":
        return material.say("conclusion.no_panel", **places)
    key = f"panel:{measure}:{definition.definition}:{found.first_year}..{found.last_year}"
    made_from = (*found.first_figures, *found.last_figures)
    places |= {
        "panel": material.counted(f"{key}:institutions", len(found.panel), "coverage"),
        "first_year": material.printer.period(found.first_year),
        "last_year": material.printer.period(found.last_year),
    }
    if found.first is None or found.last is None:
        return material.say(IN_WORDS[found.claim], **places)
    if len(made_from) == 2:
        places |= {
            "first": material.number(found.first_figures[0]),
            "last": material.number(found.last_figures[0]),
        }
    else:
        places |= {
            "first": material.derived(f"{key}:first", *found.first, found.first_figures),
            "last": material.derived(f"{key}:last", *found.last, found.last_figures),
        }
    return material.say(PRINTED[found.claim], **places)


def _measure_claims(material: Material, measure: str) -> list[Paragraph]:
    """Return the claims for each reading; one sentence where no reading has two years."""
    readings = material.definitions()
    if all(judge(material, measure, one.definition).claim == "no_panel" for one in readings):
        title = material.measure_title(measure)
        return [material.say("conclusion.no_panel_at_all", measure=title)]
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
