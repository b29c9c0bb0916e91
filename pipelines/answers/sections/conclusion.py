"""Part "conclusion": what follows from the figures, and what does not.

Border: no claim is made that ``direction`` does not allow.
"""

from pipelines.answers.direction import judge
from pipelines.answers.document import Block, Inline, ListBlock, Paragraph, Section
from pipelines.answers.facts import Definition
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.sentences import is_empty

# Claims in the order in which they are told.
CLAIMS = ("rises", "falls", "equal", "overlapping", "open", "not_comparable", "no_panel")


def conclusion_section(material: Material, part: Part) -> Section:
    """Return the directions per reading, the premise put right, and the limits of the figures."""
    words = material.words
    claims = [claim for measure in part.measures for claim in _measure_claims(material, measure)]
    intro = "conclusion.intro_one" if material.place.is_one_institution else "conclusion.intro"
    blocks: list[Block] = [
        material.say(intro),
        ListBlock(tuple(claims)),
        *_own_texts(material, "limits"),
        material.say("conclusion.readings"),
        *_own_texts(material, "premise"),
    ]
    title = words.text("part", part=part.id)
    return Section(
        material.section_name(part), title, tuple(blocks), part.asks.in_language(words.language)
    )


def _own_texts(material: Material, name: str) -> tuple[Paragraph, ...]:
    """Return a text block of the question itself, where it has one."""
    texts = material.question.texts.get(name)
    said = texts.in_language(material.words.language) if texts else ()
    return tuple(Paragraph((text,)) for text in said)


def direction_sentence(material: Material, measure: str, definition: Definition) -> Paragraph:
    """Return the one sentence that may be said about the direction of a series, with its numbers.

    The numbers are those of the like-for-like panel: the institutions with data in both years.
    """
    found = judge(material, measure, definition.definition)
    places: dict[str, Inline] = {
        "measure": material.measure_word(measure),
        "reading": material.named(definition),
    }
    group = "direction_one" if material.place.is_one_institution else "direction"
    if found.first is None or found.last is None:
        return material.say(f"{group}.{found.claim}", **places)
    first_year, last_year = found.first.cell.year, found.last.cell.year
    where = "" if material.place.is_everybody else f":{material.place.name}"
    key = f"panel:{measure}:{definition.definition}:{first_year}..{last_year}{where}:institutions"
    places |= {
        "first_year": material.printer.period(first_year),
        "last_year": material.printer.period(last_year),
        "first": material.number(found.first),
        "last": material.number(found.last),
    }
    if not material.place.is_one_institution:
        places["panel"] = material.counted(key, len(found.panel), "coverage")
    if is_empty(found.first) and is_empty(found.last):
        none = material.none_of(found.last)
        return material.say(f"{group}.nothing_certain", none=none, **places)
    return material.say(f"{group}.{found.claim}", **places)


def _measure_claims(material: Material, measure: str) -> list[Paragraph]:
    """Return one sentence per claim with the readings it holds for; the numbers stand elsewhere."""
    readings: dict[str, list[str]] = {claim: [] for claim in CLAIMS}
    for definition in material.definitions():
        claim = judge(material, measure, definition.definition).claim
        readings[claim].append(material.named(definition))
    said = [
        material.say(
            f"conclusion.{claim}",
            measure=material.measure_word(measure),
            readings=material.join(named),
        )
        for claim, named in readings.items()
        if named
    ]
    return [*said, *_relabelled(material, measure)]


def _relabelled(material: Material, measure: str) -> list[Paragraph]:
    """Return, per reading, how much of what was added existed already under another name."""
    said = []
    for definition in material.definitions():
        terms = {
            one.term: one.figure
            for one in material.growth(measure, definition.definition)
            if one.bound == "lower" and one.figure.is_known
        }
        relabelled, new = terms.get("relabelled_in"), terms.get("new")
        if relabelled and new and relabelled.lower:
            said.append(
                material.say(
                    "conclusion.relabelled",
                    reading=material.named(definition),
                    new=material.number(new),
                    relabelled=material.number(relabelled),
                )
            )
    return said
