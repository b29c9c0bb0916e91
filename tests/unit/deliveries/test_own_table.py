"""An institution's own table: layouts, codes, lines that are no rows, and what is refused."""

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml
from drop_folder import insz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from workbook_files import Cell, write_workbook

from pipelines.console import StaalkaartError
from pipelines.deliveries.contract import Contract, load_contract
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.own_table_contract import (
    OwnTable,
    find_own_table,
    own_tables_complete_for,
)
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.own_table import read_own_table
from pipelines.deliveries.register import load_register
from pipelines.deliveries.rules import FileRefused
from pipelines.deliveries.screening import screen
from pipelines.deliveries.sender import Sender
from pipelines.settings import PROJECT_ROOT

TABLE: dict[str, Any] = {
    "name": "aanbod_llo",
    "file": "export*",
    "kind": "aanbod",
    "columns": {"aanbod_code": "OLOD", "titel": "Naam", "omvang": "SP", "soort": "Type"},
    "academic_year": "2023-2024",
}
HEADER = "OLOD;Naam;SP;Type;Opmerking"
ROWS = ["X1;Zorg;3;MC;", "X2;Recht;4,5;PG;", "X3;Taal;3;micro;"]


def table(**changes: Any) -> OwnTable:  # noqa: ANN401 (as YAML gives it)
    return OwnTable(**(TABLE | changes))


def write(folder: Path, *lines: str, name: str = "export_2023-24.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path, own: OwnTable) -> list[Batch]:
    return list(read_own_table(path, own, Contract(), "ugent"))


def rows(path: Path, own: OwnTable, *columns: str) -> list[tuple[Any, ...]]:
    names = columns or ("row_number", "source_code", "title")
    found = [batch.rows.select(names) for batch in read(path, own) if batch.rows.height]
    return [row for frame in found for row in frame.rows()]


def rules_broken(path: Path, own: OwnTable) -> list[str]:
    return [rule for batch in read(path, own) for rule in batch.findings["rule_id"]]


def refusal(path: Path, own: OwnTable) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(path, own)
    return caught.value


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_columns_constants_and_the_sender_are_filled_in(tmp_path: Path, delimiter: str) -> None:
    own = table(columns=TABLE["columns"] | {"leervorm": {"value": "fysiek"}})
    lines = [line.replace(",", ".").replace(";", delimiter) for line in (HEADER, *ROWS[:1])]
    found = rows(write(tmp_path, *lines), own, "institution_id", "academic_year", "mode", "title")
    assert found == [("ugent", "2023-2024", "fysiek", "Zorg")]


def test_a_number_of_a_workbook_cell_is_no_text_with_thousands(tmp_path: Path) -> None:
    path = tmp_path / "export_2023-24.xlsx"
    cells: list[list[Cell]] = [["OLOD", "Naam", "SP", "Type"], ["X1", "Zorg", 1.234, "mooc"]]
    write_workbook(path, {"Export": [*cells, ["X2", "Recht", "1.234", "mooc"]]})
    assert rows(path, table(), "source_code", "workload_value") == [
        ("X1", "1.2340"),
        ("X2", "1.234"),
    ]


def test_several_codes_stand_for_one_value_and_others_stay(tmp_path: Path) -> None:
    codes = {"mc": "microcredential", "Micro ": "microcredential", "PG": "postgraduaat"}
    found = rows(
        write(tmp_path, HEADER, *ROWS, "X4;Kunst;3;lezing;", "X5;Sport;3;;"),
        table(values={"soort": codes | {"": "andere"}}),
        "offering_kind_declared",
    )
    assert [row[0] for row in found] == [
        *("microcredential", "postgraduaat", "microcredential", "lezing", "andere")
    ]


def test_headers_match_whatever_their_case_spaces_and_accents(tmp_path: Path) -> None:
    path = write(tmp_path, "olod;NÁAM;s.p.;ty-pe", "X1;Zorg;3;MC")
    assert rows(path, table()) == [(2, "X1", "Zorg")]


def test_the_header_may_stand_lower_by_number_or_by_what_it_contains(tmp_path: Path) -> None:
    path = write(tmp_path, "Export aanbod", "", 'gemaakt "vandaag"', HEADER, *ROWS[:2])
    expected = [(5, "X1", "Zorg"), (6, "X2", "Recht")]
    assert rows(path, table(header_row=4)) == expected
    assert rows(path, table(header_contains=["sp", "olod"])) == expected
    assert refusal(path, table(header_contains=["Vak"])).rule_id == "own_table_header_missing"
    assert refusal(path, table(header_row=99)).rule_id == "own_table_header_missing"


def test_titles_and_subtotals_are_left_out_and_counted(tmp_path: Path) -> None:
    own = table(
        skip_rows_where=[
            {"column": "OLOD", "is_empty": True},
            {"column": "OLOD", "matches": "(?i)^(sub)?totaal"},
        ]
    )
    lines = [HEADER, ";Faculteit A;;;", ROWS[0], "Subtotaal;;3;;", "", ROWS[1], "Totaal;7,5"]
    path = write(tmp_path, *lines)
    assert rows(path, own) == [(3, "X1", "Zorg"), (6, "X2", "Recht")]
    assert rules_broken(path, own) == ["own_table_rows_skipped"]
    note = read(path, own)[-1].findings["message_nl"][0]
    assert "tussentotalen): 3." in note
    # A short last line without a line end is a total here, not a file that was cut off.
    path.write_text("\n".join(lines), encoding="utf-8")
    assert rows(path, own) == [(3, "X1", "Zorg"), (6, "X2", "Recht")]


def test_a_row_of_another_width_is_rejected_and_the_others_go_on(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, ROWS[0], "X2;Recht; en meer;3;MC;", ROWS[2])
    batches = read(path, table())
    assert [batch.unreadable_count for batch in batches] == [0, 1]
    assert rows(path, table()) == [(2, "X1", "Zorg"), (4, "X3", "Taal")]


def test_two_header_lines_are_joined(tmp_path: Path) -> None:
    own = table(
        header_rows=2,
        columns={"aanbod_code": "Vak Code", "titel": "Vak Naam", "omvang": "Omvang SP"},
    )
    path = write(tmp_path, "Vak;;Omvang;", "Code;Naam;SP;Uren", "X1;Zorg;3;90")
    assert rows(path, own) == [(3, "X1", "Zorg")]
    lower = table(header_rows=2, columns={"aanbod_code": "Code", "titel": "Naam"})
    assert rows(path, lower) == [(3, "X1", "Zorg")]
    searched = own.model_copy(update={"header_contains": ["Code", "Naam"]})
    path = write(tmp_path, "Titel", "Vak;;Omvang;", "Code;Naam;SP;Uren", "X1;Zorg;3;90")
    assert rows(path, searched) == [(4, "X1", "Zorg")]


def test_a_workbook_gives_the_same_rows_as_the_csv(tmp_path: Path) -> None:
    own = table(
        sheet="export",
        header_contains=["OLOD"],
        skip_rows_where=[{"column": "Naam", "is_empty": True}],
    )
    cells: list[list[Cell]] = [
        ["Ons aanbod"],
        ["OLOD", "Naam", "SP", "Type"],
        ["X1", "Zorg", 3.0, "MC"],
        ["Totaal", None, 3],
        [],
        [17, "Recht", 4.5, "PG"],
    ]
    path = write_workbook(tmp_path / "export.xlsx", {"Uitleg": [["x"]], "Export": cells})
    found = rows(path, own, "row_number", "source_code", "title", "workload_value")
    assert found == [(3, "X1", "Zorg", "3"), (6, "17", "Recht", "4.5")]
    assert rules_broken(path, own) == ["own_table_rows_skipped"]
    assert refusal(path, table(sheet="Blad1")).rule_id == "own_table_sheet_missing"
    assert refusal(path, table()).rule_id == "own_table_sheet_missing"


def test_group_headers_merged_over_columns_speak_for_all_of_them(tmp_path: Path) -> None:
    cells: list[list[Cell]] = [
        ["Vak", None, "Omvang"],
        ["Code", "Naam", "SP"],
        ["X1", "Zorg", 3],
    ]
    path = write_workbook(tmp_path / "export.xlsx", {"x": cells}, merges=["A1:B1"])
    own = table(header_rows=2, columns={"aanbod_code": "Vak Code", "titel": "Vak Naam"})
    assert rows(path, own) == [(3, "X1", "Zorg")]


def test_a_header_merged_over_two_columns_does_not_choose_one_silently(tmp_path: Path) -> None:
    cells: list[list[Cell]] = [["OLOD", "Naam", None, "SP", "Type"], ["X1", "a", "b", 3, "MC"]]
    path = write_workbook(tmp_path / "export.xlsx", {"x": cells}, merges=["B1:C1"])
    assert refusal(path, table()).rule_id == "header_repeated"


def test_the_academic_year_comes_from_the_file_name(tmp_path: Path) -> None:
    own = table(academic_year={"from_name": r"_(?P<year>\d{4}-\d{2})\b"})
    path = write(tmp_path, HEADER, ROWS[0])
    assert rows(path, own, "academic_year") == [("2023-24",)]
    other = path.rename(tmp_path / "export.csv")
    assert refusal(other, own).rule_id == "own_table_year_missing"


@pytest.mark.parametrize(
    ("lines", "rule_id"),
    [
        (["OLOD;Titel;SP;Type", "X1;a;3;MC"], "own_table_column_missing"),
        (["OLOD;Naam;naam;SP;Type", "X1;a;b;3;MC"], "header_repeated"),
        ([HEADER], "header_only"),
        ([";".join([HEADER, *("x" * 500)]), "X1"], "too_many_columns"),
        (["<html>", "</html>"], "content_html"),
    ],
)
def test_a_file_of_another_layout_is_refused(
    tmp_path: Path, lines: list[str], rule_id: str
) -> None:
    assert refusal(write(tmp_path, *lines), table()).rule_id == rule_id


def test_a_missing_column_is_named_with_what_looks_like_it(tmp_path: Path) -> None:
    facts = refusal(write(tmp_path, "OLOD;Namen;SP;Type", "X1;a;3;MC"), table()).facts
    assert facts["expected"] == "Naam"
    assert "Namen" in facts["found"]


def test_a_text_named_xlsx_and_a_workbook_named_csv_are_refused(tmp_path: Path) -> None:
    text = write(tmp_path, HEADER, ROWS[0], name="export.xlsx")
    assert refusal(text, table()).rule_id == "content_not_workbook"
    book = write_workbook(tmp_path / "b.xlsx", {"x": [["OLOD"]]}).rename(tmp_path / "export.csv")
    assert refusal(book, table()).rule_id == "content_xlsx"


def test_enrolments_of_an_own_table_pass_the_same_screening(tmp_path: Path) -> None:
    own = OwnTable(
        name="inschrijvingen",
        file="*.xlsx",
        kind="inschrijvingen",
        columns={
            "inschrijving_id": "Nr",
            "insz": "RRN",
            "contracttype": "Contract",
            "onderdeel_code": "OLOD",
            "inschrijvingsdatum": "Van",
        },
        values={"contracttype": {"C": "creditcontract", "CC": "creditcontract"}},
        academic_year="2023-2024",
        complete_for=["enrolments"],
    )
    number = insz(56_212_003)
    cells: list[list[Cell]] = [
        ["Nr", "RRN", "Contract", "OLOD", "Van"],
        [1, int(number), "cc", "X1", 45189],
        [2, int(number), "Z", "X1", 45189],
    ]
    path = write_workbook(tmp_path / "llo.xlsx", {"x": cells})
    (batch,) = (batch for batch in read(path, own) if batch.rows.height)
    sender = Sender("ugent", "2024-2025", load_register(PROJECT_ROOT / "dbt_project"))
    screened = screen(batch.rows, load_kinds()["enrolments"], sender)
    assert screened.accepted.select("national_number", "contract_type").rows() == [
        (number, "credit")
    ]
    assert sorted(screened.findings["rule_id"]) == [
        *("code_unknown", "national_number_repaired", "national_number_repaired")
    ]
    assert own.labels["national_number"] == "RRN"
    assert own_tables_complete_for([own], "enrolments") == ("enrolments",)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"kind": "vakken"}, "kind"),
        ({"columns": {"titel": "Naam"}}, "mist aanbod_code"),
        ({"columns": TABLE["columns"] | {"kleur": "K"}}, "'kleur' is geen kolom van aanbod"),
        ({"columns": TABLE["columns"] | {"title": "N"}}, "staat er tweemaal"),
        ({"academic_year": None}, "mist academiejaar"),
        ({"columns": TABLE["columns"] | {"academiejaar": "AJ"}}, "staat ook bij columns"),
        ({"values": {"soort": {"MC": "micro"}}}, "'micro' staat niet in de codelijst"),
        ({"values": {"leervorm": {"F": "fysiek"}}}, "columns niet"),
        ({"values": {"soort": {"a": "mooc", "A ": "mooc"}}}, "noemt een code tweemaal"),
        ({"skip_rows_where": [{"column": "SP"}]}, "is_empty of matches"),
        (
            {"skip_rows_where": [{"column": "SP", "matches": "("}]},
            "geen geldige reguliere uitdrukking",
        ),
        ({"skip_rows_where": [{"column": "SP", "matches": "(?=a)"}]}, "vooruit of achteruit"),
        ({"academic_year": {"from_name": "20"}}, "heeft geen groep"),
        ({"header_row": 2, "header_contains": ["SP"]}, "staan er beide"),
        ({"encoding": "utf-9"}, "bestaat niet"),
        ({"kleur": "rood"}, "Extra inputs"),
    ],
)
def test_a_contract_that_cannot_work_is_refused_when_it_is_loaded(
    changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValidationError, match=complaint.replace("(", r"\(")):
        table(**changes)


def test_a_contract_file_names_its_tables_and_the_first_that_fits_reads_a_file(
    tmp_path: Path,
) -> None:
    second = TABLE | {"name": "andere", "file": "EXPORT_oud*"}
    text = yaml.safe_dump({"own_tables": [second, TABLE]})
    (tmp_path / "ugent.yml").write_text(text, encoding="utf-8")
    tables = load_contract(tmp_path, "ugent").own_tables
    names = [find_own_table(tables, name) for name in ("export_oud.csv", "Export_1.xlsx", "a.csv")]
    assert [found.name if found else None for found in names] == ["andere", "aanbod_llo", None]
    twice = yaml.safe_dump({"own_tables": [TABLE, TABLE]})
    (tmp_path / "ugent.yml").write_text(twice, encoding="utf-8")
    with pytest.raises(StaalkaartError, match="dezelfde name"):
        load_contract(tmp_path, "ugent")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet=';,"\n\r\tOLDNaamSPTypex1 é\0', max_size=80), st.binary(max_size=20))
def test_any_text_below_the_header_is_read_or_refused(
    tmp_path: Path, body: str, tail: bytes
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(f"{HEADER}\n{body}".encode() + tail)
    own = table(skip_rows_where=[{"column": "Naam", "is_empty": True}])
    try:
        batches = read(path, own)
    except FileRefused as refused:
        assert refused.rule_id
    else:
        assert all(number > 1 for batch in batches for number in batch.rows["row_number"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(*[st.text(alphabet='abé ;,"\n', max_size=8)] * 4).filter(
            lambda row: any(cell.strip() for cell in row)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_cells_are_what_the_csv_module_reads(tmp_path: Path, lines: list[tuple[str, ...]]) -> None:
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["OLOD", "Naam", "SP", "Type"], *lines])
    with path.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, delimiter=";"))[1:]
    names = ("source_code", "title", "workload_value", "offering_kind_declared")
    found = [[cell or "" for cell in row] for row in rows(path, table(), *names)]
    assert found == expected
