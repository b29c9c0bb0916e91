"""What a path says a file is, and which paths are refused or ignored without being opened."""

import os
from datetime import date
from pathlib import Path

import pytest
from drop_folder import Drop, insz

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.recognition import (
    Claim,
    find_candidates,
    find_strangers,
    year_in_name,
)
from pipelines.deliveries.register import Register, load_register
from pipelines.settings import PROJECT_ROOT


@pytest.fixture
def register() -> Register:
    return load_register(PROJECT_ROOT / "dbt_project")


def test_the_register_holds_eighteen_institutions_and_their_numbers(register: Register) -> None:
    assert len(register.institution_ids) == 18
    assert register.units[-1] == "department"
    assert register.by_code["110114"] == "ugent"
    assert register.by_code["103697"] == "odisee"


def test_names_say_stream_kind_and_year_and_the_folder_says_the_date(
    drop: Drop, register: Register
) -> None:
    for name in ("Aanbod 2024.csv", "ugent_courses_2024.json", "ugent_programs_2024.json"):
        drop.put(f"ugent/2024-11-04/{name}", "x")
    drop.put("ugent/inschrijvingen_2023-2024.CSV", "x")
    found = find_candidates(drop.settings.raw_dir, "ugent", register, Contract())
    assert {c.file_name: (c.dated_on, c.claim) for c in found} == {
        "ugent/2024-11-04/Aanbod 2024.csv": (
            date(2024, 11, 4),
            Claim("template", "template_csv", "offerings"),
        ),
        "ugent/2024-11-04/ugent_courses_2024.json": (
            date(2024, 11, 4),
            Claim("study_guide", "study_guide_courses_json", "courses", "2024-2025"),
        ),
        "ugent/2024-11-04/ugent_programs_2024.json": (
            date(2024, 11, 4),
            Claim("study_guide", "study_guide_json", "", "2024-2025"),
        ),
        "ugent/inschrijvingen_2023-2024.CSV": (
            None,
            Claim("template", "template_csv", "enrolments"),
        ),
    }


@pytest.mark.parametrize(
    "name", [".DS_Store", "aanbod.csv.part", "~$aanbod.csv", "aanbod.csv.confirmed", "LEESMIJ.md"]
)
def test_hidden_unfinished_and_side_car_files_are_ignored(
    drop: Drop, register: Register, name: str
) -> None:
    drop.put(f"ugent/{name}", "x")
    assert find_candidates(drop.settings.raw_dir, "ugent", register, Contract()) == []


@pytest.mark.parametrize(
    ("name", "rule_id"),
    [
        ("ugent/lijst.csv", "file_not_recognised"),
        ("ugent/aanbod.xls", "file_not_recognised"),
        ("ugent/historiek.xml", "file_not_for_unit"),
        ("department/aanbod.xlsx", "file_not_for_unit"),
        ("ugent/vub_programs_2024.json", "file_of_other_institution"),
        ("ugent/arbeidspositie.csv", "file_not_for_unit"),
        ("department/aanbod.csv", "file_not_for_unit"),
        ("ugent/definitief/aanbod.csv", "folder_too_deep"),
        ("ugent/2024-13-40/aanbod.csv", "folder_too_deep"),
        ("ugent/2024-11-04/2024-11-05/aanbod.csv", "folder_too_deep"),
        ("ugent/aanbod.csv/binnen.csv", "file_is_folder"),
        ("ugent/aan\nbod.csv", "name_unprintable"),
        ("ugent/aanbod\u202ecsv.csv", "name_unprintable"),
    ],
)
def test_a_path_that_cannot_be_a_delivery_is_refused_with_a_reason(
    drop: Drop, register: Register, name: str, rule_id: str
) -> None:
    drop.put(name, "x")
    found = find_candidates(drop.settings.raw_dir, name.split("/")[0], register, Contract())
    assert [candidate.refused_by for candidate in found] == [rule_id]
    assert "\n" not in found[0].file_name
    assert "\u202e" not in found[0].file_name


def test_links_and_pipes_are_refused_and_never_opened(drop: Drop, register: Register) -> None:
    target = drop.put("elders.csv", "x")
    folder = drop.settings.raw_dir / "ugent"
    folder.mkdir()
    (folder / "aanbod.csv").symlink_to(target)
    os.mkfifo(folder / "bouwstenen.csv")
    (folder / "map").symlink_to(drop.settings.raw_dir)
    found = find_candidates(drop.settings.raw_dir, "ugent", register, Contract())
    assert [c.refused_by for c in found] == ["file_is_link", "file_not_regular", "file_is_link"]


def test_a_hard_link_is_refused_under_both_its_names(drop: Drop, register: Register) -> None:
    path = drop.put("ugent/aanbod.csv", "x")
    (path.parent / "bouwstenen.csv").hardlink_to(path)
    found = find_candidates(drop.settings.raw_dir, "ugent", register, Contract())
    assert [c.refused_by for c in found] == ["file_is_hard_link", "file_is_hard_link"]


@pytest.mark.parametrize("name", ["aanbod..csv", "aanbod..\\elders.csv", "..aanbod.csv"])
def test_a_name_that_climbs_out_of_its_folder_is_refused_or_ignored(
    drop: Drop, register: Register, name: str
) -> None:
    drop.put(f"ugent/{name}", "x")
    found = find_candidates(drop.settings.raw_dir, "ugent", register, Contract())
    assert [c.refused_by for c in found] in (["name_with_path"], [])


def test_unknown_folders_and_loose_files_are_refused_by_name(
    drop: Drop, register: Register
) -> None:
    drop.put("odise/2024-11-04/aanbod.csv", "x")
    drop.put("los.csv", "x")
    (drop.settings.raw_dir / "leeg").mkdir()
    drop.put("SYNTHETISCH", "")
    drop.put("ugent/aanbod.csv", "x")
    found = find_strangers(drop.settings.raw_dir, register)
    assert [candidate.file_name for candidate in found] == [
        "leeg",
        "los.csv",
        "odise/2024-11-04/aanbod.csv",
    ]


def test_a_national_number_in_a_name_is_masked(drop: Drop, register: Register) -> None:
    drop.put(f"ugent/aanbod_{insz(850_730_033)}.csv", "x")
    found = find_candidates(drop.settings.raw_dir, "ugent", register, Contract())
    assert found[0].file_name == "ugent/aanbod_***********.csv"


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("aanbod_2023-2024.csv", "2023-2024"),
        ("aanbod_2023-24_v2.csv", "2023-2024"),
        ("aanbod_2023_2024.csv", "2023-2024"),
        ("aanbod_2024-11-04.csv", None),
        ("aanbod.csv", None),
    ],
)
def test_the_year_in_a_name_helps_when_the_file_cannot_be_read(name: str, year: str | None) -> None:
    assert year_in_name(Path(name).name) == year
