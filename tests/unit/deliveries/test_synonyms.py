"""Headers by other names: the nearest one in a refusal, a contract to start from in a check."""

from pathlib import Path

import pytest
import yaml
from drop_folder import Drop
from workbook_files import write_workbook

from pipelines.deliveries import check
from pipelines.deliveries.check import check_file
from pipelines.deliveries.contract import Contract
from pipelines.deliveries.contract_proposal import propose_contract
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.synonyms import load_synonyms, nearest_header, proposed_mapping

ENROLMENTS = load_kinds()["enrolments"]


def proposal(drop: Drop, path: Path) -> str | None:
    with LimitedReaders() as readers:
        return propose_contract(check_file(drop.settings, path, None, readers), readers)


def test_every_template_header_has_synonyms_and_no_other_has() -> None:
    headers = {column.header for kind in load_kinds().values() for column in kind.template_columns}
    assert set(load_synonyms()) == headers


@pytest.mark.parametrize(
    ("header", "offered"),
    [
        *[("studiepunten", name) for name in ("SP", "stp", "ECTS", "Studie-punten", "credits")],
        *[("onderdeel_code", name) for name in ("OLOD", "vak", "Opleidingsonderdeel")],
        *[("academiejaar", name) for name in ("AJ", "schooljaar", "Academie jaar", "academiejar")],
        *[("insz", name) for name in ("RRN", "Rijksregisternummer", "NISS")],
    ],
)
def test_a_column_is_known_by_its_other_names(header: str, offered: str) -> None:
    assert nearest_header(header, ["Faculteit", offered]) == offered


def test_what_resembles_nothing_is_not_proposed() -> None:
    assert nearest_header("insz", ["Faculteit", "opmerking", ""]) is None


def test_each_header_is_used_once_and_a_known_name_goes_before_a_likeness() -> None:
    offered = ["Schooljaar", "RRN", "OLOD", "opleiding", "SP", "Contract", "Volgnummer"]
    assert proposed_mapping(ENROLMENTS, offered) == {
        "academiejaar": "Schooljaar",
        "inschrijving_id": "Volgnummer",
        "insz": "RRN",
        "contracttype": "Contract",
        "onderdeel_code": "OLOD",
        "opleiding_code": "opleiding",
        "studiepunten": "SP",
    }


def test_a_missing_column_is_refused_with_the_nearest_one_that_is_there(drop: Drop) -> None:
    path = drop.put("ugent/aanbod.csv", "instelling;AJ;aanbod_code;naam\nugent;2023;A;B\n")
    with LimitedReaders() as readers:
        message = check_file(drop.settings, path, None, readers).parts[0].message_nl
    assert message == (
        "In de kopregel ontbreekt: instellingsnummer, academiejaar, titel. Bedoelde u "
        "'instelling' voor instellingsnummer, 'AJ' voor academiejaar, 'naam' voor titel? "
        "Voeg de kolom toe; de kopregel staat op de eerste regel."
    )


TABLE = "Lijst LLO\nVolgnummer;RRN;Contract;OLOD;SP;Ingeschreven op\n1;NUMMER;C;X;3;2023-09-20\n"


@pytest.mark.parametrize("name", ["inschrijvingen_2023-2024.csv", "export LLO 2023-2024.csv"])
def test_a_proposed_contract_is_valid_and_reads_the_table(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = drop.put(f"ugent/{name}", TABLE)
    text = proposal(drop, path)
    assert text is not None
    contract = Contract.model_validate(yaml.safe_load(text))
    assert contract.own_tables[0].is_of(name)
    monkeypatch.setattr(check, "load_contract", lambda *_: contract)
    with LimitedReaders() as readers:
        verdict = check_file(drop.settings, path, None, readers)
    assert verdict.parts[0].format == "own_table"
    broken = set(verdict.findings.filter(verdict.findings["row_number"] > 0)["rule_id"])
    assert broken == {"national_number_length"}
    assert proposal(drop, path) is None


def test_what_could_not_be_mapped_is_named(drop: Drop) -> None:
    path = drop.put("ugent/export.csv", "RRN;SP;OLOD\n1;3;X\n")
    text = proposal(drop, path) or ""
    assert "academic_year: vul in, bv. 2023-2024" in text
    assert "nog te koppelen in columns: inschrijving_id, contracttype, inschrijvingsdatum" in text


def test_a_workbook_is_proposed_with_its_sheet(drop: Drop) -> None:
    path = drop.settings.raw_dir / "ugent" / "lijst.xlsx"
    path.parent.mkdir()
    write_workbook(
        path, {"uitleg": [["x"]], "Export": [["AJ", "Code", "Naam", "ECTS"], ["2023", "A", "B", 3]]}
    )
    table = yaml.safe_load(proposal(drop, path) or "")["own_tables"][0]
    assert (table["sheet"], table["kind"]) == ("Export", "aanbod")
    assert table["columns"] == {
        "academiejaar": "AJ",
        "aanbod_code": "Code",
        "titel": "Naam",
        "omvang": "ECTS",
    }


def test_a_template_needs_no_proposal(drop: Drop) -> None:
    header = "instellingsnummer;academiejaar;aanbod_code;titel;opmerking"
    path = drop.put("ugent/aanbod.csv", f"{header}\nugent;2023;A;B;x\n")
    assert proposal(drop, path) is None
