"""What would decide a verdict that stays undetermined: the columns to fill in, or that none can.

Border: that a verdict is undetermined is decided in the warehouse.
"""

from collections.abc import Mapping

from pipelines.explaining.evidence import evidence_text, missing_columns
from pipelines.explaining.facts import Criterion, EnrolmentFacts, OfferingFacts, Verdict
from pipelines.explaining.telling import UNKNOWN_CODE, Teller

LIFELONG = "FS-6"  # not evidenced means: the kind is unknown
INTEGRATIVE = "VL-2"
COMPONENT = "opleidingsonderdeel"
# Readings in which type 1 counts by itself (classification.md, Verdict of an offering run).
TYPE_DECIDES = ("minister", "scope_note", "vlor")
EXAM_CONTRACTS = ("exam_credit", "exam_diploma")


def lacks_of_offering(
    teller: Teller, facts: OfferingFacts, definition: str, verdict: Verdict
) -> tuple[str, ...]:
    """Return what would decide an undetermined verdict on an offering."""
    words = teller.words
    open_criteria = [
        facts.criteria[rule.rule_id]
        for rule in teller.background.criteria_of(definition)
        if _is_open(facts.criteria, rule.rule_id)
    ]
    if verdict.deciding in {criterion.criterion_id for criterion in open_criteria}:
        lines = _lacking_criteria(teller, facts, open_criteria)
        if definition in TYPE_DECIDES and facts.run.type is None:
            lines.append(words.text("open.type"))
        return tuple(lines)
    if _is_open(facts.criteria, LIFELONG):
        return (words.text("open.kind"),)
    if verdict.deciding == INTEGRATIVE and facts.run.offering_kind == COMPONENT:
        return (words.text("open.integrative"),)
    return (words.text("open.silent"),)


def _is_open(criteria: Mapping[str, Criterion], criterion_id: str) -> bool:
    found = criteria.get(criterion_id)
    return found is not None and found.outcome == "not_evidenced"


def _lacking_criteria(
    teller: Teller, facts: OfferingFacts, open_criteria: list[Criterion]
) -> list[str]:
    words, criteria, noted = teller.words, facts.criteria, facts.origin.noted()
    ids = [criterion.criterion_id for criterion in open_criteria]
    lines = [words.text("open.criteria", criteria=", ".join(ids))]
    columns = missing_columns(criteria, ids, noted)
    if columns:
        lines.append(words.text("open.fill", columns=teller.join(columns)))
    for criterion in open_criteria:
        if not missing_columns(criteria, [criterion.criterion_id]):
            said = evidence_text(
                criterion.evidence, words, teller.printer, teller.background.institutions
            )
            lines.append(words.text("open.stated", evidence=f"{criterion.criterion_id}: {said}"))
    return lines


def lacks_of_enrolment(
    teller: Teller, facts: EnrolmentFacts, definition: str, verdict: Verdict
) -> tuple[str, ...]:
    """Return what would decide an undetermined verdict on an enrolment line."""
    return (teller.words.text(f"open.{_lack_of_enrolment(facts, definition, verdict)}"),)


def _lack_of_enrolment(facts: EnrolmentFacts, definition: str, verdict: Verdict) -> str:
    if definition == "minister" and facts.contract_type in EXAM_CONTRACTS:
        return "contract"
    if verdict.deciding == UNKNOWN_CODE:
        return "unknown_code"
    if facts.taken == "offering":
        return "offering"
    if definition == "strict_eu":
        return "no_offering"
    if facts.context == "offering":
        return "offering"
    if not facts.places:
        return "programme"
    if verdict.deciding == INTEGRATIVE:
        return "integrative"
    return "silent"
