"""What counts: the main reading in plain words, with real examples and the reason of each.

Border: which examples are shown is chosen in ``examples``; why one counts is worded in ``reasons``.
"""

import shlex

from pipelines.answers.document import Block, Inline, ListBlock, Number, Paragraph, Section, filled
from pipelines.answers.examples import Example, chosen
from pipelines.answers.facts import Definition
from pipelines.answers.printable import printable
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.reasons import reason

EXAMPLES = 3
EXAMPLES_STYLE = "examples"  # the title comes first and the command last
# Places in the wording filled with the published name of a rule, since it holds the bounds.
RULES_SAID = {"size_normal": "FW-18", "size_maximum": "FW-20"}


def what_counts_section(material: Material) -> Section:
    """Return the conditions of the main reading, examples in, out and open, and how to ask why."""
    main = material.definitions()[0]
    explained = f"what_counts.explained.{main.definition}"
    places: dict[str, Inline] = {
        place: _rule_name(material, rule_id) for place, rule_id in RULES_SAID.items()
    }
    conditions = [filled(one, places) for one in material.words.texts(f"{explained}.points")]
    blocks: list[Block] = [
        material.say("what_counts.intro", reading=material.named(main)),
        material.say(f"{explained}.lead"),
        ListBlock(tuple(conditions)),
        material.say("what_counts.open"),
        *_examples(material),
    ]
    return Section("wat-telt-mee", material.words.text("section.what_counts"), tuple(blocks))


def _rule_name(material: Material, rule_id: str) -> Number:
    """Bind the published name of a rule: it is where the bounds of a size stand."""
    name = material.published.rule_names.get(rule_id, rule_id)
    return Number(f"rules:{rule_id}:name", name[:1].lower() + name[1:], "rules")


def _examples(material: Material) -> list[Block]:
    """Return three examples that count, three that do not, and what stays open.

    Where nothing counts for certain, three stay open and the next reading shows what it counts.
    """
    main, *others = material.definitions()
    kinds = {one.institution_id: one.kind for one in material.institutions()}
    candidates = [one for one in material.published.examples if one.institution_id in kinds]
    used: list[str] = []

    def group(definition: Definition, verdict: str, count: int = EXAMPLES) -> list[Block]:
        found = chosen(candidates, definition.definition, verdict, count, kinds, used)
        used.extend(one.institution_id for one in found)
        return _group(material, definition, verdict, found)

    counting = group(main, "in")
    blocks = [*counting, *group(main, "out")]
    blocks += group(main, "undetermined", 1 if counting else EXAMPLES)
    if not counting:
        blocks = [material.say("what_counts.none", reading=material.named(main)), *blocks]
        blocks += next(filter(None, (group(one, "in") for one in others)), [])
    if any(isinstance(block, ListBlock) for block in blocks):
        blocks += [material.say("what_counts.explain"), material.note("what_counts.chosen")]
    return blocks


def _group(
    material: Material, definition: Definition, verdict: str, examples: tuple[Example, ...]
) -> list[Block]:
    """Return the examples of one verdict below the sentence that says which; none without any."""
    if not examples:
        return []
    year = material.printer.period(material.question.window.to_year)
    said = material.say(f"what_counts.{verdict}", reading=material.named(definition), year=year)
    items = tuple(_item(material, one) for one in examples)
    return [said, ListBlock(items, EXAMPLES_STYLE)]


def _item(material: Material, example: Example) -> Paragraph:
    """Return title, institution, the reason in one sentence, and the command that tells all."""
    names = material.institution_names()
    institution = names.get(example.institution_id, example.institution_id)
    command = material.words.text(
        "what_counts.command",
        offering_id=shlex.quote(printable(example.offering_id)),
        year=example.academic_year,
    )
    return Paragraph(
        (example.title, f" ({institution}): ", *reason(material, example), " ", command)
    )
