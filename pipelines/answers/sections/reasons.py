"""Why one offering counts, does not count, or stays undetermined, in one everyday sentence.

The sentence follows from what decided the verdict (``deciding_criterion``), and from the few facts
that tell apart what one criterion can mean: the kind, the unit of the size, an assessment or none.

Border: the whole page of reasons, with evidence and sources, is ``staalkaart explain``.
"""

from collections.abc import Iterator

from pipelines.answers.document import Inline, Number, filled
from pipelines.answers.examples import Example
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.offerings_list import stated_size

BRIDGING = ("schakelprogramma", "voorbereidingsprogramma")
COMPONENT = "opleidingsonderdeel"
UNKNOWN_KINDS = (None, "andere")
# Readings of which every criterion is shown by columns: what is missing can be named one by one.
WITH_CRITERIA = {"framework": ("FW", "FS"), "strict_eu": ("EU",)}
LONGEST_LACK = 3


def reason(material: Material, example: Example) -> tuple[Inline, ...]:
    """Return the reason of a verdict as words and bound numbers."""
    words = material.words
    texts = words.labels(f"why.{example.verdict}")
    text = next((texts[name] for name in _names(example) if name in texts), texts["other"])
    kinds, modes = words.labels("split_value")["offering_kind"], words.labels("split_value")["mode"]
    places: dict[str, Inline] = {
        "size": stated_size(material, example),
        "level": _level(example),
        "mode": modes[example.mode or "unknown"],
        "kind": kinds[example.offering_kind or "unknown"],
        "missing": _missing(material, example),
        "criterion": words.label("criterion", example.deciding_criterion),
    }
    return filled(text, places).inlines


def _names(example: Example) -> Iterator[str]:
    """Yield the names of the texts that may hold, the most particular first."""
    of_reading = f"{example.deciding_criterion}_{example.definition}"
    for variant in _variants(example):
        yield f"{of_reading}_{variant}"
        yield f"{example.deciding_criterion}_{variant}"
    yield of_reading
    yield example.deciding_criterion


def _variants(example: Example) -> Iterator[str]:
    kind = example.offering_kind
    if example.is_whole_programme:
        yield "whole"
    elif kind in BRIDGING:
        yield "bridging"
    elif kind == COMPONENT:
        yield "component"
    elif kind in UNKNOWN_KINDS:
        yield "unknown_kind"
    if example.has_no_assessment:
        yield "no_assessment"
    if example.workload_value is None:
        yield "no_size"
    elif example.workload_source == "component_sum":
        yield "summed"
    else:
        yield "credits" if example.workload_unit == "ects" else "hours"


def _level(example: Example) -> Inline:
    """Bind the level of an offering; nothing where it has none."""
    if example.vks_level is None:
        return ""
    key = f"offerings:{example.offering_id}:{example.academic_year}:vks_level"
    return Number(key, str(example.vks_level), "offerings")


def _missing(material: Material, example: Example) -> str:
    """Return the evidence that is missing, the one that decides first; a long list is cut short."""
    prefixes = WITH_CRITERIA.get(example.definition, ())
    lacking = [one for one in example.not_evidenced if one.split("-")[0] in prefixes]
    ordered = dict.fromkeys([example.deciding_criterion, *lacking])
    named = [material.words.label("criterion", one) for one in ordered]
    if len(named) <= LONGEST_LACK:
        return material.join(named)
    return material.words.text(
        "why.and_more", missing=material.words.text("list_separator").join(named[:LONGEST_LACK])
    )
