"""A proposed contract: printed and saved, it makes the table clean; no person is shown."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
import yaml
from drop_folder import Drop, insz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_files import write_workbook

from pipelines.deliveries import check
from pipelines.deliveries.check import check_file
from pipelines.deliveries.check_report import check_files
from pipelines.deliveries.contract import load_contract
from pipelines.deliveries.contract_proposal import (
    FoundCodes,
    _sorted_out,
    _value_lines,
    propose_contract,
)
from pipelines.deliveries.kinds import load_kinds, normalised_header
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.own_table_contract import OwnTable
from pipelines.deliveries.synonyms import (
    codes_allowed,
    load_code_synonyms,
    meant_code,
)

COLUMNS = {
    column.header: column for kind in load_kinds().values() for column in kind.template_columns
}
HEADER = ["Volgnummer", "RRN", "Contract", "OLOD", "SP", "Ingeschreven op", "Statuut", "Doel"]
STATUSES = ["Werkt", "werkloos", "niet-actief", "niet gekend", "werkend", ""]


def lines(count: int = 12) -> list[list[str]]:
    """Return rows as a student system exports them."""
    contracts = ["C", "D", "creditcontract", "Examencontract met het oog op een diploma"]
    return [
        [
            str(number),
            insz(850_730_000 + number),
            contracts[number % 4],
            f"X{number}",
            "3",
            "20/09/2023",
            STATUSES[number % 6],
            "Gewoon",
        ]
        for number in range(1, count + 1)
    ]


def as_csv(*rows: list[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    return text.getvalue()


def proposal(drop: Drop, path: Path, institution: str = "ugent") -> str:
    with LimitedReaders() as readers:
        verdict = check_file(drop.settings, path, institution, readers)
        return propose_contract(verdict, readers) or ""


def printed(drop: Drop, path: Path, language: str = "nl") -> list[str]:
    """Return the lines of the proposal that a check prints, as somebody would copy them."""
    said: list[str] = []
    check_files(drop.settings, [path], "ugent", None, language, said.append)
    start = next(number for number, line in enumerate(said) if line.endswith("ugent.yml:"))
    return [line for line in said[start + 1 :] if line.startswith("    ")]


def save(drop: Drop, monkeypatch: pytest.MonkeyPatch, text: str) -> Path:
    """Save a text as the contract of ugent, where a check finds it."""
    folder = drop.settings.raw_dir.parent / "contracts"
    folder.mkdir(exist_ok=True)
    (folder / "ugent.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(check, "contracts_dir", lambda _: folder)
    return folder


def test_what_is_printed_saved_as_contract_makes_the_file_clean(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put("ugent/export_2023-2024.csv", as_csv(HEADER, *lines()))
    said: list[str] = []
    assert check_files(drop.settings, [path], "ugent", None, "nl", said.append) == 2
    text = "\n".join(printed(drop, path))
    folder = save(drop, monkeypatch, text)
    (table,) = load_contract(folder, "ugent").own_tables
    assert "kies uit" not in text
    assert table.values["contract_type"] == {
        "C": "creditcontract",
        "D": "diplomacontract",
        "Examencontract met het oog op een diploma": "examencontract_diploma",
    }
    said.clear()
    assert check_files(drop.settings, [path], "ugent", None, "nl", said.append) == 0
    assert said[1] == "  12 rijen gelezen, 12 aanvaard, 0 geweigerd."


def test_next_years_file_is_read_with_its_own_year(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put("ugent/export_2022-2023.csv", as_csv(HEADER, *lines()))
    save(drop, monkeypatch, proposal(drop, path))
    later = drop.put("ugent/export_2023-24.csv", as_csv(HEADER, *lines()))
    with LimitedReaders() as readers:
        assert [*check_file(drop.settings, later, "ugent", readers).parts[0].scopes] == [
            "2023-2024"
        ]


def test_a_workbook_with_a_title_is_clean_with_its_proposal(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.settings.raw_dir / "ugent" / "export_2023-2024.xlsx"
    path.parent.mkdir()
    rows = [["Lijst LLO"], [], HEADER, *lines()]
    write_workbook(path, {"uitleg": [["x"]], "Export": rows})
    text = proposal(drop, path)
    assert "header_contains:" in text
    folder = save(drop, monkeypatch, text)
    assert load_contract(folder, "ugent").own_tables[0].sheet == "Export"
    with LimitedReaders() as readers:
        assert check_file(drop.settings, path, "ugent", readers).exit_code == 0


def test_the_template_below_a_title_is_proposed_too(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = ["instellingsnummer", "academiejaar", "aanbod_code", "titel"]
    content = as_csv(["Aanbod van 2023"], [], header, ["ugent", "2023-2024", "A1", "Zorg"])
    path = drop.put("ugent/aanbod.csv", content)
    text = proposal(drop, path)
    assert yaml.safe_load(text)["own_tables"][0]["header_contains"] == header[:3]
    save(drop, monkeypatch, text)
    with LimitedReaders() as readers:
        assert check_file(drop.settings, path, "ugent", readers).exit_code == 0


def test_a_value_that_may_mean_several_codes_is_left_to_its_owner(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = lines()
    for row in rows[:3]:
        row[2] = "Examencontract"
    rows[3][6] = "Student"
    path = drop.put("ugent/export_2023-2024.csv", as_csv(HEADER, *rows))
    text = proposal(drop, path)
    wanted = (
        "      # kies uit: diplomacontract, creditcontract, examencontract_credit, "
        "examencontract_diploma, geen\n      # Examencontract:\n"
    )
    assert wanted in text
    assert "      # Student:\n" in text
    folder = save(drop, monkeypatch, text)
    assert "Examencontract" not in load_contract(folder, "ugent").own_tables[0].values
    # Filled in by the owner, it is clean.
    filled = text.replace("# Examencontract:", "Examencontract: examencontract_credit")
    save(drop, monkeypatch, filled.replace("# Student:", "Student: onbekend"))
    with LimitedReaders() as readers:
        assert check_file(drop.settings, path, "ugent", readers).exit_code == 0


def test_a_column_without_any_known_value_leaves_a_valid_contract(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[*row[:2], "creditcontract", *row[3:6], "??", "regulier"] for row in lines()]
    path = drop.put("ugent/export_2023-2024.csv", as_csv(HEADER, *rows))
    text = proposal(drop, path)
    assert "  # values:\n    # werkstatus:\n      # kies uit: werkend, " in text
    assert "      # ??:\n" in text
    assert load_contract(save(drop, monkeypatch, text), "ugent").own_tables[0].values == {}


def test_the_comments_are_english_on_request(drop: Drop) -> None:
    rows = [[*row[:2], "??", *row[3:]] for row in lines()]
    path = drop.put("ugent/export.csv", as_csv(HEADER, *rows))
    text = "\n".join(printed(drop, path, "en"))
    assert "# choose from: diplomacontract, " in text
    assert "academic_year: fill in, e.g. 2023-2024" in text


def test_no_value_of_a_personal_column_is_shown(drop: Drop) -> None:
    header = [*HEADER[:6], "Stamnummer", "Statuut"]
    secrets = [f"0{1_234_500 + number}" for number in range(5)]
    people = [insz(850_730_000 + number) for number in range(5)]
    rows = [
        [str(n), people[n], f"C {people[n]}", "X", "3", "20/09/2023", secrets[n], secrets[n]]
        for n in range(5)
    ]
    path = drop.put(f"ugent/{people[0]}.csv", as_csv(header, *rows))
    text = proposal(drop, path)
    assert "contracttype: Contract" in text
    assert "en nog 5 andere waarden" in text
    assert not [number for number in [*secrets, *people] if number in text]


def test_a_column_full_of_unknown_values_shows_none_of_them(drop: Drop) -> None:
    names = [f"Jan Peeters de {number}e" for number in range(21)]
    rows = [[*row[:6], name, row[7]] for row, name in zip(lines(21), names, strict=True)]
    path = drop.put("ugent/export_2023-2024.csv", as_csv(HEADER, *rows))
    text = proposal(drop, path)
    assert "# 21 verschillende waarden, geen enkele bekend: is dit deze kolom?" in text
    assert "Peeters" not in text


def test_at_most_twenty_values_of_a_column_are_listed_the_most_frequent_first(drop: Drop) -> None:
    rows = [[*row[:6], f"s{number}", row[7]] for number, row in enumerate(lines(30))]
    rows += [[*row[:6], "werkt", row[7]] for row in lines(3)]
    path = drop.put("ugent/export_2023-2024.csv", as_csv(HEADER, *rows))
    text = proposal(drop, path)
    assert text.count("      # s") == 19
    assert "    werkstatus:\n      werkt: werkend\n" in text
    assert "      # en nog 11 andere waarden\n" in text


def test_one_value_in_two_cases_is_named_once(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = lines()
    rows[0][2], rows[1][2] = "c", "d"
    path = drop.put("ugent/export_2023-2024.csv", as_csv(HEADER, *rows))
    folder = save(drop, monkeypatch, proposal(drop, path))
    assert len(load_contract(folder, "ugent").own_tables[0].values["contract_type"]) == 3


def test_several_codes_in_one_cell_are_proposed_together(drop: Drop) -> None:
    header = ["AJ", "Code", "Naam", "behoefte"]
    cells = ["maatschappij, cultuur", "persoonlijk|cultureel", "cultuur/iets"]
    rows = [["2023-2024", f"A{n}", "Zorg", cell] for n, cell in enumerate(cells)]
    text = proposal(drop, drop.put("ugent/lijst.csv", as_csv(header, *rows)))
    values = yaml.safe_load(text)["own_tables"][0]["values"]
    assert values == {"behoefte": {"maatschappij, cultuur": "maatschappelijk|cultureel"}}
    assert "# cultuur/iets:" in text


def test_a_header_that_stands_there_twice_is_not_chosen(drop: Drop) -> None:
    text = proposal(drop, drop.put("ugent/x.csv", "AJ;Code;Naam;SP;SP\n2023-2024;A;B;3;3\n"))
    assert "SP" not in text


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("soort", "Micro-credential", "microcredential"),
        ("soort", "postgrad.", "postgraduaat"),
        ("soort", "opleiding", None),
        ("soort", "m", None),
        ("doel", "student", None),
        ("contracttype", "examencontract", None),
        ("contracttype", "E", None),
        ("contracttype", "creditc", "creditcontract"),
        ("werkstatus", "werk", None),
        ("vks_niveau", "EQF 6", "6"),
        ("integratief", "X", "J"),
        ("integratief", "misschien", None),
    ],
)
def test_only_what_can_mean_one_code_is_proposed(header: str, value: str, code: str | None) -> None:
    assert meant_code(COLUMNS[header], value) == code


def test_other_names_of_codes_belong_to_one_code_of_a_coded_column() -> None:
    coded = {header for header, column in COLUMNS.items() if codes_allowed(column)}
    assert set(load_code_synonyms()) == coded
    for header, codes in load_code_synonyms().items():
        allowed = codes_allowed(COLUMNS[header])
        assert set(codes) == set(allowed), header
        names = [name for named in codes.values() for name in named]
        own = [normalised_header(code) for code in allowed]
        assert len(names) == len(set(names)), header
        assert not set(names) & set(own), header


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=30), max_size=30), st.sampled_from(["soort", "behoefte"]))
def test_whatever_the_values_the_proposed_part_is_yaml_that_a_contract_takes(
    values: list[str], header: str
) -> None:
    cells = [text for value in values if (text := value.strip())]
    found: FoundCodes = _sorted_out(COLUMNS[header], pl.Series(list(dict.fromkeys(cells))))
    text = "\n".join(_value_lines([found], "nl"))
    part = yaml.safe_load(text) or {}
    columns = {"aanbod_code": "a", "titel": "b", header: "c", "academiejaar": "d"}
    table = OwnTable(name="x", file="x*", kind="aanbod", columns=columns, **part)
    assert sum(map(len, table.values.values())) == len(found.meant)
