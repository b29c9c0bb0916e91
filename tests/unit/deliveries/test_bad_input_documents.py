"""Bad input, item by item: documents, paths, and deliveries that come again, late or too small.

Each item arrives beside a good delivery, which lands all the same; the verdict of ``staalkaart
check`` is that of the nightly run. Tables stand in test_bad_input_table.py.
"""

import json
import os
from pathlib import Path

import pytest
from bad_input import GOOD, GUIDE, HISTORY, OFFERINGS, Item, assert_handled, refused
from drop_folder import OFFERING_HEADER, Drop, insz
from test_bad_input_table import ITEMS
from test_bad_input_workbooks import WORKBOOKS
from test_dho_history import BOMB, enrolment, message

from pipelines.deliveries import visit
from pipelines.deliveries.check import check_file
from pipelines.deliveries.ledger import read_ledger
from pipelines.deliveries.limited import LimitedReaders

pytestmark = pytest.mark.long

ROW = "ugent;2023-2024;A1;Zorg;mooc;3;ects"
TABLE = f"{OFFERING_HEADER}\n{ROW}\n"


def history(rule_id: str, content: str | bytes, *says: str) -> Item:
    return refused(rule_id, content, *says, name=HISTORY)


def guide(rule_id: str, content: str | bytes, *says: str) -> Item:
    return refused(rule_id, content, *says, name=GUIDE)


EXTERNAL = '<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
DOCUMENTS = {
    "an XML bomb": history("xml_doctype", message(enrolment(), start=BOMB), "DOCTYPE"),
    "an XML bomb in UTF-16": history(
        "xml_doctype",
        message(enrolment(), start=BOMB).replace("utf-8", "utf-16").encode("utf-16"),
        "DOCTYPE",
    ),
    "an external entity": history("xml_doctype", message(enrolment("&x;"), start=EXTERNAL)),
    "an empty DOCTYPE": history("xml_doctype", message(enrolment(), start="<!DOCTYPE b>")),
    "XML of depth 257": history("xml_too_deep", "<a>" * 257 + "</a>" * 257, "256 niveaus"),
    "XML cut off": history("xml_invalid", message(enrolment())[:-40], "regel 1"),
    "another message": history("dho_message_unknown", "<Antwoord/>", "Antwoord", "02.01"),
    "CSV named .xml": history("dho_message_unknown", TABLE, "tekst"),
    "HTML named .xml": history("content_html", "<html><body>", "webpagina"),
    "another number in the message than in the name": history(
        "dho_numbers_differ",
        message(enrolment(), rest=f"<Vraag><INSZ>{insz(850_730_035)}</INSZ></Vraag>"),
        "waarden niet getoond",
    ),
    "JSON of depth 21": guide("json_too_deep", "[" * 21 + "]" * 21, "20 niveaus"),
    "JSON without end": guide("json_too_deep", "[" * 1_000_000, "20 niveaus"),
    "a JSON key twice": guide("json_key_repeated", '[{"id": "A", "id": "B"}]', "'id'"),
    "NaN": guide("json_number_invalid", '[{"id": "A", "ects": [NaN]}]', "NaN"),
    "Infinity": guide("json_number_invalid", '[{"id": "A", "ects": [-Infinity]}]', "oneindig"),
    "a number of 5,000 digits": guide(
        "json_number_invalid", f'[{{"id": {"9" * 5000}}}]', "400 cijfers"
    ),
    "JSON cut off": guide("json_invalid", '[{"id": "A",\n"name"', "regel 2"),
    "HTML named .json": guide("content_html", "<html>", "webpagina"),
    "XLSX named .json": guide("content_xlsx", b"PK\x03\x04", "Excel"),
    "an empty list": guide("json_empty", "[]", "leeg"),
    "a programme that is none": Item(
        json.dumps([{"id": "A", "name": "Zorg"}, "B"]),
        ("entry_not_object",),
        ("id, name, cycle en courses",),
        GUIDE,
        rows=(1, 1),
        lands=("Zorg",),
    ),
    "several institutions in department": Item(
        message(enrolment("a"), enrolment("b", institution="110148")), (), (), HISTORY, rows=(2, 0)
    ),
    "an institution that does not report, in department": Item(
        message(enrolment("a"), enrolment("b", institution="999999")),
        ("dho_other_institution",),
        (": 1.",),
        HISTORY,
        rows=(1, 0),
    ),
}


def link(path: Path) -> None:
    target = path.parents[3] / "elders.csv"
    target.write_text(TABLE, encoding="utf-8")
    path.symlink_to(target)


def hard_link(path: Path) -> None:
    target = path.parents[3] / "elders.csv"
    target.write_text(TABLE, encoding="utf-8")
    path.hardlink_to(target)


def folder(path: Path) -> None:
    path.mkdir()
    (path / "binnen.csv").write_text(TABLE, encoding="utf-8")


def sparse(path: Path) -> None:
    path.write_text(TABLE, encoding="utf-8")
    try:
        os.truncate(path, 5 * 1024**4)
    except OSError:
        os.truncate(path, 21 * 1024**3)


DAY = "ugent/2024-11-04"
PATHS = {
    "a symbolic link": refused("file_is_link", link, "koppeling"),
    "a link to nothing": refused("file_is_link", lambda path: path.symlink_to("weg"), "koppeling"),
    "a hard link": refused("file_is_hard_link", hard_link, "harde koppeling"),
    "a FIFO": refused("file_not_regular", os.mkfifo, "gewoon bestand"),
    "a folder named as a file": refused("file_is_folder", folder, "map"),
    "a sparse file of 5 TB": refused("file_too_large", sparse, "20 GB", "academiejaar"),
    "a newline in the name": refused(
        "name_unprintable", TABLE, "onzichtbare tekens", name=f"{DAY}/aan\nbod.csv"
    ),
    "a name that reads from right to left": refused(
        "name_unprintable", TABLE, "onzichtbare tekens", name=f"{DAY}/aanbod\u202evsc.csv"
    ),
    "a name that is no text": refused(
        "name_unprintable", TABLE, "onzichtbare tekens", name=os.fsdecode(b"ugent/aanbod\xff.csv")
    ),
    "a name with ..": refused("name_with_path", TABLE, "'..'", name=f"{DAY}/aanbod..csv"),
    "a name with a backslash": refused(
        "name_with_path", TABLE, "schuine streep", name=f"{DAY}/aanbod\\elders.csv"
    ),
    "a name that says nothing": refused(
        "file_not_recognised", TABLE, "aanbod*.csv", "own_tables", name=f"{DAY}/lijst.csv"
    ),
    "the guide of another institution": refused(
        "file_of_other_institution", "[]", "'vub'", "ugent", name=f"{DAY}/vub_programs_2024.json"
    ),
    "a history outside department": refused(
        "file_not_for_unit", message(), "department/", name=f"{DAY}/Geef.xml"
    ),
    "a template in department": refused(
        "file_not_for_unit", TABLE, "map van de instelling", name="department/aanbod.csv"
    ),
    "a folder that is no date": refused(
        "folder_too_deep",
        TABLE,
        "'definitief'",
        "<JJJJ-MM-DD>",
        name="ugent/definitief/aanbod.csv",
        is_checked=False,
    ),
    "an unknown institution": refused(
        "institution_unknown", TABLE, "'odise'", "odisee", name="odise/aanbod.csv", is_checked=False
    ),
    "a loose file": refused(
        "institution_unknown", TABLE, "'aanbod.csv'", "ugent", name="aanbod.csv", is_checked=False
    ),
}


@pytest.mark.parametrize("item", (DOCUMENTS | PATHS).values(), ids=DOCUMENTS | PATHS)
def test_a_bad_document_or_path_is_refused_or_repaired_as_said_and_the_others_land(
    drop: Drop, item: Item
) -> None:
    assert_handled(drop, item)


@pytest.mark.parametrize("name", ["aanbod.csv.part", ".aanbod.csv", "~$aanbod.xlsx", "aanbod.tmp"])
def test_an_unfinished_or_hidden_file_is_ignored_and_check_says_so(drop: Drop, name: str) -> None:
    drop.put(*GOOD["ugent"])
    path = drop.put(f"{DAY}/{name}", TABLE)
    result = drop.receive("ugent")
    assert [each.file_name for each in result.deliveries] == [GOOD["ugent"][0]]
    with LimitedReaders() as readers:
        (part,) = check_file(drop.settings, path, "ugent", readers).parts
    assert part.refused_by == "file_ignored"
    assert "gewone naam zodra het volledig is" in str(part.message_nl)


def test_a_file_that_still_grows_waits_and_the_others_land(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(drop.put(*GOOD["ugent"]), (1, 1))
    path = drop.put(OFFERINGS, TABLE)

    def upload(_: float) -> None:
        with path.open("a", encoding="utf-8") as end:
            end.write(ROW.replace("A1", "A2") + "\n")

    monkeypatch.setattr(visit, "SETTLED_AFTER", 60.0)
    monkeypatch.setattr(visit.time, "sleep", upload)
    statuses = {each.file_name: each.status for each in drop.receive("ugent").deliveries}
    assert statuses == {GOOD["ugent"][0]: "accepted", OFFERINGS: "waiting"}
    assert len(read_ledger(drop.settings.landing_dir).deliveries) == 1


def put_years(drop: Drop, day: str, *codes: str) -> Path:
    rows = [ROW.replace("A1", code) for code in codes]
    return drop.put_rows(f"ugent/{day}/aanbod.csv", OFFERING_HEADER, *rows)


def in_force(drop: Drop) -> list[str]:
    drop.deliver("ugent")
    found = drop.rows("select source_code from delivered.offerings order by all")
    return [code for (code,) in found if code != "G"]


def test_the_same_bytes_again_have_no_effect(drop: Drop) -> None:
    path = put_years(drop, "2024-11-04", "A", "B")
    assert in_force(drop) == ["A", "B"]
    drop.put("ugent/2024-12-04/aanbod_opnieuw.csv", path.read_bytes())
    result = drop.receive("ugent")
    assert (result.rows_accepted, result.unchanged, len(result.deliveries)) == (2, 1, 1)
    assert in_force(drop) == ["A", "B"]


def test_a_late_correction_supersedes_in_whatever_order_the_files_come(drop: Drop) -> None:
    put_years(drop, "2024-11-04", "A", "B")
    put_years(drop, "2024-12-04", "A", "C")
    assert in_force(drop) == ["A", "C"]
    put_years(drop, "2024-10-04", "D", "E", "F")
    assert in_force(drop) == ["A", "C"]


@pytest.mark.parametrize(
    ("later", "rule_id", "fact"),
    [
        (f"{OFFERING_HEADER}\n", "header_only", "geen rijen"),
        (TABLE, "year_halved", "(1 in plaats van 5)"),
        (TABLE.replace("3;ects", "x;ects"), "no_row_accepted", "1 gelezen"),
    ],
)
def test_a_delivery_that_empties_a_year_is_refused_and_the_year_stays(
    drop: Drop, later: str, rule_id: str, fact: str
) -> None:
    drop.put(*GOOD["ugent"])
    put_years(drop, "2024-11-04", *"ABCDE")
    drop.put("ugent/2024-12-04/aanbod.csv", later)
    result = drop.receive("ugent")
    (message_nl,) = [each.message_nl for each in result.deliveries if each.status == "refused"]
    assert fact in str(message_nl)
    assert in_force(drop) == [*"ABCDE"]
    assert rule_id in drop.rules_broken()
    drop.put("ugent/2024-12-04/aanbod.csv.confirmed", "")
    assert in_force(drop) == (["A1"] if rule_id == "year_halved" else [*"ABCDE"])


def test_the_table_of_bad_input_has_at_least_sixty_items() -> None:
    items = ITEMS | WORKBOOKS | DOCUMENTS | PATHS
    assert len(items) == len(ITEMS) + len(WORKBOOKS) + len(DOCUMENTS) + len(PATHS)
    assert len(items) >= 60
