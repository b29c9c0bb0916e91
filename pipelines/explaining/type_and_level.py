"""The type and the level of an offering with their reasons, and its components.

The published tables name one declared type, that of the column type_mc; what the origin of the
components amounts to is derived here as the warehouse does (classification.md, Types, declared).

Border: type and level themselves are decided in the warehouse.
"""

from collections.abc import Sequence
from decimal import Decimal

from pipelines.explaining.facts import Component, OfferingFacts, Run
from pipelines.explaining.page import Facts, Grid, Part
from pipelines.explaining.telling import Teller

# Observations that see nothing, so that nothing can contradict them.
NOTHING_OBSERVED = ("no_components", "no_catalogue", "component_rejected")
TYPES_OF_CODES = {"3a": "3", "3b": "4"}  # the two halves of what later became types 3 and 4
EXISTING = "existing_component"
TIE = "tie_stated"


def type_and_level(teller: Teller, facts: OfferingFacts) -> Part:
    """Return the part of a page that tells type, level and components."""
    words, run = teller.words, facts.run
    rows = {"type": _type_line(teller, facts)}
    if run.type_observation:
        rows["declared"] = _declared(teller, facts)
        rows["observed"] = _observed(teller, run)
    rows["level"] = _level_line(teller, facts)
    if run.level_declared not in (None, run.vks_level):
        level = str(run.level_declared)
        rows["level_declared"] = words.text("level.declared_otherwise", level=level)
    shown = tuple((words.text(f"label.{name}"), value) for name, value in rows.items())
    blocks: list[Facts | Grid] = [Facts(shown)]
    if facts.components:
        components = tuple(_component(teller, one) for one in facts.components)
        blocks.append(Grid(words.texts("component.columns"), components))
    return Part(words.text("part.type_and_level"), tuple(blocks))


def type_by_origin(components: Sequence[Component]) -> str | None:
    """Return the type that the declared origins amount to; None where they amount to none."""
    origins = {component.origin_declared for component in components}
    if not origins or None in origins:
        return None
    if origins == {EXISTING}:
        return "1"
    if EXISTING in origins:
        return "2"
    if origins == {"existing_content"}:
        return "3"
    return None if "existing_content" in origins else "4"


def _origin_type(facts: OfferingFacts) -> str | None:
    if facts.run.type_observation == "component_rejected":
        return None
    return type_by_origin(facts.components)


def _is_declared_differently(facts: OfferingFacts) -> bool:
    code, by_origin = facts.run.type_declared, _origin_type(facts)
    return bool(code and by_origin) and TYPES_OF_CODES.get(code or "", code) != by_origin


def _declared(teller: Teller, facts: OfferingFacts) -> str:
    words, by_origin = teller.words, _origin_type(facts)
    said = []
    if facts.run.type_declared:
        said.append(words.text("type.declared", type=facts.run.type_declared))
    if by_origin:
        said.append(words.text("type.declared_by_origin", type=by_origin))
    return "; ".join(said) or words.text("type.not_declared")


def _type_line(teller: Teller, facts: OfferingFacts) -> str:
    words, run = teller.words, facts.run
    if run.type_basis is None:
        return words.text("type.open_bare" if run.type_observation else "type.not_applicable")
    if run.type is None:
        reason = words.label("type.open_because", _reason(facts))
        return words.text("type.open", reason=reason)
    basis = words.label("type.basis", run.type_basis)
    return words.text("type.known", type=str(run.type), basis=basis)


def _reason(facts: OfferingFacts) -> str:
    """Return why there is no type: what is declared contradicts itself, or what is observed."""
    if facts.run.type_basis != "conflict":
        return facts.run.type_basis or ""
    if _is_declared_differently(facts) or facts.run.type_observation in NOTHING_OBSERVED:
        return "declared_conflict"
    return "conflict"


def _observed(teller: Teller, run: Run) -> str:
    words = teller.words
    observation = words.label("type.observation", run.type_observation or "")
    if run.components_found is None or run.components_total is None:
        return observation
    return words.text(
        "type.observed",
        observation=observation,
        found=str(run.components_found),
        total=str(run.components_total),
    )


def _component(teller: Teller, component: Component) -> tuple[str, ...]:
    words = teller.words
    found_in = (
        words.label("component.found_in", component.found_in)
        if component.found_in
        else words.text("component.not_found_out")
    )
    origin = component.origin_declared
    return (
        component.component_code,
        component.title or "",
        _number(teller, component.credits_ects),
        words.label("component.origin", origin) if origin else "",
        found_in,
        (component.vks_levels or "").replace("|", ", "),
    )


def _number(teller: Teller, value: Decimal | None) -> str:
    return "" if value is None else teller.printer.number(value)


def _level_line(teller: Teller, facts: OfferingFacts) -> str:
    words, run = teller.words, facts.run
    if run.vks_level is None:
        return words.text("level.unknown")
    source = words.label("level.source", _level_source(facts))
    return words.text("level.known", level=str(run.vks_level), source=source)


def _level_source(facts: OfferingFacts) -> str:
    """Return the source of the level; a missing weight is published as a tie and is none."""
    source = facts.run.level_source or ""
    unweighted = [one for one in facts.components if one.vks_levels and one.credits_ects is None]
    return "weight_missing" if source == TIE and unweighted else source
