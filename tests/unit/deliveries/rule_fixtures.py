"""One delivery per rule that breaks that rule, as a sender would break it.

Border: what is expected of them stands in test_rules.py and test_check.py; rules that look at one
row have their fixtures in test_screening.py.
"""

from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from drop_folder import OFFERING_HEADER, insz
from test_dho_history import enrolment, message
from workbook_files import write_workbook

GOOD = "ugent;2023-2024;A1;Zorg;mooc;3;ects"
OTHER = "ugent;2023-2024;A2;Recht;mooc;3;ects"
HEADER = OFFERING_HEADER.split(";")
DHO_NAME = f"department/Geef_{insz(850_730_033)}.xml"


def table(*rows: str, header: str = OFFERING_HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def guide(text: str) -> tuple[str, bytes]:
    return "ugent/ugent_programs_2024.json", text.encode()


def history(*enrolments: str) -> tuple[str, bytes]:
    return DHO_NAME, message(*enrolments).encode()


def offerings(content: bytes) -> tuple[str, bytes]:
    return "ugent/aanbod.csv", content


FIXTURES: dict[str, tuple[str, bytes]] = {
    "institution_unknown": ("odise/aanbod.csv", table(GOOD)),
    "file_of_other_institution": ("ugent/vub_programs_2024.json", b"[]"),
    "file_not_recognised": ("ugent/lijst.csv", table(GOOD)),
    "file_not_for_unit": ("department/aanbod.csv", table(GOOD)),
    "folder_too_deep": ("ugent/definitief/aanbod.csv", table(GOOD)),
    "file_is_folder": ("ugent/aanbod.csv/binnen.csv", table(GOOD)),
    "name_unprintable": ("ugent/aanbod\u202e.csv", table(GOOD)),
    "name_with_path": ("ugent/aanbod..csv", table(GOOD)),
    "file_empty": offerings(b""),
    "header_only": offerings(table()),
    "content_html": offerings(b"<!DOCTYPE html><html></html>"),
    "content_xlsx": offerings(b"PK\x03\x04\x14\x00"),
    "content_other": offerings(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"),
    "content_binary": offerings(table("ugent;2023-2024;A1;Zo\0rg;mooc;3;ects")),
    "encoding_wrong": offerings(table(GOOD) + b"ugent;2023-2024;A2;\x81;mooc;3;ects\n"),
    "line_too_long": offerings(table(GOOD.replace("Zorg", "x" * 1_100_000))),
    "line_ends_mixed": offerings(f'{OFFERING_HEADER}\n{GOOD}\n""\r1'.encode()),
    "too_many_columns": offerings(";".join(f"k{i}" for i in range(501)).encode() + b"\n1\n"),
    "quote_unclosed": offerings(table(GOOD.replace("Zorg", '"Zorg'))),
    "file_truncated": offerings(table(GOOD) + b"ugent;20"),
    "header_missing_columns": offerings(b"instellingsnummer;titel\nugent;Zorg\n"),
    "header_repeated": offerings(table(GOOD + ";x", header=OFFERING_HEADER + ";Titel")),
    "no_row_accepted": offerings(table(GOOD.replace("3;ects", "x;ects"))),
    "all_rows_foreign": offerings(table(GOOD.replace("ugent", "vub"))),
    "encoding_assumed": offerings(
        table(GOOD.replace("Zorg", "Caf\u00e9")).decode().encode("cp1252")
    ),
    "encoding_noted": offerings(table(GOOD).decode().encode("utf-16")),
    "header_unknown": offerings(table(GOOD + ";x", header=OFFERING_HEADER + ";opmerking")),
    "json_invalid": guide('[{"id": "A"'),
    "json_key_repeated": guide('[{"id": "A", "id": "B"}]'),
    "json_number_invalid": guide('[{"id": "A", "name": "B", "ects": [NaN]}]'),
    "json_too_deep": guide("[" * 30 + "]" * 30),
    "json_not_a_list": guide('{"programmes": []}'),
    "json_empty": guide("[]"),
    "row_width": offerings(table(GOOD, "ugent;2023-2024")),
    "entry_not_object": guide('[{"id": "A", "name": "B"}, "C"]'),
    "page_text_cut": (
        "ugent/ugent_courses_2024.json",
        ('[{"id": "A", "content": "' + "lang " * 5000 + '"}]').encode(),
    ),
    "entry_value_nested": guide('[{"id": "A", "name": "B"}, {"id": "C", "courses": {"1": 2}}]'),
    "ects_shorter_than_courses": guide(
        '[{"id": "A", "name": "B", "courses": ["1", "2"], "ects": [3]}]'
    ),
    "component_repeated": guide(
        '[{"id": "A", "name": "B", "courses": ["1", "1"], "ects": [3, 6]}]'
    ),
    "key_repeated_identical": offerings(table(GOOD, GOOD)),
    "key_repeated_different": offerings(table(GOOD, GOOD.replace("Zorg", "Recht"), OTHER)),
    "content_not_workbook": ("ugent/aanbod.xlsx", table(GOOD)),
    "workbook_damaged": ("ugent/aanbod.xlsx", b"PK\x03\x04 cut off"),
    "xml_doctype": (DHO_NAME, b'<?xml version="1.0"?><!DOCTYPE a><a/>'),
    "xml_too_deep": (DHO_NAME, b"<a>" * 300 + b"</a>" * 300),
    "xml_invalid": (DHO_NAME, b"<a><b></a>"),
    "dho_message_unknown": (DHO_NAME, b"<Antwoord/>"),
    "dho_other_education": history(enrolment(), enrolment("R2", source="VWO")),
    "dho_other_institution": history(enrolment(), enrolment("R2", institution="999999")),
    "dho_without_programme": history(enrolment(programme="")),
    "dho_withdrawn_without_date": history(enrolment(status="03")),
}
# A rule that can only be broken together with a row's own fault.
ALSO_BROKEN = {"no_row_accepted": {"number_unreadable"}}


def workbook(sheets: dict[str, list[list[str]]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        write_workbook(path, sheets)

    return write


def workbook_with_formula(value: str) -> Callable[[Path], None]:
    """Return what writes a template of two rows, the second with a formula for its title."""

    def write(path: Path) -> None:
        with xlsxwriter.Workbook(path) as made:
            sheet = made.add_worksheet("aanbod")
            for number, row in enumerate([*CELLS, OTHER.split(";")]):
                sheet.write_row(number, 0, row)
            sheet.write_formula(2, 3, "=A1", None, value)

    return write


CELLS = [HEADER, GOOD.split(";")]
WORKBOOKS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "workbook_without_kind": ("ugent/levering.xlsx", workbook({"a": CELLS, "b": CELLS})),
    "workbook_sheet_repeated": (
        "ugent/levering.xlsx",
        workbook({"aanbod": CELLS, "Aanbod_": CELLS}),
    ),
    "sheet_ignored": ("ugent/levering.xlsx", workbook({"aanbod": CELLS, "uitleg": [["x"]]})),
    "cell_error": ("ugent/aanbod.xlsx", workbook_with_formula("#N/A")),
    "header_lower": ("ugent/aanbod.xlsx", workbook({"Blad1": [["Lijst"], *CELLS]})),
}


def write_fixture(rule_id: str, raw_dir: Path) -> Path:
    """Write the delivery that breaks a rule below a raw folder and return its path."""
    if rule_id in WORKBOOKS:
        name, write = WORKBOOKS[rule_id]
        path = raw_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path)
        return path
    name, content = FIXTURES[rule_id]
    path = raw_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
