"""Codes that refer to nothing: of several files ``check`` says what the nightly run says."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment, insz
from test_dho_history import PROGRAMME, message
from test_dho_history import enrolment as entry
from typer.testing import CliRunner
from workbook_files import write_workbook

from pipelines.cli import app
from pipelines.deliveries.check import Verdict, check_file
from pipelines.deliveries.check_report import check_files
from pipelines.deliveries.comparison import NotCompared, compare_codes
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.references import REFERENCES
from pipelines.deliveries.rules import masked

pytestmark = pytest.mark.long

RULES = {reference.rule_id for reference in REFERENCES}
COMPONENT_HEADER = "instellingsnummer;academiejaar;aanbod_code;bouwsteen_code"
PROGRAMME_HEADER = "instellingsnummer;academiejaar;opleiding_code;opleiding_soort;onderdeel_code"
OFFERING = "ugent;2023-2024;A1;Zorg;mooc;3;ects"
WORLDS = 8
CODES = ["A1", "A2", "a1", "A 1", "X'9", "2485", "Ā;8", "P1"]
YEARS = ["2022-2023", "2023-2024"]
Row = tuple[str, int, str, str, str, str]


def compared(drop: Drop, *paths: Path) -> tuple[list[Verdict], list[NotCompared]]:
    with LimitedReaders() as readers:
        read = [check_file(drop.settings, path, None, readers) for path in paths]
    return compare_codes(drop.settings, read)


def found_by_check(drop: Drop) -> list[Row]:
    files = sorted(path for path in drop.settings.raw_dir.rglob("*") if path.is_file())
    columns = ["row_number", "column_name", "rule_id", "severity", "message_nl"]
    return sorted(
        (masked(verdict.path.relative_to(drop.settings.raw_dir).as_posix()), *row)
        for verdict in compared(drop, *files)[0]
        for row in verdict.findings.select(columns).iter_rows()
        if row[2] in RULES
    )


def found_by_the_nightly_run(drop: Drop) -> list[Row]:
    drop.deliver("ugent", "vub", "department")
    found = drop.rows(
        """
        select file_name, row_number, column_name, rule_id, severity, message_nl
        from delivered.rejected_rows
        inner join (select distinct delivery_id, file_name from delivered.deliveries)
            using (delivery_id)
        order by all
        """
    )
    return sorted(row for row in found if row[3] in RULES)


def quoted(code: str) -> str:
    return f'"{code}"' if ";" in code else code


def some_rows(chance: random.Random, kind: str, unit: str) -> list[str]:
    """Return rows of a kind with few codes, so that some refer to nothing and some are repeated."""
    rows = []
    for number in range(chance.randint(1, 12)):
        year, code, other = chance.choice(YEARS), chance.choice(CODES), chance.choice(CODES)
        code, other = quoted(code), quoted(other)
        if kind == "aanbod":
            size = chance.choice(["3", "3", "3-mei"])
            rows.append(f"{unit};{year};{code};Zorg;mooc;{size};ects")
        elif kind == "bouwstenen":
            rows.append(f"{unit};{year};{code};{other}")
        elif kind == "opleidingen":
            level = chance.choice(["bachelor", "bachelor", "x"])
            rows.append(f"{unit};{year};{code};{level};{other}")
        else:
            codes = {"aanbod_code": code, "onderdeel_code": other, "opleiding_code": ""}
            if chance.random() < 0.3:
                codes = {"aanbod_code": "", "onderdeel_code": "", "opleiding_code": other}
            changes = {"instellingsnummer": unit, "academiejaar": year, **codes}
            rows.append(enrolment(chance.choice([number, 0]), **changes))
    return rows


HEADERS = {
    "aanbod": OFFERING_HEADER,
    "bouwstenen": COMPONENT_HEADER,
    "opleidingen": PROGRAMME_HEADER,
    "inschrijvingen": ENROLMENT_HEADER,
}


def put_world(drop: Drop, chance: random.Random) -> None:
    """Write deliveries of two institutions and the department: rivals, later ones, bad ones."""
    for unit in ("ugent", "vub"):
        for kind, header in HEADERS.items():
            for day in ("2024-10-01", "2024-11-04"):
                if chance.random() < 0.5:
                    rows = some_rows(chance, kind, unit)
                    drop.put_rows(f"{unit}/{day}/{kind}.csv", header, *rows)
    if chance.random() < 0.6:
        guide = [{"id": "A1", "name": "B", "cycle": "bac", "courses": ["P1"], "ects": [3]}]
        drop.put("vub/2024-11-04/vub_programs_2023.json", json.dumps(guide))
    for person in range(2):
        lines = [
            entry(
                f"r{number}",
                institution=chance.choice(["110114", "110148"]),
                year=chance.choice(["2022", "2023"]),
                programme=PROGRAMME.replace("2485", chance.choice(["2485", "77"])),
            )
            for number in range(chance.randint(0, 3))
        ]
        number = insz(850_730_000 + person)
        day = chance.choice(["2024-10-01", "2024-11-04"])
        drop.put(f"department/{day}/Geef_{person}_{number}.xml", message(*lines))


@pytest.mark.parametrize("world", range(WORLDS))
def test_check_finds_the_dangling_codes_of_the_nightly_run(drop: Drop, world: int) -> None:
    put_world(drop, random.Random(f"223:{world}"))  # noqa: S311 (no secret)
    assert found_by_check(drop) == found_by_the_nightly_run(drop)


def test_the_worlds_hold_enough_to_compare(tmp_path: Path) -> None:
    rules: set[str] = set()
    files: set[str] = set()
    for world in range(WORLDS):
        (tmp_path / str(world)).mkdir()
        drop = Drop(tmp_path / str(world))
        put_world(drop, random.Random(f"223:{world}"))  # noqa: S311 (no secret)
        found = found_by_check(drop)
        rules |= {row[3] for row in found}
        files |= {Path(row[0]).name.split("_")[0] for row in found}
    assert rules == RULES
    assert files == {"bouwstenen.csv", "inschrijvingen.csv", "Geef"}


def test_the_sheets_of_one_workbook_are_compared_with_each_other(drop: Drop) -> None:
    sheets: dict[str, Sequence[Sequence[str]]] = {
        "aanbod": [OFFERING_HEADER.split(";"), OFFERING.split(";")],
        "bouwstenen": [COMPONENT_HEADER.split(";"), ["ugent", "2023-2024", "A2", "C1"]],
    }
    path = drop.settings.raw_dir / "ugent" / "levering.xlsx"
    path.parent.mkdir()
    write_workbook(path, sheets)
    (verdict,), left = compared(drop, path)
    assert verdict.findings.select("rule_id", "row_number", "value").rows() == [
        ("offering_unknown", 2, "A2")
    ]
    assert left == []
    assert found_by_check(drop) == found_by_the_nightly_run(drop)


def test_one_message_under_the_numbers_of_two_people_is_refused_as_in_the_nightly_run(
    drop: Drop,
) -> None:
    numbers = [insz(850_730_000 + person) for person in range(3)]
    day = "department/2024-11-04"
    same = [drop.put(f"{day}/Geef_{n}.xml", message(entry())) for n in numbers[:2]]
    other = drop.put(f"{day}/Geef_{numbers[2]}.xml", message(entry("b")))
    verdicts, _ = compared(drop, *same, other)
    assert [each.is_refused for each in verdicts] == [True, True, False]
    assert {rule for each in verdicts for rule in each.findings["rule_id"]} == {
        "dho_several_people"
    }
    assert not compared(drop, same[0], other)[0][0].is_refused
    drop.deliver("department")
    found = drop.rows("select status from delivered.deliveries order by status")
    assert found == [("in_force",), ("refused",)]
    shown = CliRunner().invoke(app, ["check", *map(str, same)])
    assert shown.exit_code == 2
    assert "verschillende personen" in shown.output


def test_an_empty_message_may_stand_under_several_numbers(drop: Drop) -> None:
    numbers = [insz(850_730_000 + person) for person in range(2)]
    paths = [drop.put(f"department/Geef_{number}.xml", message()) for number in numbers]
    assert [each.exit_code for each in compared(drop, *paths)[0]] == [0, 0]


def test_a_warning_names_the_row_and_does_not_change_the_exit_code(drop: Drop) -> None:
    offerings = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    lines = [enrolment(1), enrolment(2, aanbod_code="A9"), enrolment(3, aanbod_code="A9")]
    enrolments = drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    shown = CliRunner().invoke(app, ["check", str(offerings), str(enrolments)])
    assert shown.exit_code == 0
    assert (
        "LET OP  aanbod_code 'A9' staat niet in het geleverde aanbod van 2023-2024" in shown.output
    )
    assert "(aantal rijen: 2; de eerste is genoemd).\n          rij 3: 'A9'\n" in shown.output
    assert "toegelaten" not in shown.output
    assert "Niet vergeleken" not in shown.output


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_cannot_be_compared_is_said_in_one_line_with_how_to_see_it(
    drop: Drop, language: str
) -> None:
    lines = [
        enrolment(1),
        enrolment(2, opleiding_code="P1"),
        enrolment(3, academiejaar="2022-2023"),
        enrolment(4, aanbod_code="", onderdeel_code="", opleiding_code=""),
    ]
    path = drop.put_rows("ugent/mijn/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    said: list[str] = []
    check_files(drop.settings, [path], "ugent", None, language, said.append)
    assert (
        said[-1].split("; ")
        == {
            "nl": [
                "Niet vergeleken: aanbod_code, opleiding_code (ugent 2022-2023, ugent 2023-2024)",
                "hier ontbreekt: aanbod, opleidingen. De nachtelijke run vergelijkt die codes",
                "nu al zien: staalkaart check inschrijvingen.csv aanbod*.csv opleidingen*.csv",
            ],
            "en": [
                "Not compared: aanbod_code, opleiding_code (ugent 2022-2023, ugent 2023-2024)",
                "missing here: aanbod, opleidingen. The nightly run compares these codes",
                "to see it now: staalkaart check inschrijvingen.csv aanbod*.csv opleidingen*.csv",
            ],
        }[language]
    )


def test_a_file_without_codes_or_without_rows_says_nothing_about_comparing(drop: Drop) -> None:
    offerings = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    refused = drop.put("ugent/inschrijvingen.csv", "kapot")
    assert compared(drop, offerings, refused)[1] == []


def test_a_thousand_dangling_codes_are_one_remark(drop: Drop) -> None:
    lines = [enrolment(number, aanbod_code=f"Z{number}") for number in range(1000)]
    offerings = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    enrolments = drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    said: list[str] = []
    check_files(drop.settings, [offerings, enrolments], None, None, "nl", said.append)
    assert "  LET OP  1000 codes in aanbod_code staan niet in het geleverde aanbod" in "\n".join(
        said
    )
    assert len([line for line in said if "LET OP" in line]) == 1
