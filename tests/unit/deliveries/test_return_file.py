"""The return file: as sent, with every fault explained, and safe to open."""

import csv
import datetime as dt
import io
import re
from pathlib import Path
from typing import Literal

import openpyxl
import pytest
import xlsxwriter
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment, insz
from test_pseudonyms import every_form, leaks, written
from workbook_files import write_workbook

from pipelines.deliveries import check, visit
from pipelines.deliveries.check import Verdict, check_file
from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.proposals import PROPOSERS, with_proposals
from pipelines.deliveries.return_file import FAULT_COLUMNS, neutralised, write_return_file
from pipelines.deliveries.return_workbook import _sheet_name
from pipelines.deliveries.rules import MASK, finding, load_rules

GOOD = "ugent;2023-2024;A1;Zorg;mooc;3;ects"


def returned(drop: Drop, path: Path) -> tuple[Verdict, Path]:
    with LimitedReaders() as readers:
        verdict = check_file(drop.settings, path, None, readers)
        assert verdict.source is not None
        folder = drop.settings.raw_dir.parent / "terug"
        file = write_return_file(verdict.source, verdict.findings, folder, path.stem, readers)
    assert file is not None
    return verdict, file


def table(path: Path, delimiter: str = ";", encoding: str = "utf-8") -> list[list[str]]:
    text = path.read_bytes().decode(encoding)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    ("rule_id", "column", "value", "proposal"),
    [
        ("academic_year_unreadable", "academic_year", "2O24-25", "2024-2025"),
        ("academic_year_unreadable", "academic_year", "AJ 2023-24", "2023-2024"),
        ("academic_year_unreadable", "academic_year", "20232024", "2023-2024"),
        ("academic_year_unreadable", "academic_year", "ooit", None),
        ("academic_year_unreadable", "academic_year", "2023-2026", None),
        ("number_unreadable", "workload_value", "4;5", "4,5"),
        ("number_unreadable", "workload_value", "3 ects", "3"),
        ("number_unreadable", "workload_value", "l2", "12"),
        ("number_unreadable", "workload_value", "veel", None),
        ("number_date_like", "workload_value", "3-mei", "3,5"),
        ("number_date_like", "workload_value", "45780", "3,5"),
        ("number_date_like", "workload_value", "2025-05-03", "3,5"),
        ("number_date_like", "workload_value", "4/12", "4,12"),
        ("number_negative", "workload_value", "-3", "3"),
        ("date_two_digit_year", "started_on", "20/09/23", "2023-09-20"),
        ("date_two_digit_year", "started_on", "31/02/23", None),
        ("date_unreadable", "started_on", "20 september 2023", "2023-09-20"),
        ("date_unreadable", "started_on", "09/20/2023", "2023-09-20"),
        ("date_unreadable", "started_on", "2O23-09-20", "2023-09-20"),
        ("date_unreadable", "started_on", "31/02/2023", None),
        ("code_unknown", "offering_kind_declared", "micro", "microcredential"),
        ("code_unknown", "offering_kind_declared", "Post-graduaat", "postgraduaat"),
        ("code_unknown", "offering_kind_declared", "zzz", None),
        ("code_unknown", "needs", "persoonlijk, cultuur", "persoonlijk|cultureel"),
        ("boolean_unreadable", "is_purposeful_selection", "waar", "J"),
        ("boolean_unreadable", "is_purposeful_selection", "neen", "N"),
        ("boolean_unreadable", "is_purposeful_selection", "misschien", None),
        ("institution_not_known", "institution_id", "odise", "odisee"),
        ("partner_unknown", "partners", "vub, kuleven", "vub|kuleuven"),
    ],
)
def test_a_proposal_is_made_where_one_can_be(
    drop: Drop, rule_id: str, column: str, value: str, proposal: str | None
) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, GOOD)
    with LimitedReaders() as readers:
        source = check_file(drop.settings, path, None, readers).source
    assert source is not None
    label = load_kinds()["offerings"].column(column).header
    found = finding(rule_id, 2, kind="offerings", column_name=label, column=label, value=value)
    assert with_proposals(found, source.sender)["proposal"].item() == proposal


def test_no_proposal_is_ever_made_of_a_personal_column() -> None:
    assert not [rule_id for rule_id in PROPOSERS if rule_id.startswith("national_number")]
    assert set(PROPOSERS) <= set(load_rules())


def test_rows_columns_and_order_are_as_sent_with_the_faults_beside_them(drop: Drop) -> None:
    rows = [
        GOOD,
        'ugent;2O24-25;A2;"Zorg; en";mooc;4,5;ects',
        "ugent;2023-2024;A3;Zorg;micro;3-mei;ects",
        "ugent;2023-2024;A4;Zorg",
        "ugent;2023-2024;A5;Zorg;mooc;3;ects;te;veel",
        GOOD,
    ]
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, *rows)
    verdict, file = returned(drop, path)
    sent, back = table(path), table(file)
    assert back[0] == [*sent[0], *FAULT_COLUMNS]
    for before, after in zip(sent[1:5], back[1:5], strict=True):
        assert after[: len(before)] == before
        assert len(after) == 10
    assert back[1][7:] == ["", "", ""]
    assert back[2][7] == "academiejaar (academic_year_unreadable)"
    assert back[2][9] == "academiejaar: 2024-2025"
    assert back[3][9] == "soort: microcredential | omvang: 3,5"
    assert back[5][6] == "ects;te;veel"
    assert back[6][9] == "aanbod_code: rij verwijderen"
    assert verdict.rows_rejected == sum(bool(row[7]) for row in back[1:]) == 5


def test_the_verdict_stands_beside_its_row_whatever_the_lines_of_the_cells(drop: Drop) -> None:
    long = GOOD.replace("Zorg", '"Zorg\nen meer\nen nog"')
    rows = [long, "", GOOD.replace("A1", "A2").replace("mooc", "x"), f"{long};te;veel"]
    path = drop.put_rows("ugent/aanbod.csv", "sep=;", OFFERING_HEADER, *rows)
    verdict, file = returned(drop, path)
    assert verdict.findings["row_number"].to_list() == [5, 4]
    back = [row for row in table(file) if len(row) == 10 and any(row)]
    assert [row[7] for row in back] == ["fout", "", "soort (code_unknown)", "rij (row_width)"]
    assert back[3][6] == "ects;te;veel"


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_delimiter_and_encoding_are_as_sent(drop: Drop, delimiter: str, encoding: str) -> None:
    text = "\n".join([OFFERING_HEADER, GOOD, GOOD.replace("Zorg", "Caf\u00e9 \u20ac")]) + "\n"
    path = drop.put("ugent/aanbod.csv", text.replace(";", delimiter).encode(encoding))
    _, file = returned(drop, path)
    back = table(file, delimiter, encoding)
    assert back[2][3] == "Caf\u00e9 \u20ac"
    assert [len(row) for row in back] == [10, 10, 10]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("start", ["", "sep=;", "SEP=;"])
def test_line_ends_quotation_marks_and_hints_are_as_sent(
    drop: Drop, line_end: str, quoting: Literal[0, 1], start: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=quoting, lineterminator=line_end)
    good = GOOD.split(";")
    writer.writerows([OFFERING_HEADER.split(";"), good, [*good[:2], "A2", *good[3:]]])
    sent = (f"{start}{line_end}" if start else "") + text.getvalue()
    faulty = f"{line_end.join(sent.split(line_end)[-2:-1])}{line_end}".replace("mooc", "mo;oc")
    path = drop.put("ugent/aanbod.csv", (sent + faulty).encode())
    _, file = returned(drop, path)
    back = file.read_bytes().decode()
    added = '"fout";"uitleg";"voorstel"' if quoting == csv.QUOTE_ALL else "fout;uitleg;voorstel"
    empty = '"";"";""' if quoting == csv.QUOTE_ALL else ";;"
    lines = sent.removesuffix(line_end).split(line_end)
    head = int(bool(start))
    assert back.split(line_end)[: head + 2] == [
        *lines[:head],
        f"{lines[head]};{added}",
        f"{lines[head + 1]};{empty}",
    ]
    assert back.count("\n") == (0 if line_end == "\r" else back.count(line_end))


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "utf-32-be"])
def test_the_order_of_the_bytes_is_as_sent(drop: Drop, encoding: str) -> None:
    text = f"\ufeff{OFFERING_HEADER}\n{GOOD}\n{GOOD}\n"
    _, file = returned(drop, drop.put("ugent/aanbod.csv", text.encode(encoding)))
    back = file.read_bytes().decode(encoding)
    assert back.startswith(f"\ufeff{OFFERING_HEADER};fout")
    assert back.count("\ufeff") == 1


def test_a_carriage_return_in_a_cell_stays(drop: Drop) -> None:
    row = GOOD.replace("Zorg", '"een\rtwee\r\ndrie"').replace("mooc", "x")
    wide = row.replace("A1", "A2") + ';"vier\rvijf";b'
    path = drop.put("ugent/aanbod.csv", "\r\n".join([OFFERING_HEADER, row, wide, ""]).encode())
    _, file = returned(drop, path)
    back = table(file)
    assert back[1][3] == back[2][3] == "een\rtwee\r\ndrie"
    assert back[2][6] == "ects;vier\rvijf;b"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\uff1d"])
def test_no_cell_is_a_formula(drop: Drop, start: str) -> None:
    assert neutralised(f"{start}1+1") == f"'{start}1+1"
    hostile = GOOD.replace("Zorg", f'"{start}cmd|x"').replace("mooc", f'"{start}x"')
    header = OFFERING_HEADER + f';"{start}kolom"'
    path = drop.put_rows("ugent/aanbod.csv", header, f"{GOOD};x", f"{hostile};{start}y")
    _, file = returned(drop, path)
    for row in table(file):
        assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r\uff1d") and cell]


def test_a_clean_delivery_is_not_returned(drop: Drop) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, GOOD)
    with pytest.raises(AssertionError):
        returned(drop, path)
    drop.receive("ugent")
    assert not (drop.settings.data_dir / "return").exists()


def test_no_number_of_a_person_is_in_a_return_file_whatever_the_fault(drop: Drop) -> None:
    people = [insz(850_730_000 + number) for number in range(40)]
    lines = [
        enrolment(n, insz=written(number)[n % 5], studentnummer=f"{n}{n}99{n}", werkstatus="x")
        for n, number in enumerate(people)
    ]
    lines[3] = enrolment(3, insz=people[3], resultaat=f"zie {written(people[3])[1]}")
    lines[4] = f"{people[4]};{lines[4]}"
    lines[5] = f"{people[5][:10]};{lines[5]};{people[5]}"
    path = drop.put_rows(f"ugent/inschrijvingen_{people[6]}.csv", ENROLMENT_HEADER, *lines)
    verdict, file = returned(drop, path)
    assert verdict.rows_rejected == 39
    drop.deliver("ugent")
    assert len(list((drop.settings.data_dir / "return" / "ugent").iterdir())) == 1
    assert leaks(drop.settings.data_dir, people) == set()
    file.rename(file.with_name("teruggave.csv"))
    assert leaks(file.parent, people) == set()
    assert people[5][:10] not in file.with_name("teruggave.csv").read_text()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_no_part_of_a_number_is_in_a_row_whose_cells_have_shifted(
    drop: Drop, delimiter: str
) -> None:
    people = [insz(850_703_100 + number) for number in range(60)]
    forms = [form for number, n in enumerate(people) for form in (every_form(n)[number % 10],)]
    header = ENROLMENT_HEADER.replace(";", delimiter)
    sent = []
    for number, form in enumerate(forms):
        cells = enrolment(number, insz=f'"{form}"').split(";")
        place = number % len(cells)
        tail = ["x", f'"{form} "', "Jan"] if number % 3 else []
        sent.append(delimiter.join([*cells[:place], f'"{form}"', *cells[place:], *tail]))
    sent.append(delimiter.join(["ugent", "2023-2024", f'"{forms[0]}"']))
    path = drop.put_rows("ugent/inschrijvingen.csv", header, *sent)
    verdict, file = returned(drop, path)
    assert verdict.rows_rejected == len(sent)
    for number, row in zip(people, table(file, delimiter)[1:], strict=False):
        digits = re.sub("[0-9]{4}-[0-9]{2}-[0-9]{2}|2023-2024|E[0-9]+", "", "".join(row[:-3]))
        assert number[-5:] not in re.sub("[^0-9]", "", digits)
        assert number[:6] not in re.sub("[^0-9]", "", digits)


def test_no_number_is_in_the_surplus_of_a_row_of_a_kind_without_people(drop: Drop) -> None:
    one, other = insz(850_703_123), insz(900_101_001)
    surplus = [";".join([*written(one)[form:], *every_form(other)[form:]]) for form in range(5)]
    rows = [f"{GOOD};{tail}" for tail in surplus]
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, *rows)
    _, file = returned(drop, path)
    for row in table(file)[1:]:
        assert row[:6] == GOOD.split(";")[:6]
        assert set(row[6].removeprefix("ects;")) <= {"*", ";"}


def test_no_number_is_in_a_shifted_row_of_an_own_table(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    table_of = {
        "name": "studenten",
        "file": "export*.csv",
        "kind": "inschrijvingen",
        "header_contains": ["Nr", "RR"],
        "academic_year": "2023-2024",
        "columns": {
            "inschrijving_id": "Nr",
            "insz": "RR",
            "contracttype": {"value": "creditcontract"},
            "aanbod_code": "Code",
            "inschrijvingsdatum": {"value": "2023-09-20"},
        },
    }
    contract = Contract.model_validate({"own_tables": [table_of]})
    monkeypatch.setattr(check, "load_contract", lambda *_: contract)
    number = insz(850_703_123)
    rows = [f"1;{insz(850_703_124)};A1", f"x;2;{written(number)[1]};A1;201904455"]
    path = drop.put("ugent/export.csv", "\n".join(["Nr;RR;Code", *rows]) + "\n")
    _, file = returned(drop, path)
    assert table(file)[2][:3] == ["x", MASK, f"{MASK};A1;{MASK}"]


def test_the_nightly_run_returns_a_file_and_takes_it_back_when_it_is_outdated(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put_rows("ugent/2024-11-04/aanbod.csv", OFFERING_HEADER, GOOD, GOOD)
    summary = drop.receive("ugent").deliveries[0]
    assert summary.return_file is not None
    sha = summary.delivery_id.split(":")[1]
    assert summary.return_file == drop.settings.data_dir / f"return/ugent/aanbod-{sha}.csv"
    assert drop.receive("ugent").deliveries[0].return_file == summary.return_file
    monkeypatch.setattr(visit, "reading_fingerprint", lambda *_: "anders")
    monkeypatch.setattr(visit, "return_to_sender", lambda *_: [])
    assert drop.receive("ugent").deliveries[0].return_file is None


def test_a_workbook_comes_back_as_a_workbook_with_its_faults_marked(drop: Drop) -> None:
    number = insz(850_730_033)
    header = ENROLMENT_HEADER.split(";")
    good, bad = enrolment(1).split(";"), enrolment(2, insz=number, doel="=1+1").split(";")
    path = drop.settings.raw_dir / "ugent" / "levering.xlsx"
    path.parent.mkdir()
    write_workbook(
        path, {"Inschrijvingen": [["Lijst", number], header, good, bad], "uitleg": [["x"]]}
    )
    verdict, file = returned(drop, path)
    assert verdict.rows_rejected == 1
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Inschrijvingen", "uitleg"]
    sheet = book["Inschrijvingen"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1] == [*header, *FAULT_COLUMNS]
    assert rows[2][-3:] == [None, None, None]
    assert rows[3][-3] == "doel (code_unknown)"
    place = header.index("doel")
    cell = sheet.cell(4, place + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert cell.fill.fgColor.rgb == "FFF8CBAD"
    assert sheet.cell(4, 1).fill.fgColor.rgb != "FFF8CBAD"
    assert leaks(file.parent, [number]) == set()
    assert number not in str(rows)


def test_a_workbook_comes_back_with_its_numbers_dates_and_booleans(drop: Drop) -> None:
    path = drop.put("ugent/levering.xlsx", "")
    names = OFFERING_HEADER.split(";")
    with xlsxwriter.Workbook(path) as book:
        forms = {code: book.add_format({"num_format": code}) for code in ("hh:mm", "#,##0.00")}
        forms["day"] = book.add_format({"num_format": 14})
        sheet = book.add_worksheet("aanbod")
        sheet.write_row(0, 0, [*names, "startdatum", "uur", "vooraf", "prijs"])
        for row, kind in ((1, "mooc"), (2, "x"), (3, "mooc"), (4, "mooc")):
            sheet.write_row(row, 0, ["ugent", "2023-2024", f"A{row}", "Zorg", kind, 3.5, "ects"])
            sheet.write_datetime(row, 7, dt.datetime(2023, 9, 20), forms["day"])
            sheet.write_number(row, 8, 1 / 7, forms["hh:mm"])
            sheet.write_boolean(row, 9, True)
            sheet.write_number(row, 10, 1234.5, forms["#,##0.00"])
        sheet.write_formula(3, 5, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 5, "=SUM(B9)", None, "")
        sheet.write_number(4, 10, int(insz(740_310_555)), forms["#,##0.00"])
    _, file = returned(drop, path)
    back = openpyxl.load_workbook(file)["aanbod"]
    for row in (2, 3, 4, 5):
        day, hour, is_early = (back.cell(row, column) for column in (8, 9, 10))
        assert (day.value, day.is_date) == (dt.datetime(2023, 9, 20), True)
        assert (hour.value.replace(microsecond=0), hour.number_format) == (
            dt.time(3, 25, 42),
            "hh:mm",
        )
        assert is_early.value is True
    price = back.cell(3, 11)
    assert (price.value, price.number_format, price.data_type) == (1234.5, "#,##0.00", "n")
    assert back.cell(5, 11).value == MASK
    faulty = [back.cell(3, 5), back.cell(4, 6), back.cell(5, 6)]
    assert [(cell.value, cell.data_type) for cell in faulty] == [
        ("x", "s"),
        ("#DIV/0!", "s"),
        ("=SUM(B9)", "s"),
    ]
    assert {cell.number_format for cell in faulty} == {"General"}
    assert {cell.fill.fgColor.rgb for cell in faulty} == {"FFF8CBAD"}


def test_dates_of_a_workbook_that_counts_from_1904_stay(drop: Drop) -> None:
    path = drop.put("ugent/levering.xlsx", "")
    day = dt.datetime(2023, 9, 20)
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        form = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("aanbod")
        sheet.write_row(0, 0, [*OFFERING_HEADER.split(";"), "startdatum"])
        for row in (1, 2):
            sheet.write_row(row, 0, GOOD.split(";"))
            sheet.write_datetime(row, 7, day, form)
    _, file = returned(drop, path)
    assert openpyxl.load_workbook(file)["aanbod"]["H2"].value == day


def test_an_own_table_comes_back_with_its_titles_and_its_own_headers(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = Contract.model_validate(
        {
            "own_tables": [
                {
                    "name": "llo",
                    "file": "export*.csv",
                    "kind": "aanbod",
                    "header_contains": ["Code", "Naam"],
                    "academic_year": "2023-2024",
                    "columns": {
                        "aanbod_code": "Code",
                        "titel": "Naam",
                        "omvang": "SP",
                        "omvang_eenheid": {"value": "ects"},
                    },
                }
            ]
        }
    )
    monkeypatch.setattr(check, "load_contract", lambda *_: contract)
    path = drop.put(
        "ugent/export.csv", "Lijst LLO;;\n\nCode;Naam;SP\nA1;Zorg;3\nA2;=x;4;5\nA3;R;y\n"
    )
    verdict, file = returned(drop, path)
    assert (verdict.rows_read, verdict.rows_rejected) == (3, 2)
    assert table(file) == [
        ["Lijst LLO", "", ""],
        [],
        ["Code", "Naam", "SP", *FAULT_COLUMNS],
        ["A1", "Zorg", "3"],
        ["A2", "'=x", "4;5", *table(file)[4][3:]],
        ["A3", "R", "y", "SP (number_unreadable)", table(file)[5][4], ""],
    ]
    assert table(file)[4][3] == "rij (row_width)"


def test_a_study_guide_comes_back_as_a_list_of_its_findings(drop: Drop) -> None:
    path = drop.put("ugent/ugent_programs_2024.json", '[{"id": "A", "name": "B"}, {"id": "C"}]')
    _, file = returned(drop, path)
    rows = table(file, encoding="utf-8-sig")
    assert rows[0] == ["soort", "rij", "kolom", *FAULT_COLUMNS]
    assert rows[1][:4] == ["aanbod", "2", "name", "required_empty"]


def test_sheets_with_forbidden_names_come_back_under_names_of_their_own() -> None:
    taken: list[str] = []
    number = insz(850_730_000)
    for name in (f"Lijst {number}", f"Lijst {insz(850_730_001)}", "'a/b'", "x" * 40, "X" * 31, "'"):
        taken.append(_sheet_name(name, taken))
    assert taken == [
        "Lijst ___________",
        "Lijst ___________ (2)",
        "a_b",
        "x" * 31,
        "X" * 27 + " (2)",
        "_",
    ]
