"""What a delivery contract settles, from the file of an institution to what lands."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from drop_folder import OFFERING_HEADER, Drop
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.console import StaalkaartError
from pipelines.deliveries.contract import Contract, load_contract
from pipelines.settings import PROJECT_ROOT
from pipelines.yaml_faults import PHRASES

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


TABLE = {
    "name": "x",
    "file": "x*",
    "kind": "aanbod",
    "academic_year": "2023-2024",
    "columns": {"aanbod_code": "A", "titel": "T"},
}


def own_tables(**changes: Any) -> str:  # noqa: ANN401 (as YAML gives it)
    return yaml.safe_dump({"own_tables": [TABLE | changes]})


def told(folder: Path, text: str | bytes) -> list[str]:
    """Return the lines about the faults of a contract, without the first and the last."""
    path = folder / "kdg.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(StaalkaartError) as caught:
        load_contract(folder, "kdg")
    first, *lines, last = str(caught.value).splitlines()
    assert first == "Leveringscontract kdg.yml is ongeldig:"
    assert last.startswith("Verbeter het bestand of verwijder het")
    return [line.strip() for line in lines]


def test_all_faults_of_a_contract_are_told_at_once_in_dutch(tmp_path: Path) -> None:
    text = "encoding: utf-9\nkleur: rood\nown_tables: [{name: x, file: '[', kind: foo}]\n"
    assert told(tmp_path, text) == [
        "encoding: codering 'utf-9' bestaat niet. Gebruik bv. utf-8, cp1252 of utf-16.",
        "own_tables, 1, kind: 'foo' is niet toegelaten. Gebruik een van: aanbod, bouwstenen, "
        "opleidingen, inschrijvingen, arbeidspositie.",
        "own_tables, 1, columns: ontbreekt. Voeg deze sleutel toe.",
        "kleur: is geen sleutel van een leveringscontract op deze plaats. "
        "Verwijder de sleutel of verbeter de naam.",
    ]


def test_all_that_a_table_lacks_is_told_at_once(tmp_path: Path) -> None:
    columns = {"titel": "T", "kleur": "K"}
    changes = {"columns": columns, "values": {"soort": {"a": "b"}}, "academic_year": None}
    lines = told(tmp_path, own_tables(**changes))
    assert [line.split(". ")[0] for line in lines] == [
        "own_tables, 1: columns mist academiejaar, aanbod_code",
        "own_tables, 1: columns: 'kleur' is geen kolom van aanbod",
        "own_tables, 1: values noemt soort, columns niet",
        "own_tables, 1: values van soort: 'b' staat niet in de codelijst",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("decimal_sign: punt", "decimal_sign: 'punt' is niet toegelaten. Gebruik een van: comma"),
        ("confirmed: abc", "confirmed: 'abc' is geen lijst."),
        ("codes_are_reused: soms", "codes_are_reused: 'soms' is geen ja of nee."),
        ("codes_are_reused: [1]", "codes_are_reused: een lijst is geen ja of nee."),
        ("encoding: 3", "encoding: '3' is geen tekst."),
        ("part_in_name: {aanbod: '('}", "part_in_name: patroon '(' is geen geldige"),
        ("part_in_name: {aanbod: x}", "part_in_name: patroon 'x' heeft geen groep (?P<part>...)."),
        ("part_in_name: 3", "part_in_name: '3' is geen groep sleutels."),
        ("complete_for: {x: {}}", "complete_for, x: 'x' is niet toegelaten. Gebruik een van: te"),
        ("1: 2", "1: is geen sleutel."),
        ("5", "'5' is geen groep sleutels."),
        ("a: [", "regel 1, teken 5: dit is geen geldige YAML."),
        (b"encoding: \xe9", "het bestand is geen UTF-8."),
        (b"a: \0", "het bestand: dit is geen geldige YAML."),
        ("own_tables: [3]", "own_tables, 1: '3' is geen groep sleutels."),
        (own_tables(header_row=0), "own_tables, 1, header_row: '0' is te klein."),
        (own_tables(header_row=2000), "own_tables, 1, header_row: '2000' is te groot."),
        (own_tables(header_row=1.5), "own_tables, 1, header_row: '1.5' is geen geheel getal."),
        (own_tables(header_row="x"), "own_tables, 1, header_row: 'x' is geen geheel getal."),
        (own_tables(header_row=[1]), "own_tables, 1, header_row: een lijst is geen geheel getal."),
        (own_tables(header_rows=3), "own_tables, 1, header_rows: '3' is niet toegelaten."),
        (own_tables(name="X Y"), "own_tables, 1, name: 'X Y' is niet toegelaten."),
        (own_tables(file=""), "own_tables, 1, file: is leeg."),
        (own_tables(columns={"titel": [1]}), "own_tables, 1, columns, titel: een lijst is geen"),
        (own_tables(columns={"titel": {"value": ""}}), "own_tables, 1, columns, titel, value: is"),
        (own_tables(academic_year={"from": "x"}), "own_tables, 1, academic_year, from_name: ont"),
    ],
)
def test_a_fault_names_the_key_what_was_found_and_what_is_allowed(
    tmp_path: Path, text: str | bytes, line: str
) -> None:
    found = told(tmp_path, text)
    assert found[0].startswith(line)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@settings(max_examples=100)
@example({}, {"header_row": 2.0**63})
@example({}, {"header_row": float("nan")})
@given(
    st.dictionaries(st.sampled_from(sorted(Contract.model_fields)), ANYTHING, max_size=4),
    st.dictionaries(st.sampled_from([*TABLE, "sheet", "header_row", "values"]), ANYTHING),
)
def test_every_fault_that_can_occur_has_a_phrase_in_dutch(
    contract: dict[str, Any], table: dict[str, Any]
) -> None:
    for content in (contract, {"own_tables": [TABLE | table]}):
        try:
            Contract.model_validate(content)
        except ValidationError as error:
            types = {each["type"] for each in error.errors()}
            assert types <= set(PHRASES), types - set(PHRASES)


def test_no_fault_shows_a_link_or_a_class(tmp_path: Path) -> None:
    lines = told(tmp_path, own_tables(columns={"titel": {"x": 1}}, values=[1], kind={}))
    assert not re.search("http|pydantic|dict|input|Constant", " ".join(lines))
