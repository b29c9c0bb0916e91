"""What an explanation states: verdicts, criteria with evidence, rules, components, delivery.

Border: these are read in ``published.py``; no fact here tells who a learner is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.answers.facts import Definition


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue in the language of the page.

    Attributes:
        document: The text the rule comes from.
        deviation: How its application differs from that text; empty where it does not.
        order: Place in the catalogue.
        decides: The readings under which the rule can decide.
        is_criterion: Whether the rule is a criterion that every offering is tried on.
    """

    rule_id: str
    document: str
    name: str
    text: str
    deviation: str
    order: int
    decides: tuple[str, ...]
    is_criterion: bool


@dataclass(frozen=True)
class Verdict:
    """The verdict under one reading, with the criterion or rule that decided."""

    definition: str
    verdict: str
    deciding: str | None


@dataclass(frozen=True)
class Criterion:
    """The outcome of one criterion for one offering and year, with its evidence."""

    criterion_id: str
    outcome: str
    evidence: str | None


@dataclass(frozen=True)
class Component:
    """One building block of an offering, and where the institution's own catalogue has it."""

    component_code: str
    title: str | None
    credits_ects: Decimal | None
    origin_declared: str | None
    found_in: str | None
    vks_levels: str | None


@dataclass(frozen=True)
class Remark:
    """What screening noted about a row that was accepted; the message is Dutch."""

    rule_id: str | None
    column_name: str | None
    message: str


@dataclass(frozen=True)
class Origin:
    """The file and the row that something comes from, with what was noted about that row."""

    kind: str
    file_name: str | None
    received_on: date | None
    format: str | None
    status: str | None
    row_number: int | None
    remarks: tuple[Remark, ...]

    def noted(self) -> frozenset[str]:
        """Return the ids of the screening rules that noted something about the row."""
        return frozenset(remark.rule_id for remark in self.remarks if remark.rule_id)


@dataclass(frozen=True)
class ReusedCode:
    """An earlier year in which the code of an offering stood for another one, or seems to have.

    Attributes:
        reason: ``contract`` or ``nothing_in_common`` (table ``reused_codes``).
    """

    reason: str
    earlier_year: str
    earlier_title: str | None


@dataclass(frozen=True)
class Run:
    """One offering in one academic year, as published."""

    offering_id: str
    institution_id: str
    institution_name: str
    academic_year: str
    title: str | None
    offering_kind: str | None
    is_labelled: bool
    label_raw: str | None
    workload_value: Decimal | None
    workload_unit: str | None
    workload_source: str | None
    size_status: str | None
    vks_level: int | None
    level_source: str | None
    level_declared: int | None
    mode: str | None
    type: int | None
    type_basis: str | None
    type_declared: str | None
    type_observed: int | None
    type_observation: str | None
    components_total: int | None
    components_found: int | None
    lifecycle: str | None
    url: str | None
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True)
class OtherRuleSet:
    """Verdicts of one subject under another rule set than the one explained."""

    rule_set_version: str
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True)
class Background:
    """What holds for every subject of one published file.

    Attributes:
        definitions: The readings, framework first, in the order of the table ``definitions``.
        institutions: Names of the reporting institutions, by id.
    """

    definitions: Mapping[str, Definition]
    rules: Mapping[str, Rule]
    institutions: Mapping[str, str]
    rule_set_version: str
    as_of: date | None
    is_synthetic: bool

    def criteria_of(self, definition: str) -> tuple[Rule, ...]:
        """Return the criteria that can decide under a reading, in the order of the catalogue."""
        return tuple(
            rule for rule in self.rules.values() if rule.is_criterion and definition in rule.decides
        )


@dataclass(frozen=True)
class OfferingFacts:
    """Everything the page of an offering says.

    Attributes:
        joint_with: Ids under which partners deliver the same offering in that year.
        reused_code: What its code stood for before; None when the code was not reused.
        other_runs: The offering in its other years, newest first; empty when a year was asked for.
    """

    run: Run
    criteria: Mapping[str, Criterion]
    components: tuple[Component, ...]
    joint_with: tuple[str, ...]
    reused_code: ReusedCode | None
    origin: Origin
    other_runs: tuple[Run, ...]
    other_rule_sets: tuple[OtherRuleSet, ...]


@dataclass(frozen=True)
class ProgrammePlace:
    """A programme of that year's catalogue that holds what was taken, or that was taken."""

    programme_code: str
    programme_kind: str
    programme_name: str | None
    is_integrative: bool | None


@dataclass(frozen=True)
class EnrolmentFacts:
    """Everything the page of an enrolment line says; who enrolled is not among it.

    Attributes:
        taken: ``offering``, ``unknown_offering``, ``component`` or ``programme``.
        context: Group of the case (table ``verdict_cases``); None when an offering was taken.
        places: The programmes that give the line its context; empty when an offering was taken.
        offering_verdicts: The verdicts of the offering taken, by reading; empty without one.
    """

    enrolment_id: str
    institution_id: str
    institution_name: str
    academic_year: str
    contract_type: str
    taken: str
    offering_id: str | None
    offering_title: str | None
    component_code: str | None
    programme_code: str | None
    credits_ects: Decimal | None
    purpose: str
    enrolled_on: date | None
    withdrawn_on: date | None
    is_counted: bool
    reason_not_counted: str | None
    context: str | None
    places: tuple[ProgrammePlace, ...]
    verdicts: Mapping[str, Verdict]
    offering_verdicts: Mapping[str, Verdict]
    origin: Origin
    other_rule_sets: tuple[OtherRuleSet, ...]
