"""What the bulletin needs of the published file: coverage, deliveries, checks; no row of a person.

Border: nothing is concluded here, and no row count of a delivery leaves this module but as a share.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import duckdb

from pipelines.answers.published import open_published
from pipelines.console import StaalkaartError
from pipelines.settings import Settings

_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"20\d\d-20\d\d")
_DIGIT = re.compile(r"\d")
REFUSED, IN_FORCE = "refused", "in_force"


@dataclass(frozen=True)
class BuildFacts:
    """The one row of ``build``."""

    built_at: datetime
    as_of: date | None
    as_of_requested: date | None
    code_version: str
    rule_set_version: str
    landing_hash: str
    is_synthetic: bool


@dataclass(frozen=True)
class Supplied:
    """What one institution delivered of one kind for one year: one row of ``coverage``."""

    institution_id: str
    academic_year: str
    kind: str
    status: str
    complete_for: frozenset[str]
    rejected_share: float


@dataclass(frozen=True)
class Delivered:
    """One delivery and kind; ``scopes`` are the years or quarters it is about."""

    institution_id: str
    kind: str
    file_name: str
    sha256: str | None
    received_on: date
    status: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class MeasureFacts:
    """A measure and the kind of delivery it is counted from."""

    measure: str
    name: str
    kind: str


@dataclass(frozen=True)
class FlemishCell:
    """How complete the Flemish figure of a measure and year is."""

    status: str
    institutions_reporting: int | None


@dataclass(frozen=True)
class SuiteFacts:
    """How the expectations of one suite ended."""

    suite: str
    asked: int
    unmet: int


@dataclass(frozen=True)
class Unmet:
    """An expectation that did not hold; ``named`` are the institutions and kinds it names."""

    suite: str
    subject: str
    is_blocking: bool
    named: str


@dataclass(frozen=True)
class PublishedFacts:
    """Everything the bulletin reads from the published file."""

    build: BuildFacts
    institutions: Mapping[str, str]
    supplies: tuple[Supplied, ...]
    deliveries: tuple[Delivered, ...]
    measures: Mapping[str, MeasureFacts]
    cells: Mapping[tuple[str, str], FlemishCell]
    absent: frozenset[tuple[str, str]]
    suites: tuple[SuiteFacts, ...]
    unmet: tuple[Unmet, ...]
    parameters: Mapping[str, float]
    window_length: int = 5

    @cached_property
    def years(self) -> tuple[str, ...]:
        """Every year of the coverage, oldest first."""
        return tuple(sorted({one.academic_year for one in self.supplies}))

    @cached_property
    def completed_years(self) -> tuple[str, ...]:
        """The years of the newest window: those that ended before the as-of date."""
        as_of = self.build.as_of
        ended = [year for year in self.years if as_of and date(int(year[-4:]), 9, 30) < as_of]
        return tuple(ended[-self.window_length :])

    @cached_property
    def running_years(self) -> tuple[str, ...]:
        """The years after the newest completed one."""
        last = self.completed_years[-1] if self.completed_years else ""
        return tuple(year for year in self.years if year > last)

    def measures_of(self, kind: str) -> list[MeasureFacts]:
        """Return the measures that are counted from a kind of delivery, in their order."""
        return [one for one in self.measures.values() if one.kind == kind]

    def refused_files(self) -> list[Delivered]:
        """Return the deliveries that are refused."""
        return [one for one in self.deliveries if one.status == REFUSED]


def read_published_facts(settings: Settings, language: str) -> PublishedFacts | None:
    """Return the facts of the published file, None when there is none that can be read.

    Args:
        settings: Where the published file is.
        language: Of the names of measures.
    """
    try:
        with open_published(settings.published_file) as connection:
            return _facts(connection, language)
    except (StaalkaartError, duckdb.Error):
        return None


def _facts(connection: duckdb.DuckDBPyConnection, language: str) -> PublishedFacts:
    def rows(query: str) -> list[tuple[object, ...]]:
        return connection.execute(query).fetchall()

    (build,) = rows(
        "select built_at, as_of, as_of_requested, code_version, rule_set_version, landing_hash,"
        " is_synthetic from build"
    )
    return PublishedFacts(
        build=BuildFacts(*build),  # type: ignore[arg-type]
        institutions=dict(rows(INSTITUTIONS)),  # type: ignore[arg-type]
        supplies=tuple(
            Supplied(
                str(row[0]),
                str(row[1]),
                str(row[2]),
                str(row[3]),
                _texts(row[4]),
                float(str(row[5])),
            )
            for row in rows(SUPPLIES)
        ),
        deliveries=tuple(
            Delivered(
                str(row[0]),
                str(row[1]),
                str(row[2]),
                None if row[3] is None else str(row[3]),
                row[4],  # type: ignore[arg-type]
                str(row[5]),
                _scopes(row[6]),
            )
            for row in rows(DELIVERIES)
        ),
        measures={
            str(row[0]): MeasureFacts(str(row[0]), str(row[1]), str(row[2]))
            for row in rows(
                f"select measure, name_{'en' if language == 'en' else 'nl'}, kind"  # noqa: S608
                " from measures order by measure_order"
            )
        },
        cells={
            (str(row[0]), str(row[1])): FlemishCell(str(row[2]), row[3])  # type: ignore[arg-type]
            for row in rows(CELLS)
        },
        absent=frozenset((str(row[0]), str(row[1])) for row in rows(ABSENT)),
        suites=tuple(SuiteFacts(*row) for row in rows(SUITES)),  # type: ignore[arg-type]
        unmet=tuple(
            Unmet(str(row[0]), str(row[1]), bool(row[2]), names_of(row[3])) for row in rows(UNMET)
        ),
        parameters={
            str(name): float(str(value))
            for name, value in rows("select name, value from parameters")
        },
    )


INSTITUTIONS = """
    select institution_id, name from institutions
    order by kind <> 'university', lower(name), institution_id
"""
PARAMETERS = "select name, value from parameters order by name"
SUPPLIES = """
    select
        institution_id, academic_year, kind, status, complete_for,
        cast(coalesce(rows_rejected / nullif(rows_read, 0), 0) as double)
    from coverage
    where academic_year is not null
    order by all
"""
DELIVERIES = """
    select institution_id, kind, file_name, sha256, received_on, status, scope_unit
    from deliveries
    order by all
"""
# The least complete reading speaks for a measure and year.
CELLS = """
    select
        measure, academic_year,
        case
            when bool_and(status = 'missing') then 'missing'
            when bool_or(status <> 'final') then 'partial'
            else 'final'
        end,
        cast(min(institutions_reporting) as integer)
    from counts
    where institution_id = '*' and split = 'none' and second_split is null
    group by measure, academic_year
    order by measure, academic_year
"""
ABSENT = """
    select distinct institution_id, academic_year
    from counts
    where status = 'did_not_exist'
    order by all
"""
SUITES = """
    select
        suite, cast(count(*) as integer),
        cast(count(*) filter (where could_not_run or not success) as integer)
    from check_results
    group by suite
    order by suite
"""
UNMET = """
    select distinct suite, subject, severity = 'critical' or could_not_run, details
    from check_results
    where could_not_run or not success
    order by all
"""


def names_of(details: object) -> str:
    """Return whom the details of a check name: institutions, kinds and years, never a count."""
    without_brackets = _BRACKETS.sub("", str(details or ""))
    items = []
    for item in without_brackets.split(";"):
        words = [word for word in item.split() if _YEAR.fullmatch(word) or not _DIGIT.search(word)]
        # The gate ends a long list with how many more there are.
        items.append("…" if words[:2] == ["en", "nog"] else " ".join(words))
    return "; ".join(dict.fromkeys(item for item in items if item))


def _texts(joined: object) -> frozenset[str]:
    return frozenset(str(joined or "").split("|")) - {""}


def _scopes(scope_unit: object) -> frozenset[str]:
    """Return the years or quarters of a delivery, without the part of the institution."""
    return _texts(str(scope_unit or "").partition("/")[0])
