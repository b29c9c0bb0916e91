"""Bad input, item by item: workbooks.

Each item arrives beside a good delivery, which lands all the same; the verdict of ``staalkaart
check`` is that of the nightly run. Tables as text stand in test_bad_input_table.py.
"""

import datetime as dt
import zipfile
from pathlib import Path

import pytest
from bad_input import WORKBOOK, Item, assert_handled, refused
from drop_folder import ENROLMENT_HEADER, Drop, enrolment
from rule_fixtures import CELLS, OTHER, workbook, workbook_with_formula
from test_bad_input_table import EARLY, TABLE
from test_workbook import ROW
from workbook_files import Cell, with_part, with_sheet_xml, write_workbook

from pipelines.deliveries.readers import workbook_sniff

pytestmark = pytest.mark.long


def bomb(path: Path) -> None:
    write_workbook(path, {"aanbod": CELLS})
    with_part(path, "xl/media/nothing.bin", bytes(30_000_000))


def crowd(path: Path) -> None:
    write_workbook(path, {"aanbod": CELLS})
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(workbook_sniff.MOST_ENTRIES):
            archive.writestr(f"xl/media/{number}.txt", "x")


def locked_part(path: Path) -> None:
    write_workbook(path, {"aanbod": CELLS})
    content = bytearray(path.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


def cut_off(path: Path) -> None:
    write_workbook(path, {"aanbod": CELLS})
    path.write_bytes(path.read_bytes()[:-200])


def merged_header(path: Path) -> None:
    write_workbook(path, {"aanbod": CELLS}, merges=["C1:D1"])


def merged_rows(path: Path) -> None:
    write_workbook(path, {"aanbod": [*CELLS, OTHER.split(";")]}, merges=["E2:E3"])


def header_as_formula(path: Path) -> None:
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>titel</t></is></c><c r="B1"><f>A1</f></c>'
    with_sheet_xml(path, f"{first}</row>")


def far_cell(path: Path) -> None:
    with_sheet_xml(path, f'{ROW}<row r="1048576"><c r="BZ1048576"><v>1</v></c></row>')


def wide_sheet(path: Path) -> None:
    with_sheet_xml(path, '<row r="1"><c r="SG1"><v>1</v></c></row>')


def doctype(path: Path) -> None:
    write_workbook(path, {"aanbod": CELLS})
    with_part(path, "xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def ole(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + name.encode("utf-16-le")


def dated_credits(path: Path) -> None:
    rows: list[list[Cell]] = [[*CELLS[0]], [*CELLS[1]], [*OTHER.split(";")]]
    rows[2][5] = dt.date(2024, 5, 3)
    write_workbook(path, {"aanbod": rows})


def people_in_cells(path: Path) -> None:
    header = ENROLMENT_HEADER.split(";")
    row: list[Cell] = [*enrolment(1).split(";")]
    row[3] = int(EARLY)
    write_workbook(path, {"inschrijvingen": [header, row, enrolment(2).split(";")]})


WORKBOOKS = {
    "CSV named .xlsx": refused("content_not_workbook", TABLE, "tekst", ".xlsx", name=WORKBOOK),
    "HTML named .xlsx": refused("content_not_workbook", "<html>", "webpagina", name=WORKBOOK),
    "a workbook without a filled cell": refused(
        "file_empty", workbook({"aanbod": []}), "leeg", name=WORKBOOK
    ),
    "a workbook with a header only": refused(
        "header_only", workbook({"aanbod": CELLS[:1]}), "geen rijen", name=WORKBOOK
    ),
    "a bomb": refused("workbook_bomb", bomb, "maal zo groot", "1 GB", name=WORKBOOK),
    "too many parts": refused("workbook_bomb", crowd, "onderdelen", "2.000", name=WORKBOOK),
    "a far cell": refused("workbook_far_cell", far_cell, "BZ1048576", name=WORKBOOK),
    "501 columns in a sheet": refused("too_many_columns", wide_sheet, "501", name=WORKBOOK),
    "a DOCTYPE": refused("xml_doctype", doctype, "DOCTYPE", name=WORKBOOK),
    "a password": refused(
        "workbook_password", ole("EncryptedPackage"), "wachtwoord", name=WORKBOOK
    ),
    "a part with a password": refused(
        "workbook_password", locked_part, "wachtwoord", name=WORKBOOK
    ),
    "the old format": refused("workbook_old_format", ole("Workbook"), "XLS", name=WORKBOOK),
    "a workbook cut off": refused("workbook_damaged", cut_off, "beschadigd", name=WORKBOOK),
    "a merged header": refused("header_merged", merged_header, "C1:D1", name=WORKBOOK),
    "a formula as header": refused("header_without_value", header_as_formula, "B1", name=WORKBOOK),
    "a formula without value": Item(
        workbook_with_formula(""),
        ("cell_without_value",),
        ("D3", "plak de kolom als waarden"),
        WORKBOOK,
        rows=(1, 1),
        lands=("Zorg",),
    ),
    "an error value": Item(
        workbook_with_formula("#REF!"),
        ("cell_error",),
        ("D3", "#REF!"),
        WORKBOOK,
        rows=(1, 1),
        lands=("Zorg",),
    ),
    "merged rows": Item(
        merged_rows, ("cells_merged",), ("E2:E3",), WORKBOOK, rows=(2, 0), lands=("Zorg", "Recht")
    ),
    "a header below a title": Item(
        workbook({"aanbod": [["Ons aanbod"], [], *CELLS]}),
        ("header_lower",),
        ("rij 3",),
        WORKBOOK,
        rows=(1, 0),
        lands=("Zorg",),
    ),
    "an INSZ as a number in a cell": Item(
        people_in_cells,
        ("national_number_repaired",),
        ("tien cijfers", "op tekst"),
        "ugent/2024-11-04/inschrijvingen.xlsx",
        rows=(2, 0),
    ),
    "a date as credits": Item(
        dated_credits,
        ("number_date_like",),
        ("'2024-05-03'",),
        WORKBOOK,
        rows=(1, 1),
        lands=("Zorg",),
        proposes=("3,5",),
    ),
}


@pytest.mark.parametrize("item", WORKBOOKS.values(), ids=WORKBOOKS)
def test_a_bad_workbook_is_refused_or_repaired_as_said_and_the_others_land(
    drop: Drop, item: Item
) -> None:
    assert_handled(drop, item)
