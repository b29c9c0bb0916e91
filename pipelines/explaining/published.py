"""Reading the facts of an explanation from the published file; values are bound, never formatted.

Border: no column that tells who a learner is, is read here.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines.answers.facts import Definition
from pipelines.answers.published import open_published
from pipelines.console import StaalkaartError
from pipelines.explaining.facts import (
    Background,
    Component,
    Criterion,
    EnrolmentFacts,
    OfferingFacts,
    Origin,
    OtherRuleSet,
    ProgrammePlace,
    Remark,
    ReusedCode,
    Rule,
    Run,
    Verdict,
)

DECIDES = "definition "  # how rules.applied_in names a reading (seeds.yml)
SOURCE = {"nl": "source", "en": "source_en"}  # columns of definitions
DOCUMENT = {"nl": "document", "en": "document_en"}  # columns of rules

RUNS_SQL = """
    select
        offerings.offering_id, offerings.institution_id,
        coalesce(institutions.name, offerings.institution_id) as institution_name,
        academic_year, title, offering_kind, coalesce(is_labelled, false) as is_labelled, label_raw,
        workload_value, workload_unit, workload_source, size_status, vks_level, level_source,
        level_declared, mode, type, type_basis, type_declared, type_observed, type_observation,
        components_total, components_found, lifecycle, url
    from offerings
    left join institutions on offerings.institution_id = institutions.institution_id
    where offering_id = $offering_id
    order by academic_year desc
"""
OFFERING_VERDICTS_SQL = """
    select academic_year, definition, verdict, deciding_criterion, rule_set_version
    from offering_verdicts
    where offering_id = $offering_id
    order by all
"""
CRITERIA_SQL = """
    select criterion_id, outcome, evidence
    from offering_criteria
    where offering_id = $offering_id and academic_year = $academic_year
        and rule_set_version = $rule_set_version
    order by criterion_id
"""
COMPONENTS_SQL = """
    select component_code, title, credits_ects, origin_declared, found_in, vks_levels
    from offering_components
    where offering_id = $offering_id and academic_year = $academic_year
    order by component_code
"""
JOINT_SQL = """
    select partners.offering_id
    from offerings as own
    inner join offerings as partners
        on own.flemish_unit_id = partners.flemish_unit_id
        and own.academic_year = partners.academic_year
        and own.offering_id <> partners.offering_id
    where own.offering_id = $offering_id and own.academic_year = $academic_year
    order by partners.offering_id
"""
REUSED_SQL = """
    select reason, earlier_year, earlier_title
    from reused_codes
    where offering_id = $offering_id and academic_year = $academic_year
"""
OFFERING_ORIGIN_SQL = """
    select delivery_id, row_number from offerings
    where offering_id = $offering_id and academic_year = $academic_year
"""
ENROLMENT_SQL = """
    select
        enrolments.enrolment_id, enrolments.institution_id, enrolments.academic_year,
        coalesce(institutions.name, enrolments.institution_id) as institution_name,
        enrolments.contract_type, enrolments.offering_id, offerings.title as offering_title,
        offerings.offering_id is not null as is_offering_known,
        enrolments.component_code, enrolments.programme_code, enrolments.credits_ects,
        enrolments.purpose, enrolments.enrolled_on, enrolments.withdrawn_on,
        enrolments.is_counted, enrolments.reason_not_counted, enrolments.case_id,
        enrolments.delivery_id, enrolments.row_number
    from enrolments
    left join institutions on enrolments.institution_id = institutions.institution_id
    left join offerings
        on enrolments.offering_id = offerings.offering_id
        and enrolments.academic_year = offerings.academic_year
    where enrolments.institution_id = $institution_id
        and enrolments.academic_year = $academic_year
        and enrolments.enrolment_id = $enrolment_id
"""
CASE_VERDICTS_SQL = """
    select definition, verdict, deciding_criterion, rule_set_version, context
    from verdict_cases
    where case_id = $case_id
    order by all
"""
# A line that names its programme has the context of that programme; a component alone has that of
# every programme that holds it (classification.md, Verdict of an enrolment line).
PLACES_SQL = """
    select
        programme_code, programme_kind, any_value(programme_name order by programme_name)
            as programme_name,
        bool_or(is_integrative) filter (where component_code = $component_code) as is_integrative
    from programme_components
    where institution_id = $institution_id and academic_year = $academic_year
        and (programme_code = $programme_code
            or ($programme_code is null and component_code = $component_code))
    group by programme_code, programme_kind
    order by programme_kind, programme_code
"""
DELIVERY_SQL = """
    select file_name, received_on, format, status
    from deliveries
    where delivery_id = $delivery_id
    order by kind <> $kind, status <> 'in_force', file_name
    limit 1
"""
REMARKS_SQL = """
    select rule_id, column_name, message_nl as message
    from rejected_rows
    where delivery_id = $delivery_id and kind = $kind and row_number = $row_number
        and severity = 'warning'
    order by column_name, rule_id
"""


@contextmanager
def published_for_reading(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published file read-only.

    Raises:
        StaalkaartError: Nothing is published, or the file is not one this version can read
            (exit 2); the message names the next command.
    """
    try:
        with open_published(file) as connection:
            yield connection
    except duckdb.Error:
        raise StaalkaartError(
            f"{file.name} is van een andere versie van Staalkaart, of onvolledig. "
            "Voer 'staalkaart run' uit (met dezelfde --data) en vraag de uitleg opnieuw."
        ) from None


def rows_of(
    connection: duckdb.DuckDBPyConnection, sql: str, **values: object
) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries; values are bound by name."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def read_background(connection: duckdb.DuckDBPyConnection, language: str) -> Background:
    """Return what holds for every subject: readings, rules, institutions, what was published.

    Raises:
        StaalkaartError: The file does not say where it comes from (exit 2).
    """
    builds = rows_of(connection, "select as_of, rule_set_version, is_synthetic from build")
    if len(builds) != 1:
        raise StaalkaartError(
            "Het gepubliceerde warenhuis zegt niet waar het vandaan komt (tabel build). "
            "Voer 'staalkaart run' opnieuw uit."
        )
    definitions = [
        Definition(
            definition=row["definition"],
            name=row[f"name_{language}"],
            short=row[f"short_{language}"],
            source=row[SOURCE[language]],
            dated_on=row["dated_on"],
            is_dated_to_the_year=row["dated_on_precision"] == "year",
        )
        for row in rows_of(connection, "select * from definitions order by definition_order")
    ]
    order = [definition.definition for definition in definitions]
    institutions = rows_of(connection, "select institution_id, name from institutions")
    return Background(
        definitions={definition.definition: definition for definition in definitions},
        rules={
            row["rule_id"]: _rule(row, language, order)
            for row in rows_of(connection, "select * from rules order by rule_order")
        },
        institutions={row["institution_id"]: row["name"] for row in institutions},
        **builds[0],
    )


def _rule(row: dict[str, Any], language: str, order: Sequence[str]) -> Rule:
    places = (row["applied_in"] or "").split(";")
    named = {place.removeprefix(DECIDES) for place in places if place.startswith(DECIDES)}
    return Rule(
        rule_id=row["rule_id"],
        document=row[DOCUMENT[language]],
        name=row[f"name_{language}"],
        text=row[f"text_{language}"],
        deviation=row[f"reason_{language}"] or "",
        order=row["rule_order"],
        decides=tuple(definition for definition in order if definition in named),
        is_criterion=f"criterion {row['rule_id']}" in places,
    )


def read_runs(
    connection: duckdb.DuckDBPyConnection, offering_id: str, rule_set_version: str
) -> list[Run]:
    """Return an offering in every year, newest first; an empty list when nobody delivered it."""
    verdicts: dict[str, dict[str, Verdict]] = {}
    for row in rows_of(connection, OFFERING_VERDICTS_SQL, offering_id=offering_id):
        if row["rule_set_version"] == rule_set_version:
            verdicts.setdefault(row["academic_year"], {})[row["definition"]] = _verdict(row)
    return [
        Run(**row, verdicts=verdicts.get(row["academic_year"], {}))
        for row in rows_of(connection, RUNS_SQL, offering_id=offering_id)
    ]


def read_offering(
    connection: duckdb.DuckDBPyConnection, run: Run, other_runs: Sequence[Run], rules: str
) -> OfferingFacts:
    """Return everything known of one offering in one year, under the rule set ``rules``."""
    key = {"offering_id": run.offering_id, "academic_year": run.academic_year}
    criteria = rows_of(connection, CRITERIA_SQL, **key, rule_set_version=rules)
    verdicts = [
        row
        for row in rows_of(connection, OFFERING_VERDICTS_SQL, offering_id=run.offering_id)
        if row["academic_year"] == run.academic_year
    ]
    return OfferingFacts(
        run=run,
        criteria={row["criterion_id"]: Criterion(**row) for row in criteria},
        components=tuple(Component(**row) for row in rows_of(connection, COMPONENTS_SQL, **key)),
        joint_with=tuple(row["offering_id"] for row in rows_of(connection, JOINT_SQL, **key)),
        reused_code=_reused_code(connection, key),
        origin=_origin(connection, "offerings", rows_of(connection, OFFERING_ORIGIN_SQL, **key)[0]),
        other_runs=tuple(other_runs),
        other_rule_sets=_other_rule_sets(verdicts, rules),
    )


def _reused_code(
    connection: duckdb.DuckDBPyConnection, key: Mapping[str, str]
) -> ReusedCode | None:
    found = rows_of(connection, REUSED_SQL, **key)
    return ReusedCode(**found[0]) if found else None


def read_enrolment(
    connection: duckdb.DuckDBPyConnection,
    institution_id: str,
    academic_year: str,
    enrolment_id: str,
    rules: str,
) -> EnrolmentFacts | None:
    """Return everything known of one enrolment line, None when there is no such line."""
    found = rows_of(
        connection,
        ENROLMENT_SQL,
        institution_id=institution_id,
        academic_year=academic_year,
        enrolment_id=enrolment_id,
    )
    if not found:
        return None
    line = found[0]
    verdicts = rows_of(connection, CASE_VERDICTS_SQL, case_id=line.pop("case_id"))
    origin = _origin(
        connection, "enrolments", {name: line.pop(name) for name in ("delivery_id", "row_number")}
    )
    taken = _taken(line, line.pop("is_offering_known"))
    return EnrolmentFacts(
        **line,
        taken=taken,
        context=verdicts[0]["context"] if verdicts else None,
        places=_places(connection, line) if line["offering_id"] is None else (),
        verdicts={
            row["definition"]: _verdict(row) for row in verdicts if row["rule_set_version"] == rules
        },
        offering_verdicts=_offering_verdicts(connection, line, rules)
        if taken == "offering"
        else {},
        origin=origin,
        other_rule_sets=_other_rule_sets(verdicts, rules),
    )


def _taken(line: Mapping[str, Any], is_offering_known: bool) -> str:
    if line["offering_id"] is not None:
        return "offering" if is_offering_known else "unknown_offering"
    return "component" if line["component_code"] is not None else "programme"


def _places(
    connection: duckdb.DuckDBPyConnection, line: Mapping[str, Any]
) -> tuple[ProgrammePlace, ...]:
    names = ("institution_id", "academic_year", "programme_code", "component_code")
    found = rows_of(connection, PLACES_SQL, **{name: line[name] for name in names})
    return tuple(ProgrammePlace(**row) for row in found)


def _offering_verdicts(
    connection: duckdb.DuckDBPyConnection, line: Mapping[str, Any], rules: str
) -> dict[str, Verdict]:
    rows = rows_of(connection, OFFERING_VERDICTS_SQL, offering_id=line["offering_id"])
    return {
        row["definition"]: _verdict(row)
        for row in rows
        if row["academic_year"] == line["academic_year"] and row["rule_set_version"] == rules
    }


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(row["definition"], row["verdict"], row["deciding_criterion"] or None)


def _other_rule_sets(rows: Sequence[Mapping[str, Any]], rules: str) -> tuple[OtherRuleSet, ...]:
    versions = sorted({row["rule_set_version"] for row in rows} - {rules})
    return tuple(
        OtherRuleSet(
            version,
            {
                row["definition"]: _verdict(row)
                for row in rows
                if row["rule_set_version"] == version
            },
        )
        for version in versions
    )


def _origin(connection: duckdb.DuckDBPyConnection, kind: str, place: Mapping[str, Any]) -> Origin:
    nowhere = {"file_name": None, "received_on": None, "format": None, "status": None}
    delivery_id = place["delivery_id"]
    deliveries = rows_of(connection, DELIVERY_SQL, delivery_id=delivery_id, kind=kind)
    remarks = rows_of(connection, REMARKS_SQL, **place, kind=kind)
    return Origin(
        kind=kind,
        **(deliveries[0] if deliveries else nowhere),
        row_number=place["row_number"],
        remarks=tuple(Remark(**row) for row in remarks),
    )
