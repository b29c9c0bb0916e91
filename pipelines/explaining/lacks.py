"""What would decide a verdict that stays undetermined: the columns to fill in, or that none can.

Border: that a verdict is undetermined is decided in the warehouse.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.explaining.evidence import evidence_text, missing_columns
from pipelines.explaining.facts import Criterion, EnrolmentFacts, Verdict
from pipelines.explaining.telling import UNKNOWN_CODE, Teller

LIFELONG = "FS-6"  # not evidenced means: the kind is unknown
INTEGRATIVE = "VL-2"
COMPONENT = "opleidingsonderdeel"
# Readings in which type 1 counts by itself (classification.md, Verdict of an offering run).
TYPE_DECIDES = ("minister", "scope_note", "vlor")
EXAM_CONTRACTS = ("exam_credit", "exam_diploma")


@dataclass(frozen=True)
class Judged:
    """What of an offering tells why a verdict on it stays open.

    Attributes:
        noted: The screening rules that noted something about its row.
    """

    criteria: Mapping[str, Criterion]
    offering_kind: str | None
    type: int | None
    noted: frozenset[str]


def lacks_of_offering(
    teller: Teller, judged: Judged, definition: str, verdict: Verdict
) -> tuple[str, ...]:
    """Return what would decide an undetermined verdict on an offering."""
    words = teller.words
    open_criteria = _open_criteria(teller, judged, definition, verdict)
    if not open_criteria:
        return (words.text(f"open.{_lack_of_offering(judged, verdict)}"),)
    lines = _lacking_criteria(teller, judged, open_criteria)
    if definition in TYPE_DECIDES and judged.type is None:
        lines.append(words.text("open.type"))
    return tuple(lines)


def lack_in_brief(
    teller: Teller, judged: Judged, definition: str, verdict: Verdict
) -> tuple[str, str]:
    """Return the criteria that an undetermined verdict on an offering stays open on, and a cure."""
    words = teller.words
    open_criteria = _open_criteria(teller, judged, definition, verdict)
    if not open_criteria:
        lack = _lack_of_offering(judged, verdict)
        return verdict.deciding or "", words.text(f"open_brief.{lack}")
    ids = [criterion.criterion_id for criterion in open_criteria]
    columns = missing_columns(judged.criteria, ids, judged.noted)
    said = [words.text("open_brief.fill", columns=teller.join(columns))] if columns else []
    silent = [one for one in ids if not missing_columns(judged.criteria, [one])]
    if silent:
        said.append(words.text("open_brief.stated", criteria=teller.join(silent)))
    if definition in TYPE_DECIDES and judged.type is None:
        said.append(words.text("open_brief.type"))
    return ", ".join(ids), "; ".join(said)


def _open_criteria(
    teller: Teller, judged: Judged, definition: str, verdict: Verdict
) -> list[Criterion]:
    """Return the criteria that are not evidenced, where one of them keeps the verdict open."""
    found = [
        judged.criteria[rule.rule_id]
        for rule in teller.background.criteria_of(definition)
        if _is_open(judged.criteria, rule.rule_id)
    ]
    is_deciding = verdict.deciding in {criterion.criterion_id for criterion in found}
    return found if is_deciding else []


def _lack_of_offering(judged: Judged, verdict: Verdict) -> str:
    if _is_open(judged.criteria, LIFELONG):
        return "kind"
    if verdict.deciding == INTEGRATIVE and judged.offering_kind == COMPONENT:
        return "integrative"
    return "silent"


def _is_open(criteria: Mapping[str, Criterion], criterion_id: str) -> bool:
    found = criteria.get(criterion_id)
    return found is not None and found.outcome == "not_evidenced"


def _lacking_criteria(teller: Teller, judged: Judged, open_criteria: list[Criterion]) -> list[str]:
    words, criteria, noted = teller.words, judged.criteria, judged.noted
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
