"""Workbooks: what may not be opened, and cells as text, compared with openpyxl cell for cell."""

import datetime as dt
import string
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbook_files import with_part, with_sheet_xml, write_workbook

from pipelines.deliveries.readers import sniffing, workbook_sniff
from pipelines.deliveries.readers.workbook import read_cells
from pipelines.deliveries.rules import FileRefused

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def cells(path: Path) -> list[tuple[object, ...]]:
    sheet = workbook_sniff.scan(path, workbook_sniff.sheet_parts(path)[0])
    return read_cells(path, sheet).rows()


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        cells(path)
    return caught.value.rule_id


@pytest.mark.parametrize(
    ("content", "rule_id"),
    [
        (b"", "file_empty"),
        (b"instellingsnummer;academiejaar\nugent;2023\n", "content_not_workbook"),
        (b"<!DOCTYPE html><html></html>", "content_not_workbook"),
        (b"%PDF-1.7\n", "content_not_workbook"),
        (b"PK\x03\x04 cut off", "workbook_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook_old_format"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "workbook_password",
        ),
    ],
)
def test_what_is_no_open_workbook_is_refused_by_its_content(
    tmp_path: Path, content: bytes, rule_id: str
) -> None:
    path = tmp_path / "aanbod.xlsx"
    path.write_bytes(content)
    assert refusal(path) == rule_id


def test_the_content_of_a_file_is_found_whatever_its_name(tmp_path: Path) -> None:
    starts: dict[str, bytes] = {
        "zip": b"PK\x03\x04",
        "gzip": b"\x1f\x8b\x08",
        "utf16": "a;b".encode("utf-16"),
        "utf32": "a;b".encode("utf-32"),
        "binary": b"a\0b",
        "xml": b'\xef\xbb\xbf<?xml version="1.0"?><a/>',
        "html": b"\n <HTML>",
        "text": b"a;b",
    }
    assert {sniffing.content_of_bytes(start) for start in starts.values()} == set(starts)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "aanbod.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    assert refusal(path) == "content_not_workbook"


def test_a_bomb_is_refused_by_its_totals(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [["x"]]})
    with_part(path, "xl/media/nothing.bin", b"\0" * 30_000_000)
    assert path.stat().st_size < 100_000
    assert refusal(path) == "workbook_bomb"


def test_a_workbook_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [["x"]]})
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(workbook_sniff.MOST_ENTRIES):
            archive.writestr(f"xl/media/{number}.txt", "x")
    assert refusal(path) == "workbook_bomb"


def test_more_than_a_gigabyte_is_refused_from_the_index_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [["x"]]})
    monkeypatch.setattr(workbook_sniff, "MOST_UNPACKED", 1000)
    assert refusal(path) == "workbook_bomb"


def test_an_encrypted_part_is_a_password(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [["x"]]})
    content = bytearray(path.read_bytes())
    start = content.find(b"PK\x01\x02")
    content[start + 8] |= 1
    path.write_bytes(bytes(content))
    assert refusal(path) == "workbook_password"


@pytest.mark.parametrize("reference", ["ZZ1", "SG1", "XFD1"])
def test_more_than_500_columns_are_refused(tmp_path: Path, reference: str) -> None:
    path = with_sheet_xml(
        tmp_path / "aanbod.xlsx", f'<row r="1"><c r="{reference}"><v>1</v></c></row>'
    )
    assert refusal(path) == "too_many_columns"


def test_a_far_cell_is_refused_with_its_name(tmp_path: Path) -> None:
    path = with_sheet_xml(
        tmp_path / "aanbod.xlsx", ROW + '<row r="1048576"><c r="BZ1048576"><v>1</v></c></row>'
    )
    assert path.stat().st_size < 6_000
    with pytest.raises(FileRefused) as caught:
        cells(path)
    assert caught.value.rule_id == "workbook_far_cell"
    assert caught.value.facts["found"] == "BZ1048576"


def test_a_far_cell_that_is_only_coloured_does_not_count(tmp_path: Path) -> None:
    path = with_sheet_xml(
        tmp_path / "aanbod.xlsx", ROW + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    assert cells(path) == [(1, "1")]


@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/a.xml"],
)
def test_a_doctype_in_any_part_is_refused(tmp_path: Path, part: str) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [["x"]]})
    with_part(path, part, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert refusal(path) == "xml_doctype"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>77</v></c></row>',
    ],
)
def test_a_damaged_sheet_is_refused(tmp_path: Path, rows: str) -> None:
    assert refusal(with_sheet_xml(tmp_path / "aanbod.xlsx", rows)) == "workbook_damaged"


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path, cut: float) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [["x"] * 20] * 50})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    assert refusal(path) == "workbook_damaged"


def test_cells_without_a_usable_value_are_found(tmp_path: Path) -> None:
    path = with_sheet_xml(
        tmp_path / "aanbod.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1+1</f></c><c r="C1"><f>A1</f><v/></c>'
        '<c r="D1"><f>A1</f><v>2</v></c><c r="E1" t="str"><f>""</f><v></v></c>'
        '<c r="F1" t="e"><v>#N/A</v></c></row>',
    )
    sheet = workbook_sniff.scan(path, workbook_sniff.sheet_parts(path)[0])
    assert sheet.broken == {(1, 1): "=", (1, 2): "=", (1, 5): "#N/A"}
    assert read_cells(path, sheet).rows() == [(1, "1", None, None, "2", "", None)]


def test_a_sheet_full_of_cells_without_a_value_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells_of_row = '<c r="A1"><f>B1</f></c><c r="B1"><f>C1</f></c>'
    path = with_sheet_xml(tmp_path / "aanbod.xlsx", f'<row r="1">{cells_of_row}</row>')
    monkeypatch.setattr(workbook_sniff, "MOST_BROKEN_CELLS", 1)
    assert refusal(path) == "workbook_without_values"


def test_numbers_and_dates_come_without_artefacts(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "aanbod.xlsx",
        {
            "aanbod": [
                [3.0, 4.5, 0.1 + 0.2, 45189, True, "007", dt.date(2023, 9, 20)],
                [
                    *(1e15, -3, 1.5e-7, 850730 * 10**5 + 112, False, " a\nb "),
                    dt.datetime(2023, 9, 20, 13, 30),
                ],
            ]
        },
    )
    second = ("1000000000000000", "-3", "0.00000015", f"{850730}00112", "false", " a\nb ")
    assert cells(path) == [
        (1, "3", "4.5", "0.3", "45189", "true", "007", "2023-09-20"),
        (2, *second, "2023-09-20 13:30:00"),
    ]


def test_rows_keep_their_number_and_columns_their_place(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "aanbod.xlsx", {"aanbod": [[], [], [None, None, "x"], [], [None, None, 1]]}
    )
    assert cells(path)[2:] == [
        (3, None, None, "x"),
        (4, None, None, None),
        (5, None, None, "1"),
    ]


def test_an_empty_sheet_has_no_rows(tmp_path: Path) -> None:
    assert cells(write_workbook(tmp_path / "aanbod.xlsx", {"leeg": []})) == []


PRINTABLE = st.text(
    alphabet=string.printable.replace("\r", "").replace("\x0b", "").replace("\x0c", "")
    + "éëïçÀ€\u2013\u00a0",
    max_size=20,
)
CELLS = st.one_of(
    st.none(),
    PRINTABLE,
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e6, 1e6).map(lambda number: round(number, 4) + 0.0),
    st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)),
)


def as_text(value: object) -> str | None:
    """Return what a cell that openpyxl gives should be as text."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".") if value else "0"
    return str(value)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
def test_every_cell_is_what_openpyxl_reads(tmp_path: Path, rows: list[list[object]]) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": rows})  # type: ignore[dict-item]
    expected = [
        [as_text(cell) for cell in row]
        for row in openpyxl.load_workbook(path, data_only=True)
        .worksheets[0]
        .iter_rows(values_only=True)
    ]
    found = cells(path)
    for number, row in enumerate(expected, start=1):
        ours = dict(enumerate(found[number - 1][1:])) if number <= len(found) else {}
        assert [ours.get(place) or None for place in range(len(row))] == [c or None for c in row]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_mutated_workbook_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "aanbod.xlsx"
    # A workbook holds the time at which it was made, so all mutations are of the same one.
    if not path.with_suffix(".good").exists():
        write_workbook(path, {"aanbod": [["a", 1, True]] * 3, "b": [["x"]]})
        path.rename(path.with_suffix(".good"))
    content = bytearray(path.with_suffix(".good").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content))
    try:
        found = cells(path)
    except FileRefused as refused:
        assert refused.rule_id
    else:
        assert isinstance(found, list)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
def test_a_workbook_of_another_program_is_read_cell_for_cell(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    path = tmp_path / "aanbod.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            if value is not None:
                # A text that begins with = is text here, as in a cell typed with an apostrophe.
                cell = sheet.cell(number, place, value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book.save(path)
    found = cells(path)
    for number, row in enumerate(rows, start=1):
        ours = dict(enumerate(found[number - 1][1:])) if number <= len(found) else {}
        expected = [as_text(cell) or None for cell in row]
        assert [ours.get(place) or None for place in range(len(row))] == expected


def test_the_frame_is_text_but_for_the_row_number(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": [[1, "x", True]]})
    sheet = workbook_sniff.scan(path, workbook_sniff.sheet_parts(path)[0])
    schema = read_cells(path, sheet).schema
    assert schema == {"row_number": pl.Int32, **dict.fromkeys(["c0", "c1", "c2"], pl.String)}
