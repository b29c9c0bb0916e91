"""The facts an answer states besides its figures: institutions, readings, sources, coverage.

Border: these are read in ``published.py``; no fact here is about a person, and none is a row count
of a kind of delivery about persons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.answers.disclosure import DisclosureRules
from pipelines.answers.examples import Example
from pipelines.answers.vocabulary import Vocabulary
from pipelines.console import StaalkaartError

UNKNOWN_KIND = "unknown"  # the kind of a delivery nobody could read


@dataclass(frozen=True)
class Institution:
    """One reporting unit of the register."""

    institution_id: str
    name: str
    kind: str


@dataclass(frozen=True)
class Definition:
    """One reading of "microcredential", with the text it comes from and that text's date."""

    definition: str
    name: str
    short: str
    source: str
    dated_on: date | None
    is_dated_to_the_year: bool


@dataclass(frozen=True)
class Measure:
    """One thing that is counted, its unit, and the kind of delivery it is counted from."""

    measure: str
    name: str
    unit: str
    kind: str


@dataclass(frozen=True)
class Parameter:
    """One threshold of the published warehouse."""

    name: str
    value: Decimal


@dataclass(frozen=True)
class Supply:
    """What one institution delivered of one kind for one academic year."""

    institution_id: str
    academic_year: str
    kind: str
    status: str
    complete_for: frozenset[str]


@dataclass(frozen=True)
class Delivery:
    """One delivery and kind, without its row counts; no ``scopes`` means that they are unknown."""

    institution_id: str
    kind: str
    file_name: str
    sha256: str | None
    received_on: date | None
    status: str
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SuiteResult:
    """How the expectations of one suite ended in the run that was published."""

    suite: str
    asked: int
    succeeded: int
    warned: int


@dataclass(frozen=True)
class ListedOffering:
    """One offering in an academic year that counts, or may count, under a reading."""

    offering_id: str
    institution_id: str
    academic_year: str
    title: str
    offering_kind: str | None
    type: str | None
    vks_level: int | None
    mode: str | None
    workload_value: Decimal | None
    workload_unit: str | None
    workload_source: str | None
    verdicts: dict[str, str]

    @property
    def counts_somewhere(self) -> bool:
        """Whether at least one reading counts it for certain."""
        return "in" in self.verdicts.values()


@dataclass(frozen=True)
class Lack:
    """How many offerings that stay undetermined lack the evidence of one criterion."""

    criterion_id: str
    offerings: int


@dataclass(frozen=True)
class Build:
    """What was published: as-of date, versions, hashes, and whether it is synthetic."""

    as_of: date
    code_version: str
    rule_set_version: str
    key_fingerprint: str | None
    is_synthetic: bool
    landing_hash: str


@dataclass(frozen=True)
class Published:
    """Everything an answer says besides its figures.

    Attributes:
        offerings, lacks: Of the institutions that the question is about.
        reusing: The institutions that give a code to something else in a later year, so that what
            they offer is another offering every year.
    """

    build: Build
    vocabulary: Vocabulary
    institutions: tuple[Institution, ...]
    definitions: dict[str, Definition]
    measures: dict[str, Measure]
    parameters: dict[str, Parameter]
    supplies: dict[tuple[str, str, str], Supply]
    deliveries: tuple[Delivery, ...]
    suites: tuple[SuiteResult, ...]
    offerings: tuple[ListedOffering, ...]
    lacks: dict[str, tuple[Lack, ...]]
    examples: tuple[Example, ...]
    rule_names: dict[str, str]
    reusing: frozenset[str]

    def has_refused_delivery(self, institution_id: str, year: str, kind: str) -> bool:
        """Return whether a refused delivery may have been meant for an institution, year and kind.

        A refused file need not tell its year or kind; then it may have been meant for any.
        """
        return any(
            one.status == "refused"
            and one.institution_id == institution_id
            and one.kind in (kind, UNKNOWN_KIND)
            and (not one.scopes or year in one.scopes)
            for one in self.deliveries
        )

    def disclosure_rules(self) -> DisclosureRules:
        """Return the thresholds of disclosure; those the method names must be there too.

        Raises:
            StaalkaartError: The warehouse does not publish one of them.
        """
        return disclosure_rules(self.parameters)


def disclosure_rules(parameters: Mapping[str, Parameter]) -> DisclosureRules:
    """Return the thresholds of disclosure among the published parameters.

    Raises:
        StaalkaartError: One of them, or one the method names, is not published.
    """
    names = ("disclosure_base", "percentage_base", "max_unknown_share")
    said = ("census_days", "max_rejected_share")
    missing = [name for name in (*names, *said) if name not in parameters]
    if missing:
        raise StaalkaartError(
            f"De tabel parameters mist {', '.join(missing)}; zonder die drempels verschijnt er "
            "geen cijfer over personen. Vul dbt_project/seeds/published/parameters.csv aan en "
            "voer 'staalkaart run' uit."
        )
    base, percentage_base, max_unknown_share = (parameters[name].value for name in names)
    return DisclosureRules(base, percentage_base, max_unknown_share)
