"""Reading the facts of an answer from the published warehouse.

Border: no row about a person is read here, and no row count of a kind of delivery about persons:
how many enrolment lines an institution sent is itself a number about persons.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.answers.examples import read_examples
from pipelines.answers.facts import (
    Build,
    Definition,
    Delivery,
    Institution,
    Lack,
    ListedOffering,
    Measure,
    Parameter,
    Published,
    SuiteResult,
    Supply,
)
from pipelines.answers.printable import printable
from pipelines.answers.questions import Question
from pipelines.answers.vocabulary import must_be_answerable, read_vocabulary
from pipelines.console import StaalkaartError

# Where an institution has several streams for one kind and year, the best one describes it.
STATUS_ORDER = ("delivered", "carried_forward", "refused", "missing")


@contextmanager
def open_published(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published warehouse read-only.

    Raises:
        StaalkaartError: Nothing was published yet, or not a file that can be read (exit 2); the
            message names the next command.
    """
    if not file.is_file():
        raise StaalkaartError(
            f"Er is nog niets gepubliceerd in {file.parent}. Voer eerst 'staalkaart run' uit "
            "(met dezelfde --data) en geef daarna dit commando opnieuw."
        )
    if not os.access(file, os.R_OK):
        raise StaalkaartError(
            f"Er is geen recht om {file} te lezen. Pas de rechten van dat bestand aan en geef "
            "daarna dit commando opnieuw."
        )
    with told_when_unreadable(file):
        connection = duckdb.connect(str(file), read_only=True)
    with connection:
        yield connection


@contextmanager
def told_when_unreadable(file: Path) -> Iterator[None]:
    """Turn what the database says against a published file into a message for people."""
    try:
        yield
    except duckdb.Error as problem:
        raise StaalkaartError(
            f"{file} is geen leesbaar warenhuis: het is beschadigd of van een andere versie "
            f"({type(problem).__name__}). Zet dat bestand opzij en voer 'staalkaart run' uit (met "
            "dezelfde --data); die bouwt het opnieuw uit wat eerder geleverd is."
        ) from None


def read_published(
    connection: duckdb.DuckDBPyConnection, question: Question, language: str
) -> Published:
    """Read what the answer to a question says besides its figures.

    Raises:
        StaalkaartError: The question names what is not published (exit 2).
    """
    build = _build(connection)
    vocabulary = read_vocabulary(connection)
    must_be_answerable(question, vocabulary)
    measures = {
        row["measure"]: Measure(
            row["measure"], row[f"name_{language}"], row[f"unit_{language}"], row["kind"]
        )
        for row in _rows(connection, "select * from measures order by all")
    }
    definitions = {
        row["definition"]: Definition(
            definition=row["definition"],
            name=row[f"name_{language}"],
            short=row[f"short_{language}"],
            source=row["source_en" if language == "en" else "source"],
            dated_on=row["dated_on"],
            is_dated_to_the_year=row.get("dated_on_precision") == "year",
        )
        for row in _rows(
            connection, "select * from definitions order by definition_order, definition"
        )
    }
    institutions = _institutions(connection)
    asked = [
        one.institution_id
        for one in institutions
        if question.scope.holds(one.institution_id, one.kind)
    ]
    return Published(
        build=build,
        vocabulary=vocabulary,
        institutions=institutions,
        definitions=definitions,
        measures=measures,
        parameters={
            row["name"]: Parameter(row["name"], Decimal(str(row["value"])))
            for row in _rows(connection, "select name, value from parameters order by name")
        },
        supplies=_supplies(connection),
        deliveries=_deliveries(connection),
        suites=_suites(connection),
        offerings=_offerings(connection, question, asked),
        lacks=_lacks(connection, question, asked),
        examples=read_examples(connection, question.definitions, question.window.to_year),
        rule_names={
            row["rule_id"]: row[f"name_{language}"]
            for row in _rows(
                connection, "select rule_id, name_nl, name_en from rules order by rule_id"
            )
        },
        reusing=frozenset(
            row["institution_id"]
            for row in _rows(
                connection, "select institution_id from reused_codes where reason = 'contract'"
            )
        ),
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries."""
    cursor = connection.execute(sql, dict(values or {}))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _build(connection: duckdb.DuckDBPyConnection) -> Build:
    rows = _rows(
        connection,
        "select as_of, code_version, rule_set_version, key_fingerprint, is_synthetic, landing_hash"
        " from build",
    )
    if len(rows) != 1:
        raise StaalkaartError(
            "Het gepubliceerde warenhuis zegt niet waar het vandaan komt (tabel build). "
            "Voer 'staalkaart run' opnieuw uit."
        )
    if rows[0]["as_of"] is None:
        raise StaalkaartError(
            "Het gepubliceerde warenhuis bevat geen enkele levering; er valt niets te antwoorden. "
            "Zet leveringen in de map met leveringen en voer 'staalkaart run' uit."
        )
    return Build(**rows[0])


def _institutions(connection: duckdb.DuckDBPyConnection) -> tuple[Institution, ...]:
    """Return the register, universities first, then by name."""
    rows = _rows(
        connection,
        "select institution_id, name, kind from institutions"
        " order by kind <> 'university', lower(name), institution_id",
    )
    return tuple(Institution(**row) for row in rows)


def _supplies(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], Supply]:
    rows = _rows(
        connection,
        "select institution_id, academic_year, kind, status, complete_for from coverage"
        " where academic_year is not null order by all",
    )
    found: dict[tuple[str, str, str], Supply] = {}
    for row in rows:
        place = (row["institution_id"], row["academic_year"], row["kind"])
        complete_for = frozenset((row["complete_for"] or "").split("|")) - {""}
        supply = Supply(*place, row["status"], complete_for)
        other = found.get(place)
        if other is None or _rank(supply.status) < _rank(other.status):
            found[place] = supply
        elif supply.status == other.status:
            found[place] = Supply(*place, supply.status, complete_for | other.complete_for)
    return found


def _rank(status: str) -> int:
    return STATUS_ORDER.index(status) if status in STATUS_ORDER else len(STATUS_ORDER)


def _deliveries(connection: duckdb.DuckDBPyConnection) -> tuple[Delivery, ...]:
    rows = _rows(
        connection,
        "select institution_id, kind, file_name, sha256, received_on, status,"
        " coalesce(scope_unit, '') as scopes from deliveries"
        " order by institution_id, received_on, file_name, kind, sha256",
    )
    return tuple(
        Delivery(
            **row
            | {
                "file_name": printable(row["file_name"]),
                "scopes": frozenset(row["scopes"].split("|")) - {""},
            }
        )
        for row in rows
    )


def _suites(connection: duckdb.DuckDBPyConnection) -> tuple[SuiteResult, ...]:
    rows = _rows(
        connection,
        "select suite, cast(count(*) as bigint) as asked,"
        " cast(count(*) filter (where success and not could_not_run) as bigint) as succeeded,"
        " cast(count(*) filter (where not success) as bigint) as warned"
        " from check_results group by suite order by suite",
    )
    return tuple(SuiteResult(**row) for row in rows)


OFFERINGS_SQL = """
    with judged as (
        select
            offering_id, academic_year,
            map_from_entries(list((definition, verdict) order by definition)) as verdicts
        from offering_verdicts
        where list_contains($definitions, definition)
            and list_contains($years, academic_year)
            and verdict <> 'out'
            and rule_set_version = (select min(rule_set_version) from build)
        group by offering_id, academic_year
    )
    select
        o.offering_id, o.institution_id, o.academic_year, o.title, o.offering_kind,
        cast(o.type as varchar) as type, o.vks_level, o.mode,
        cast(o.workload_value as decimal(18, 2)) as workload_value, o.workload_unit,
        o.workload_source, judged.verdicts
    from offerings as o
    inner join judged
        on o.offering_id = judged.offering_id and o.academic_year = judged.academic_year
    where list_contains($institutions, o.institution_id)
    order by o.academic_year, o.institution_id, lower(o.title), o.offering_id
"""

# Criteria that other readings decide on have other prefixes (rules.csv: FW and FS, EU).
LACKS_SQL = """
    select
        criteria.criterion_id,
        cast(count(distinct criteria.offering_id) as bigint) as offerings
    from offering_criteria as criteria
    inner join offering_verdicts as verdicts
        on criteria.offering_id = verdicts.offering_id
        and criteria.academic_year = verdicts.academic_year
        and criteria.rule_set_version = verdicts.rule_set_version
    inner join offerings
        on criteria.offering_id = offerings.offering_id
        and criteria.academic_year = offerings.academic_year
    where verdicts.definition = $definition
        and verdicts.verdict = 'undetermined'
        and criteria.outcome = 'not_evidenced'
        and criteria.academic_year = $year
        and list_contains($institutions, offerings.institution_id)
        and list_contains($prefixes, split_part(criteria.criterion_id, '-', 1))
        and verdicts.rule_set_version = (select min(rule_set_version) from build)
    group by criteria.criterion_id
    order by offerings desc, criteria.criterion_id
"""
CRITERIA_PREFIXES = {"framework": ["FW", "FS"], "strict_eu": ["EU"]}


def _offerings(
    connection: duckdb.DuckDBPyConnection, question: Question, institutions: list[str]
) -> tuple[ListedOffering, ...]:
    rows = _rows(
        connection,
        OFFERINGS_SQL,
        {
            "definitions": list(question.definitions),
            "years": list(question.window.shown_years),
            "institutions": institutions,
        },
    )
    return tuple(
        ListedOffering(**row | {"title": printable(row["title"] or row["offering_id"])})
        for row in rows
    )


def _lacks(
    connection: duckdb.DuckDBPyConnection, question: Question, institutions: list[str]
) -> dict[str, tuple[Lack, ...]]:
    """Return, per reading with listed criteria, what keeps offerings of the last year open."""
    found = {}
    for definition in question.definitions:
        prefixes = CRITERIA_PREFIXES.get(definition)
        if prefixes is None:
            continue
        values = {
            "definition": definition,
            "year": question.window.to_year,
            "prefixes": prefixes,
            "institutions": institutions,
        }
        found[definition] = tuple(Lack(**row) for row in _rows(connection, LACKS_SQL, values))
    return found
