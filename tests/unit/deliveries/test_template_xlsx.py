"""The standard template as a workbook: which sheet is what, headers, rows, and what is refused."""

from pathlib import Path

import polars as pl
import pytest
from drop_folder import insz
from workbook_files import Cell, with_sheet_xml, write_workbook

from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.readers import template_xlsx, workbook_sniff
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.register import load_register
from pipelines.deliveries.rules import FileRefused
from pipelines.deliveries.screening import screen
from pipelines.deliveries.sender import Sender
from pipelines.settings import PROJECT_ROOT

HEADER: list[Cell] = ["instellingsnummer", "academiejaar", "aanbod_code", "titel"]
BLOCKS: list[Cell] = ["instellingsnummer", "academiejaar", "aanbod_code", "bouwsteen_code"]
ROW: list[Cell] = ["ugent", "2023-2024", "A1", "Zorg"]
OF_INSTITUTIONS = ("offerings", "components", "programmes", "enrolments")


def read(path: Path, named: str = "") -> list[Batch]:
    return list(template_xlsx.read_template_workbook(path, named, OF_INSTITUTIONS))


def refusal(path: Path, named: str = "offerings") -> str:
    with pytest.raises(FileRefused) as caught:
        read(path, named)
    return caught.value.rule_id


def rules_broken(batches: list[Batch]) -> list[str]:
    return [rule for batch in batches for rule in batch.findings["rule_id"]]


def test_several_kinds_stand_in_one_workbook_under_their_own_names(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "levering.xlsx",
        {
            "Uitleg": [["Dit is uitleg"]],
            "AANBOD": [HEADER, ROW],
            "bouw stenen": [BLOCKS, ["ugent", "2023-2024", "A1", "B1"]],
            "Blad3": [],
        },
    )
    batches = read(path)
    assert [batch.kind for batch in batches] == ["offerings", "components"]
    assert batches[0].rows.rows() == [(2, "ugent", "2023-2024", "A1", "Zorg")]
    assert rules_broken(batches) == ["sheet_ignored"]
    assert "Uitleg" in batches[0].findings["message_nl"][0]
    assert template_xlsx.kinds_in_workbook(path) == ("offerings", "components")


def test_a_single_filled_sheet_is_of_the_kind_in_the_file_name(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"Blad1": [HEADER, ROW], "Blad2": []})
    assert [batch.kind for batch in read(path, "offerings")] == ["offerings"]
    assert template_xlsx.kinds_in_workbook(path, "offerings") == ("offerings",)
    assert refusal(path, "") == "workbook_without_kind"


def test_several_filled_sheets_without_the_name_of_a_kind_are_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"Blad1": [HEADER, ROW], "Blad2": [["x"]]})
    assert refusal(path) == "workbook_without_kind"


def test_two_sheets_of_one_kind_are_refused(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "aanbod.xlsx", {"aanbod": [HEADER, ROW], "Aanbod_": [HEADER, ROW]}
    )
    assert refusal(path) == "workbook_sheet_repeated"


def test_a_kind_that_the_sender_may_not_deliver_refuses_the_workbook(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "levering.xlsx", {"arbeidspositie": [["insz"], ["x"]]})
    assert refusal(path) == "file_not_for_unit"


def test_headers_match_as_in_csv_and_unknown_ones_are_noted(tmp_path: Path) -> None:
    header: list[Cell] = ["Titel", "AANBOD-CODE", "Academie jaar", " instellings_nummer", "opm."]
    path = write_workbook(tmp_path / "aanbod.xlsx", {"x": [header, ["Zorg", 12, "2023", "ugent"]]})
    batches = read(path, "offerings")
    assert batches[0].rows.select("source_code", "title").rows() == [("12", "Zorg")]
    assert rules_broken(batches) == ["header_unknown"]


def test_a_header_below_a_title_is_found_and_noted(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"x": [["Ons aanbod"], [], HEADER, ROW]})
    batches = read(path, "offerings")
    assert batches[0].rows["row_number"].to_list() == [4]
    assert rules_broken(batches) == ["header_lower"]


def test_empty_lines_above_the_header_need_no_note(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"x": [[], [], HEADER, [], ROW]})
    batches = read(path, "offerings")
    assert batches[0].rows["row_number"].to_list() == [5]
    assert rules_broken(batches) == []


@pytest.mark.parametrize(
    ("rows", "rule_id"),
    [
        ([["titel", "academiejaar"], ["Zorg", "2023"]], "header_missing_columns"),
        ([[*HEADER, "Titel"], ROW], "header_repeated"),
        ([HEADER], "header_only"),
        ([HEADER, [], [None, " "]], "header_only"),
        ([], "file_empty"),
        ([[" "]], "header_missing_columns"),
    ],
)
def test_a_sheet_without_what_is_needed_is_refused(
    tmp_path: Path, rows: list[list[Cell]], rule_id: str
) -> None:
    assert refusal(write_workbook(tmp_path / "aanbod.xlsx", {"x": rows})) == rule_id


def test_a_merged_header_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"x": [HEADER, ROW]}, merges=["C1:D1"])
    assert refusal(path) == "header_merged"


def test_merged_cells_in_rows_are_noted(tmp_path: Path) -> None:
    rows = [HEADER, ROW, [None, "2023-2024", "A2", "Recht"]]
    path = write_workbook(tmp_path / "aanbod.xlsx", {"x": rows}, merges=["A2:A3"])
    batches = read(path, "offerings")
    assert rules_broken(batches) == ["cells_merged"]
    assert batches[0].findings["row_number"].to_list() == [3]


def hours(batch: Batch) -> list[str | None]:
    """Return the sizes that screening reads, as text; None where it reads none."""
    sender = Sender("ugent", "2024-2025", load_register(PROJECT_ROOT / "dbt_project"))
    accepted = screen(batch.rows, load_kinds()["offerings"], sender).accepted
    read = dict(accepted.select("row_number", "workload_value").rows())
    return [str(read[n]) if n in read else None for n in batch.rows["row_number"]]


def test_a_number_in_a_cell_has_no_notation_and_a_text_has(tmp_path: Path) -> None:
    header: list[Cell] = [*HEADER, "omvang", "omvang_eenheid"]
    sizes: list[Cell] = [1.234, "1.234", 1200, "1.200", 1.5, -0.001, 123.456, 1.2345, "12,500"]
    rows: list[list[Cell]] = [
        ["ugent", "2023-2024", f"A{n}", "Zorg", size, "uren"] for n, size in enumerate(sizes)
    ]
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [header, *rows]})
    (batch,) = read(path)
    read_as = ["1.23", None, "1200.00", None, "1.50", "0.00", "123.46", "1.23", None]
    assert hours(batch) == read_as


@pytest.mark.parametrize("chunk", [7, 64, 1_000_000])
def test_the_number_of_a_formula_has_no_notation_either_wherever_it_is_cut(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_sniff._chunks, "__defaults__", (chunk,))
    header: list[Cell] = [*HEADER, "omvang"]
    names = [
        f'<c r="{"ABCDE"[n]}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for n, name in enumerate(header)
    ]
    sizes = ["<f>1+0.234</f><v>1.234</v>", "<v>1.234E0</v>", "<v>1.234</v>\n"]
    rows = [
        "".join(
            f'<c r="{"ABCD"[n]}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
            for n, value in enumerate(["ugent", "2023-2024", f"A{number}", "Zorg"])
        )
        + f'<c r="E{number}">{size}</c>'
        for number, size in enumerate(sizes, start=2)
    ]
    lines = [f'<row r="{n}">{row}</row>' for n, row in enumerate(["".join(names), *rows], start=1)]
    (batch,) = read(with_sheet_xml(tmp_path / "aanbod.xlsx", "\n".join(lines)))
    assert hours(batch) == ["1.23"] * 3


def sheet_with(tmp_path: Path, *cells: str) -> Path:
    def row(number: int, values: list[str]) -> str:
        return f'<row r="{number}">{"".join(values)}</row>'

    def text(place: str, value: object) -> str:
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'

    header = [text(f"{'ABCD'[n]}1", name) for n, name in enumerate(HEADER)]
    good = [text(f"{'ABCD'[n]}2", name) for n, name in enumerate(ROW)]
    bad = [text(f"{'ABC'[n]}3", name) for n, name in enumerate(ROW[:3])]
    rows = row(1, header) + row(2, good) + row(3, [*bad, *cells])
    return with_sheet_xml(tmp_path / "aanbod.xlsx", rows)


def test_a_formula_without_a_value_rejects_its_row_and_names_the_cell(tmp_path: Path) -> None:
    batches = read(sheet_with(tmp_path, '<c r="D3"><f>A1</f></c>'))
    assert batches[0].rows["row_number"].to_list() == [2]
    assert batches[0].unreadable_count == 1
    assert rules_broken(batches) == ["cell_without_value"]
    assert "D3" in batches[0].findings["message_nl"][0]


def test_an_error_value_rejects_its_row(tmp_path: Path) -> None:
    batches = read(sheet_with(tmp_path, '<c r="D3" t="e"><v>#REF!</v></c>'))
    assert (batches[0].rows.height, batches[0].unreadable_count) == (1, 1)
    assert "D3" in batches[0].findings["message_nl"][0]
    assert "#REF!" in batches[0].findings["message_nl"][0]


def test_a_formula_without_a_value_in_an_unused_column_does_no_harm(tmp_path: Path) -> None:
    batches = read(sheet_with(tmp_path, '<c r="D3"><v>1</v></c><c r="F3"><f>A1</f></c>'))
    assert batches[0].rows.height == 2
    assert rules_broken(batches) == []


def test_a_formula_in_the_header_is_refused(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>titel</t></is></c><c r="B1"><f>A1</f></c></row>'
    )
    assert refusal(with_sheet_xml(tmp_path / "aanbod.xlsx", rows)) == "header_without_value"


def test_national_numbers_stored_as_numbers_get_their_lost_zero_back(tmp_path: Path) -> None:
    header: list[Cell] = [
        *("instellingsnummer", "academiejaar", "inschrijving_id", "insz", "contracttype"),
        *("aanbod_code", "inschrijvingsdatum"),
    ]
    numbers = [insz(850_730_001), insz(56_212_003)]
    rows: list[list[Cell]] = [
        ["ugent", "2023", f"E{n}", int(number), "geen", "A1", 45189]
        for n, number in enumerate(numbers)
    ]
    path = write_workbook(tmp_path / "inschrijvingen.xlsx", {"inschrijvingen": [header, *rows]})
    sender = Sender("ugent", "2024-2025", load_register(PROJECT_ROOT / "dbt_project"))
    (batch,) = read(path)
    screened = screen(batch.rows, load_kinds()["enrolments"], sender)
    assert screened.accepted["national_number"].to_list() == numbers
    assert screened.findings["rule_id"].to_list() == ["national_number_repaired"]
    assert screened.accepted["enrolled_on"].dtype == pl.Date
