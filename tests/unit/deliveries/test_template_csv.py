"""The standard template as CSV: dialects, encodings, headers, widths and what is refused."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.readers import csv_rows, template_csv, text_blocks
from pipelines.deliveries.rules import FileRefused

OFFERINGS = load_kinds()["offerings"]
HEADER = "instellingsnummer;academiejaar;aanbod_code;titel"


def read(path: Path, contract: Contract | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return all rows and all findings of an aanbod file."""
    batches = list(template_csv.read_template(path, OFFERINGS, contract or Contract()))
    rows = [batch.rows for batch in batches if batch.rows.width > 1]
    return pl.concat(rows), pl.concat(batch.findings for batch in batches)


def write(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "aanbod.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def refusal(path: Path, contract: Contract | None = None) -> str:
    with pytest.raises(FileRefused) as caught:
        read(path, contract)
    return caught.value.rule_id


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(tmp_path: Path, delimiter: str, line_end: str) -> None:
    lines = [HEADER, "ugent;2023-2024;A1;Zorg", "ugent;2023-2024;A2;Recht", ""]
    path = write(tmp_path, line_end.join(lines).replace(";", delimiter))
    rows, findings = read(path)
    assert rows["source_code"].to_list() == ["A1", "A2"]
    assert rows["row_number"].to_list() == [2, 3]
    assert findings.is_empty()


@pytest.mark.parametrize(
    ("encoding", "noted"),
    [
        ("utf-8", []),
        ("utf-8-sig", ["encoding_noted"]),
        ("utf-16", ["encoding_noted"]),
        ("cp1252", ["encoding_assumed"]),
    ],
)
def test_encodings_are_found_and_all_but_plain_utf_8_are_noted(
    tmp_path: Path, encoding: str, noted: list[str]
) -> None:
    rows, findings = read(write(tmp_path, f"{HEADER}\nugent;2023;A1;Café \u2013 €5\n", encoding))
    assert rows["title"].to_list() == ["Café \u2013 €5"]
    assert findings["rule_id"].to_list() == noted


def test_a_declared_encoding_is_used_and_holds(tmp_path: Path) -> None:
    text = f"{HEADER}\nugent;2023;A1;Café\n"
    rows, findings = read(write(tmp_path, text, "cp1252"), Contract(encoding="cp1252"))
    assert rows["title"].to_list() == ["Café"]
    assert findings["rule_id"].to_list() == ["encoding_noted"]
    assert "Windows-1252" in findings["message_nl"].item()
    plain = read(write(tmp_path, text), Contract(encoding="UTF8"))
    assert plain[1].is_empty()
    assert refusal(write(tmp_path, text, "cp1252"), Contract(encoding="utf-8")) == "encoding_wrong"


def test_headers_match_whatever_their_case_spaces_accents_and_hyphens(tmp_path: Path) -> None:
    header = "Titel;AANBOD-CODE;Academie jaar;  instellings_nummer;leervórm;opmerking"
    rows, findings = read(write(tmp_path, f"{header}\nZorg;A1;2023;ugent;fysiek;x\n"))
    assert rows.select("source_code", "mode", "title").row(0) == ("A1", "fysiek", "Zorg")
    assert findings["rule_id"].to_list() == ["header_unknown"]


@pytest.mark.parametrize("block_size", [64, 8_000_000])
@pytest.mark.parametrize("start", ["", "sep=;\n", "SEP=;\r\n"])
@pytest.mark.parametrize("mark", ["", '5" '])
def test_rows_have_the_numbers_that_a_spreadsheet_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_size: int, start: str, mark: str
) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_SIZE", block_size)
    long = f'ugent;2023;A1;"Zorg; ""deel""\nen\nmeer"\n\nugent;2023;A2;{mark}Recht\nx\n'
    rows, findings = read(write(tmp_path, f"{start}{HEADER}\n{long}ugent;2023;A3;Kunst\n"))
    assert rows["title"].to_list() == ['Zorg; "deel"\nen\nmeer', f"{mark}Recht", "Kunst"]
    assert rows["row_number"].to_list() == [2, 4, 6]
    assert findings["row_number"].to_list() == [5]


def test_blank_rows_above_the_header_count(tmp_path: Path) -> None:
    rows, _ = read(write(tmp_path, f"\n\n{HEADER}\nugent;2023;A1;Zorg\n"))
    assert rows["row_number"].to_list() == [4]


def test_a_stray_inch_mark_does_not_swallow_the_file(tmp_path: Path) -> None:
    content = f'{HEADER}\nugent;2023;A1;Buis van 5" lang\nugent;2023;A2;"Recht; inleiding"\n'
    rows, _ = read(write(tmp_path, content))
    assert rows["title"].to_list() == ['Buis van 5" lang', "Recht; inleiding"]
    assert rows["row_number"].to_list() == [2, 3]


def test_a_row_with_too_few_or_too_many_fields_is_rejected_with_its_number(tmp_path: Path) -> None:
    content = f"{HEADER}\nugent;2023;A1\nugent;2023;A2;Recht\nugent;2023;A3;a;b\nx\n\n;;;\n"
    rows, findings = read(write(tmp_path, content))
    assert rows["row_number"].to_list() == [3]
    assert findings.select("row_number", "rule_id").rows() == [
        (2, "row_width"),
        (4, "row_width"),
        (5, "row_width"),
    ]


def test_a_missing_final_newline_is_fine_when_the_row_is_whole(tmp_path: Path) -> None:
    rows, findings = read(write(tmp_path, f"{HEADER}\nugent;2023;A1;Zorg"))
    assert (rows.height, findings.height) == (1, 0)


@pytest.mark.parametrize(
    ("content", "rule_id"),
    [
        (f"{HEADER}\nugent;2023;A1;Zorg\nugent;20", "file_truncated"),
        (f'{HEADER}\nugent;2023;A1;"Zorg\nugent;2023;A2;Recht\n', "quote_unclosed"),
        (f'{HEADER}\nugent;2023;A1;"Zorg', "quote_unclosed"),
        (HEADER, "header_only"),
        (f"{HEADER}\n\n", "header_only"),
        ("instellingsnummer;academiejaar;titel\nugent;2023;Zorg\n", "header_missing_columns"),
        (f"{HEADER};Titel\nugent;2023;A1;Zorg;Zorg\n", "header_repeated"),
        (f"{HEADER}\nugent;2023;A1;{'x' * 1_100_000}\n", "line_too_long"),
        ("x" * 20_000_000, "line_too_long"),
        (";".join(f"k{i}" for i in range(501)) + "\n1\n", "too_many_columns"),
        (f"{HEADER}\nugent;2023;A1;Zo\0rg\n", "content_binary"),
        ("<!DOCTYPE html><html><body>Aanmelden</body></html>", "content_html"),
        (b"PK\x03\x04\x14\x00", "content_xlsx"),
        ("%PDF-1.7\n1 0 obj\n", "content_other"),
        ('[{"id": "A", "name": "Zorg"}]', "content_other"),
        ('\n{\n  "programmes": []}', "content_other"),
        ('<?xml version="1.0"?><GeefHistoriekInschrijvingResponse/>', "content_other"),
        ('<?xml version="1.0"?><a/>'.encode("utf-16"), "content_other"),
        ('<?xml version="1.0"?><html></html>', "content_html"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "content_other"),
        (f"{HEADER};opmerking;Opmerking\nugent;2023;A1;Zorg;x;y\n", "header_repeated"),
        (f"{HEADER};?;?\nugent;2023;A1;Zorg;x;y\n", "header_repeated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "content_xlsx"),
        (f"{HEADER}\nugent;2023;A1;".encode() + b"\x81\n", "encoding_wrong"),
        (f"{HEADER}\nugent;2023;A1;Zorg\n".encode("utf-16-le"), "content_binary"),
        (f"{HEADER}\nugent;2023;A1;Zo\0rg\n".encode("utf-8-sig"), "content_binary"),
        (f"{HEADER}\nugent;2023;A1;Zo\0rg\n".encode("utf-16"), "content_binary"),
        ("<html><body>Aanmelden</body></html>".encode("utf-16"), "content_html"),
        (f"{HEADER}\nugent;2023;A1;".encode("utf-8-sig") + b"\x81\n", "encoding_wrong"),
        (f"{HEADER}\nugent;2023;A1;Zorg".encode("utf-16")[:-1], "file_truncated"),
        (f"{HEADER}\nugent;2023;é;Caf".encode() + b"\xc3", "file_truncated"),
        ("x" * 1_500_000 + "\n", "line_too_long"),
    ],
)
def test_a_file_that_is_no_whole_table_is_refused_by_its_content(
    tmp_path: Path, content: str | bytes, rule_id: str
) -> None:
    assert refusal(write(tmp_path, content)) == rule_id


def test_a_last_accent_of_windows_1252_is_not_taken_for_a_file_cut_off(tmp_path: Path) -> None:
    rows, findings = read(write(tmp_path, f"{HEADER}\nugent;2023;A1;Café", "cp1252"))
    assert rows["title"].to_list() == ["Café"]
    assert findings["rule_id"].to_list() == ["encoding_assumed"]


def test_a_long_cell_is_no_unclosed_quotation_mark(tmp_path: Path) -> None:
    long = "x" * 200_000
    content = f'{HEADER};{long}\nugent;2023;A1;{long};\nugent;2023;A2;5" {long};\n'
    rows, findings = read(write(tmp_path, content))
    assert rows["title"].str.len_chars().to_list() == [200_000, 200_003]
    assert findings["rule_id"].to_list() == ["header_unknown"]


@pytest.mark.parametrize("title", ['"{}"', '5" en "{}"'])
def test_a_row_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_SIZE", 4096)
    monkeypatch.setattr(csv_rows, "LONGEST_RECORD", 10_000)
    row = f"ugent;2023;A1;{title.format('regel' + chr(10) * 20_000)}"
    assert refusal(write(tmp_path, f"{HEADER}\n{row}\n")) == "quote_unclosed"


def test_a_missing_column_is_named_with_the_header_that_resembles_it(tmp_path: Path) -> None:
    path = write(tmp_path, "instellingsnummer;academiejaar;aanbodcod;titel\nugent;2023;A1;Zorg\n")
    with pytest.raises(FileRefused) as caught:
        read(path)
    assert caught.value.facts == {
        "expected": "aanbod_code",
        "found": " Bedoelde u 'aanbodcod' voor aanbod_code?",
    }


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff"), max_size=8),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([";", ",", "\t", "|"]),
    st.booleans(),
)
def test_cells_are_those_of_the_csv_module_whatever_the_size_of_the_blocks(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[list[str]],
    delimiter: str,
    are_all_quoted: bool,
) -> None:
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if are_all_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    writer.writerow(HEADER.split(";"))
    writer.writerows(["ugent", *row] for row in cells)
    path = write(tmp_path_factory.mktemp("csv"), text.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_blocks, "BLOCK_SIZE", 24)
        rows, _ = read(path)
    found = rows.select("academic_year", "source_code", "title").rows()
    assert [tuple(c or "" for c in row) for row in found] == [tuple(row) for row in cells]


def test_batches_of_a_large_file_are_screened_as_one(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_blocks, "BLOCK_SIZE", 4096)
    lines = [enrolment(number) for number in range(200)]
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, *lines, lines[0], lines[1] + "x")
    result = drop.receive("ugent")
    assert (result.rows_read, result.rows_accepted, result.rows_rejected) == (202, 199, 3)


def test_a_bad_file_leaves_nothing_half_landed(drop: Drop) -> None:
    drop.put("ugent/aanbod.csv", f"{OFFERING_HEADER}\nugent;2023;A1;Zorg;mooc;3;ects\nugent;20")
    drop.receive("ugent")
    assert [path.name for path in drop.settings.landing_dir.rglob("*.p*")] == [
        path.name for path in drop.settings.landing_dir.glob("rejected_rows/*.parquet")
    ]
