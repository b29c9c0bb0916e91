"""The size of an offering in words, and the rule that decides a size like that.

Border: whether a size is met is decided in the warehouse.
"""

from pipelines.explaining.evidence import size_rules
from pipelines.explaining.facts import OfferingFacts, Run
from pipelines.explaining.telling import Teller

STATED = "stated"
SIZE = "FW-18"
WITHOUT_UNIT = "size_without_unit"  # the screening rule that notes it


def size_text(teller: Teller, facts: OfferingFacts) -> str:
    """Return the size with where it comes from and where it stands."""
    words, run = teller.words, facts.run
    is_without_unit = WITHOUT_UNIT in facts.origin.noted()
    status = words.label("size_status", run.size_status or "unknown")
    if run.workload_value is None:
        return words.text("size_without_unit") if is_without_unit else status
    name = "size_stated" if run.workload_source == STATED else "size_summed"
    size = words.text(
        name,
        size=teller.printer.number(run.workload_value),
        unit=words.label("unit", run.workload_unit or ""),
    )
    said = [size, status]
    if is_without_unit:
        said.append(words.text("size_without_unit"))
    return "; ".join(said)


def size_rule_named(teller: Teller, run: Run) -> tuple[str, ...]:
    """Return which rule decides the size; nothing where that is the criterion itself."""
    rule = teller.background.rules.get(_rule_id(run))
    if rule is None:
        return ()
    return (teller.words.text("size_rule", rule_id=rule.rule_id, rule_name=rule.name),)


def size_rule(teller: Teller, run: Run) -> tuple[str, ...]:
    """Return the text of that rule."""
    return teller.further_rule(_rule_id(run))


def _rule_id(run: Run) -> str:
    return size_rules().get(run.size_status or "", "")
