"""Every row rule: a fixture that breaks exactly it, and what its message may say."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from drop_folder import insz

from pipelines.deliveries.cells import LARGE_BATCH
from pipelines.deliveries.checks import CHECKS
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.register import load_register
from pipelines.deliveries.rules import load_rules, masked
from pipelines.deliveries.screening import Screened, screen
from pipelines.deliveries.sender import Sender, last_year_for
from pipelines.settings import PROJECT_ROOT

NUMBER = insz(850_730_033)
SENDER = Sender(
    "ugent", last_year_for(date(2024, 11, 4)), load_register(PROJECT_ROOT / "dbt_project")
)
GOOD: dict[str, dict[str, str | None]] = {
    "offerings": {
        "institution_id": "110114",
        "academic_year": "2023-2024",
        "source_code": "A1",
        "title": "Microcredential zorg",
        "workload_value": "3,5",
        "workload_unit": "ects",
    },
    "components": {
        "institution_id": "ugent",
        "academic_year": "2023-24",
        "source_code": "A1",
        "component_code": "C1",
        "credits_ects": "3",
    },
    "programmes": {
        "institution_id": "UGENT",
        "academic_year": "2324",
        "programme_code": "P1",
        "programme_kind_declared": "Bachelor",
        "component_code": "C1",
    },
    "enrolments": {
        "institution_id": "ugent",
        "academic_year": "2023-2024",
        "enrolment_id": "E1",
        "national_number": NUMBER,
        "student_number": "S-77",
        "contract_type": "creditcontract",
        "source_code": "A1",
        "component_code": None,
        "programme_code": None,
        "enrolled_on": "2023-09-20",
    },
    "positions": {"national_number": NUMBER, "quarter": "2023Q3", "position_code": "11"},
}
BROKEN: list[tuple[str, dict[str, str | None], str]] = [
    ("offerings", {"title": " \u00a0"}, "required_empty"),
    ("offerings", {"institution_id": "999999"}, "institution_not_known"),
    ("offerings", {"institution_id": "vub"}, "institution_foreign"),
    ("offerings", {"partners": "vub|xyz"}, "partner_unknown"),
    ("offerings", {"academic_year": "2021"}, "academic_year_ambiguous"),
    ("offerings", {"academic_year": "2O24-25"}, "academic_year_unreadable"),
    ("offerings", {"academic_year": "2026-2027"}, "academic_year_too_late"),
    ("offerings", {"offering_kind_declared": "micro"}, "code_unknown"),
    ("offerings", {"workload_unit": "weken"}, "code_unknown"),
    ("offerings", {"vks_level": "9"}, "code_unknown"),
    ("offerings", {"mode": "thuis"}, "code_unknown"),
    ("offerings", {"quality_assurance": "extern"}, "code_unknown"),
    ("offerings", {"needs": "persoonlijk|hobby"}, "code_unknown"),
    ("offerings", {"type_declared": "5"}, "code_unknown"),
    ("offerings", {"certificate": "diploma"}, "code_unknown"),
    ("offerings", {"is_purposeful_selection": "misschien"}, "boolean_unreadable"),
    ("offerings", {"workload_value": "3-mei"}, "number_date_like"),
    ("offerings", {"workload_value": "45780"}, "number_date_like"),
    ("offerings", {"workload_value": "1.200"}, "number_ambiguous"),
    ("offerings", {"workload_value": "12,500", "workload_unit": "uren"}, "number_ambiguous"),
    ("offerings", {"workload_value": "veel"}, "number_unreadable"),
    ("offerings", {"workload_value": "-3"}, "number_negative"),
    ("offerings", {"workload_value": "401"}, "ects_too_large"),
    ("offerings", {"workload_value": "401", "workload_unit": None}, "ects_too_large"),
    ("offerings", {"workload_value": "0"}, "size_zero"),
    ("offerings", {"workload_unit": None}, "size_without_unit"),
    ("offerings", {"started_on": "20/09/23"}, "date_two_digit_year"),
    ("offerings", {"started_on": "31/02/2023"}, "date_unreadable"),
    ("offerings", {"started_on": "31/12/9999"}, "date_unreadable"),
    ("offerings", {"started_on": "2019-09-20"}, "date_far_from_year"),
    ("offerings", {"started_on": "2024-02-01", "ended_on": "2024-01-01"}, "ended_before_started"),
    ("components", {"origin_declared": "oud"}, "code_unknown"),
    ("components", {"credits_ects": "4;5"}, "number_unreadable"),
    ("programmes", {"programme_kind_declared": None}, "required_empty"),
    ("programmes", {"is_integrative": "x"}, "boolean_unreadable"),
    ("enrolments", {"contract_type": "diploma"}, "code_unknown"),
    ("enrolments", {"working_status_declared": "soms"}, "code_unknown"),
    ("enrolments", {"purpose": "hobby"}, "code_unknown"),
    ("enrolments", {"national_number": NUMBER[:-2]}, "national_number_length"),
    ("enrolments", {"national_number": insz(850_730_033)[:-1] + "0"}, "national_number_check"),
    ("enrolments", {"national_number": insz(50_730_033)[1:]}, "national_number_repaired"),
    ("enrolments", {"national_number": None, "student_number": None}, "identity_missing"),
    ("enrolments", {"source_code": None}, "codes_missing"),
    ("enrolments", {"withdrawn_on": "2023-09-01"}, "withdrawn_before_enrolled"),
    ("enrolments", {"enrolled_on": "2020-09-01"}, "date_far_from_year"),
    ("enrolments", {"credits_ects": "500"}, "ects_too_large"),
    ("enrolments", {"outcome": f"zie {NUMBER}"}, "national_number_in_text"),
    ("offerings", {"url": f"https://x.be/{NUMBER}"}, "national_number_in_text"),
    ("enrolments", {"enrolment_id": f"{NUMBER}-1"}, "national_number_in_code"),
    ("positions", {"position_code": NUMBER}, "national_number_in_code"),
    ("positions", {"national_number": "niet bekend"}, "national_number_length"),
    ("positions", {"quarter": "2023-3"}, "quarter_unreadable"),
    ("positions", {"position_code": None}, "required_empty"),
]


def screened(kind: str, *changes: dict[str, str | None], sender: Sender = SENDER) -> Screened:
    rows = [{**GOOD[kind], **change} for change in changes]
    names = {name for row in rows for name in row}
    frame = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in sorted(names)},
        schema=dict.fromkeys(sorted(names), pl.String),
    )
    return screen(frame.with_row_index("row_number", 2), load_kinds()[kind], sender)


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_row_is_accepted_without_a_finding(kind: str) -> None:
    found = screened(kind, {})
    assert (found.accepted.height, found.findings.height) == (1, 0)


@pytest.mark.parametrize(("kind", "change", "rule_id"), BROKEN)
def test_a_row_that_breaks_a_rule_is_found_by_that_rule_alone(
    kind: str, change: dict[str, str | None], rule_id: str
) -> None:
    found = screened(kind, change)
    assert found.findings["rule_id"].to_list() == [rule_id]
    is_error = load_rules()[rule_id].severity == "error"
    assert found.accepted.height == (0 if is_error else 1)


def test_every_rule_that_names_a_check_has_a_fixture_that_breaks_it() -> None:
    with_check = {rule.id for rule in load_rules().values() if rule.check}
    assert with_check == {rule_id for _, _, rule_id in BROKEN}
    assert {rule.check for rule in load_rules().values() if rule.check} == set(CHECKS)
    assert len(load_rules()) >= 40


def test_all_errors_of_all_rows_are_found_at_once() -> None:
    found = screened(
        "enrolments",
        {"contract_type": "x", "credits_ects": "-1", "enrolled_on": "gisteren"},
        {},
        {"academic_year": None},
    )
    assert sorted(found.findings.select("row_number", "rule_id").rows()) == [
        (2, "code_unknown"),
        (2, "date_unreadable"),
        (2, "number_negative"),
        (4, "required_empty"),
    ]
    assert found.accepted["row_number"].to_list() == [3]
    assert found.years.sort("scope", "is_accepted").rows() == [
        (None, False),
        ("2023-2024", False),
        ("2023-2024", True),
    ]


def test_a_message_says_what_was_found_and_how_to_mend_it() -> None:
    message = screened("offerings", {"mode": "thuis"}).findings["message_nl"].item()
    assert message == (
        "leervorm 'thuis' staat niet in de codelijst. Gebruik een van: fysiek, hybride, afstand."
    )


@pytest.mark.parametrize(("kind", "change", "rule_id"), BROKEN)
def test_no_message_holds_a_number_of_a_person_or_an_open_place(
    kind: str, change: dict[str, str | None], rule_id: str
) -> None:
    for language in ("message_nl", "message_en"):
        message = screened(kind, change).findings[language].item()
        personal = [change.get("national_number"), NUMBER, "S-77"]
        assert not any(value in message for value in personal if value)
        assert "{" not in message, rule_id


def test_a_national_number_in_another_column_is_masked_in_its_message() -> None:
    dotted = f"{NUMBER[:2]}.{NUMBER[2:4]}.{NUMBER[4:6]}-{NUMBER[6:9]}.{NUMBER[9:]}"
    for written in (NUMBER, dotted, f"nr {NUMBER} x"):
        message = screened("enrolments", {"purpose": written}).findings["message_nl"].item()
        assert "***********" in message
        assert NUMBER[6:] not in message
        assert dotted[9:] not in message
        assert masked(written) == written.replace(NUMBER, "***********").replace(
            dotted, "***********"
        )


def test_values_are_typed_and_codes_are_canonical() -> None:
    row: dict[str, Any] = screened(
        "offerings",
        {
            "needs": "Persoonlijk|arbeidsmarkt",
            "partners": "vub | 110131",
            "vks_level": "6",
            "is_purposeful_selection": "J",
            "certificate": "GEEN",
            "ended_on": "31/12/9999",
            "type_declared": "3A",
        },
    ).accepted.row(0, named=True)
    assert row["institution_id"] == "ugent"
    assert row["needs"] == "labour_market|personal"
    assert row["partners"] == "kuleuven|vub"
    assert row["vks_level"] == 6
    assert row["is_purposeful_selection"] is True
    assert row["certificate"] == "none"
    assert row["ended_on"] is None
    assert row["type_declared"] == "3a"
    assert str(row["workload_value"]) == "3.50"


def test_an_empty_purpose_is_regular_and_an_empty_working_status_stays_empty() -> None:
    row = screened("enrolments", {"withdrawn_on": "9999-12-31"}).accepted.row(0, named=True)
    assert row["purpose"] == "regular"
    assert row["working_status_declared"] is None
    assert row["withdrawn_on"] is None


def test_hours_may_be_more_than_four_hundred() -> None:
    change: dict[str, str | None] = {"workload_value": "600", "workload_unit": "uren"}
    assert screened("offerings", change).findings.is_empty()


def test_the_next_academic_year_may_be_delivered() -> None:
    assert screened("offerings", {"academic_year": "2025-2026"}).findings.is_empty()


def test_a_contract_says_what_an_ambiguous_year_means() -> None:
    short = Sender("ugent", SENDER.last_year, SENDER.register, notation="short")
    found = screened("offerings", {"academic_year": "2021"}, sender=short)
    assert found.accepted["academic_year"].to_list() == ["2020-2021"]


def test_a_contract_says_what_an_ambiguous_number_means() -> None:
    change: dict[str, str | None] = {"workload_value": "1.200", "workload_unit": "uren"}
    for sign, expected in (("comma", "1200.00"), ("point", "1.20")):
        sender = replace(SENDER, decimal_sign=sign)
        found = screened("offerings", change, {"workload_value": "x"}, sender=sender)
        assert [str(number) for number in found.accepted["workload_value"]] == [expected]
        assert found.findings["rule_id"].to_list() == ["number_unreadable"]


def test_rows_with_the_same_values_are_the_same_however_they_are_written() -> None:
    found = screened(
        "offerings",
        {"workload_value": "3", "offering_kind_declared": "mooc"},
        {"workload_value": "3,0", "offering_kind_declared": " MOOC ", "academic_year": "2324"},
        {"workload_value": "3.5", "offering_kind_declared": "mooc"},
    ).accepted["row_hash"]
    assert found.n_unique() == 2
    assert found[0] == found[1]


def test_a_large_batch_gives_the_same_verdict_as_its_rows_one_by_one() -> None:
    changes = [change for kind, change, _ in BROKEN if kind == "enrolments"]
    few = screened("enrolments", *changes)
    times = LARGE_BATCH // len(changes) + 1
    many = screened("enrolments", *changes * times)
    assert many.accepted.height == few.accepted.height * times
    assert many.findings.height == few.findings.height * times
    columns = ["academic_year", "enrolled_on", "contract_type", "purpose", "row_hash", "key_hash"]
    assert (
        many.accepted.head(few.accepted.height).select(columns).equals(few.accepted.select(columns))
    )
