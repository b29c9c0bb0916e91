"""What a delivery contract settles, from the file of an institution to what lands."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from drop_folder import OFFERING_HEADER, Drop

from pipelines.settings import PROJECT_ROOT

SIZES = ["1.200", "1,200", "1.200,5", "7,5"]


def save_contract(drop: Drop, text: str, unit: str = "ugent") -> None:
    """Save a text as the contract of an institution, where every step finds it."""
    root = drop.settings.raw_dir.parent / "project"
    folder = root / "pipelines" / "deliveries" / "contracts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{unit}.yml").write_text(text, encoding="utf-8")
    if not (root / "dbt_project").exists():
        (root / "dbt_project").symlink_to(PROJECT_ROOT / "dbt_project")
    drop.settings = replace(drop.settings, project_root=root)


@pytest.mark.parametrize(
    ("contract", "landed"),
    [
        ("", {"2": "1200.50", "3": "7.50"}),
        ("decimal_sign: comma", {"0": "1200.00", "1": "1.20", "2": "1200.50", "3": "7.50"}),
        ("decimal_sign: point", {"0": "1.20", "1": "1200.00", "3": "7.50"}),
    ],
)
def test_a_contract_says_which_sign_separates_decimals(
    drop: Drop, contract: str, landed: dict[str, str]
) -> None:
    save_contract(drop, contract)
    rows = [f"ugent;2023-2024;{n};Zorg;nascholing;{size};uren" for n, size in enumerate(SIZES)]
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, *rows)
    drop.deliver("ugent")
    found = drop.rows("select source_code, workload_value from delivered.offerings order by 1")
    assert found == [(code, Decimal(size)) for code, size in landed.items()]


def test_a_point_in_a_study_guide_separates_decimals_whatever_the_contract_says(drop: Drop) -> None:
    save_contract(drop, "decimal_sign: comma")
    entry = {"id": "P1", "name": "Zorg", "cycle": "bac", "courses": ["A", "B"]}
    guide = json.dumps([entry | {"ects": [1.125, "2.125"]}])
    drop.put("ugent/ugent_programs_2023.json", guide)
    drop.deliver("ugent")
    found = drop.rows("select credits_ects from delivered.components order by 1")
    assert [str(size) for (size,) in found] in (["1.12", "2.12"], ["1.13", "2.13"])
