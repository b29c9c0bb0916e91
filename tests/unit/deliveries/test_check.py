"""``staalkaart check``: the verdict of the nightly run, on the machine of the steward."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment, insz
from rule_fixtures import FIXTURES, GOOD, WORKBOOKS, write_fixture
from typer.testing import CliRunner
from workbook_files import write_workbook

from pipelines.cli import app
from pipelines.console import StaalkaartError
from pipelines.deliveries.check import Verdict, check_file
from pipelines.deliveries.check_report import check_files, report
from pipelines.deliveries.ledger import Part, read_ledger
from pipelines.deliveries.limited import LimitedReaders

HEAVY = ("dagster", "dbt", "great_expectations", "duckdb")
# What the nightly run finds in the folders and not in a file, or what it never looks at.
FOLDERS = {"institution_unknown", "folder_too_deep", "file_is_folder"}


def verdict_of(drop: Drop, path: Path, institution: str | None = None) -> Verdict:
    with LimitedReaders() as readers:
        return check_file(drop.settings, path, institution, readers)


def said(drop: Drop, *paths: Path, language: str = "nl") -> tuple[int, str]:
    lines: list[str] = []
    code = check_files(drop.settings, [*paths], None, None, language, lines.append)
    return code, "\n".join(lines)


# The shares of a history are pseudonyms, which a check has no key to make.
def judged(parts: list[Part]) -> list[dict[str, Any]]:
    return [part.model_dump(exclude={"named_scope", "shares"}) for part in parts]


@pytest.mark.parametrize("rule_id", [r for r in [*FIXTURES, *WORKBOOKS] if r not in FOLDERS])
def test_the_verdict_is_that_of_the_nightly_run(drop: Drop, rule_id: str) -> None:
    path = write_fixture(rule_id, drop.settings.raw_dir)
    unit = path.relative_to(drop.settings.raw_dir).parts[0]
    result = drop.receive(unit)
    nightly = next(iter(read_ledger(drop.settings.landing_dir).deliveries.values())).parts
    found = verdict_of(drop, path)
    assert judged(found.parts) == judged(nightly)
    rows = (result.rows_read, result.rows_rejected, bool(result.refused))
    assert (found.rows_read, found.rows_rejected, found.is_refused) == rows
    landed = list(drop.settings.landing_dir.glob("rejected_rows/*.parquet"))
    if landed:
        columns = ["row_number", "column_name", "rule_id", "message_nl"]
        nightly_findings = pl.concat(pl.read_parquet(file) for file in landed)
        assert found.findings.select(columns).equals(nightly_findings.select(columns))


def test_nothing_is_written_and_no_key_is_needed(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAALKAART_KEY")
    path = drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    assert verdict_of(drop, path).exit_code == 0
    assert not drop.settings.data_dir.exists()


@pytest.mark.parametrize(
    ("rows", "code"), [([GOOD], 0), ([GOOD, GOOD], 1), (["x"], 2), ([GOOD.replace("3", "x")], 2)]
)
def test_the_exit_code_says_how_bad_it_is(drop: Drop, rows: list[str], code: int) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, *rows)
    assert CliRunner().invoke(app, ["check", str(path)]).exit_code == code


def test_the_worst_of_several_files_decides_and_a_total_closes(drop: Drop) -> None:
    good = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, GOOD)
    bad = drop.put("ugent/bouwstenen.csv", "kapot")
    code, text = said(drop, good, bad)
    assert code == 2
    assert text.endswith("2 bestanden: 1 rij gelezen, 1 aanvaard, 0 geweigerd.")


def test_each_rule_says_what_where_allowed_and_how_to_mend_it_once(drop: Drop) -> None:
    kinds = ["mooc", "micro", "x1", "x2", "x3", "x4", "x5"]
    rows = [GOOD.replace("A1", f"A{n}").replace("mooc", k) for n, k in enumerate(kinds)]
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, *rows)
    code, text = said(drop, path)
    assert code == 1
    lines = [line.strip() for line in text.splitlines()]
    assert lines[0] == "aanbod.csv: aanbod van ugent (CSV)"
    assert lines[1] == "FOUT    soort staat in 6 rijen niet in de codelijst."
    assert lines[2].startswith("rij 3: 'micro' (voorstel: microcredential); rij 4: 'x1'; ")
    assert lines[2].endswith("; en nog 1")
    assert lines[3].startswith("herstel: Gebruik een van: microcredential, ")
    assert lines[-1] == "7 rijen gelezen, 1 aanvaard, 6 geweigerd."


def test_one_row_is_spoken_of_in_the_singular_and_in_english_on_request(drop: Drop) -> None:
    row = GOOD.replace("Zorg", "")
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, GOOD, row.replace("A1", "A2"))
    assert "FOUT    titel is leeg.\n          rij 3\n" in said(drop, path)[1]
    assert "ERROR   titel is empty.\n          row 3\n" in said(drop, path, language="en")[1]
    with pytest.raises(StaalkaartError, match="nl of en"):
        said(drop, path, language="fr")


def test_each_finding_of_a_workbook_of_several_kinds_names_its_sheet(drop: Drop) -> None:
    offerings = [line.split(";") for line in (OFFERING_HEADER, GOOD, GOOD.replace("2023", "x"))]
    components = [
        ["instellingsnummer", "academiejaar", "aanbod_code", "bouwsteen_code", "titel", "nota"],
        ["ugent", "2023-2024", "A1", "B1", "Zorg", ""],
        ["ugent", "x", "A1", "B2", "Zorg", ""],
    ]
    path = drop.put("ugent/levering.xlsx", "")
    write_workbook(path, {"Aanbod": offerings, "Bouwstenen": components})
    lines = [line.strip() for line in said(drop, path)[1].splitlines()]
    assert "FOUT    aanbod: Academiejaar 'x-2024' kan niet worden gelezen." in lines
    assert "FOUT    bouwstenen: Academiejaar 'x' kan niet worden gelezen." in lines
    assert [line for line in lines if line.startswith("LET OP  bouwstenen: Kolom 'nota'")]


def test_each_fault_of_a_study_guide_is_said_once(drop: Drop) -> None:
    entry = {"id": "A", "name": "Zorg", "cycle": "bac", "courses": ["C1", "C2"], "ects": ["a", "a"]}
    entries = [entry, entry | {"id": "B", "ects": ["a", 3]}, entry | {"id": "C", "ects": [3, 3]}]
    path = drop.put("ugent/ugent_programs_2024.json", json.dumps(entries))
    lines = [line.strip() for line in said(drop, path)[1].splitlines()]
    about = [line for line in lines if line.startswith("FOUT")]
    assert about == ["FOUT    ects is in 2 rijen geen getal."]
    assert "rij 1: 'a'; rij 2: 'a'" in lines


def test_the_value_of_a_personal_column_is_never_shown(drop: Drop) -> None:
    number = insz(850_730_033)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    lines = [enrolment(1, insz=wrong), enrolment(2, insz=number[:-2]), enrolment(3)]
    lines.append(enrolment(4, insz="", studentnummer=""))
    path = drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    code, text = said(drop, path)
    assert code == 1
    assert number[:9] not in text
    assert "rij 2\n" in text


@pytest.mark.parametrize("folder", ["ugent", "ugent/2024-11-04"])
def test_the_folder_says_whose_delivery_it_is(drop: Drop, folder: str) -> None:
    path = drop.put_rows(f"{folder}/aanbod.csv", OFFERING_HEADER, GOOD.replace("ugent", "vub"))
    found = verdict_of(drop, path)
    assert (found.unit, found.parts[0].refused_by) == ("ugent", "all_rows_foreign")


def test_without_a_folder_the_rows_or_the_name_say_it(drop: Drop) -> None:
    rows = [GOOD.replace("ugent", "110114"), GOOD.replace("A1", "A2"), GOOD.replace("ugent", "vub")]
    path = drop.put_rows("downloads/aanbod.csv", OFFERING_HEADER, *rows)
    assert (verdict_of(drop, path).unit, verdict_of(drop, path).rows_rejected) == ("ugent", 1)
    guide = drop.put("downloads/odisee_programs_2024.json", '[{"id": "A", "name": "B"}]')
    assert verdict_of(drop, guide).unit == "odisee"
    positions = drop.put_rows("downloads/arbeidspositie.csv", "insz;kwartaal;positie", ";;")
    assert verdict_of(drop, positions).parts[0].refused_by == "header_only"
    unclear = drop.put_rows("downloads/aanbod_2.csv", OFFERING_HEADER, GOOD.replace("ugent", "?"))
    assert verdict_of(drop, unclear).parts[0].refused_by == "institution_unclear"
    assert verdict_of(drop, unclear, "vub").parts[0].refused_by == "no_row_accepted"


def test_an_unknown_institution_and_an_absent_file_are_said(drop: Drop) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, GOOD)
    with pytest.raises(StaalkaartError, match="odise"):
        verdict_of(drop, path, "odise")
    with pytest.raises(StaalkaartError, match="bestaat niet"):
        verdict_of(drop, path.with_name("weg.csv"))


def test_what_cannot_be_opened_is_of_nobody_but_the_owner_of_its_folder(drop: Drop) -> None:
    empty = drop.put("downloads/aanbod.csv", "")
    folder = drop.put("downloads/map/x.csv", "x").parent
    own = drop.put("vub/2024-11-04/aanbod.csv", "")
    assert [verdict_of(drop, path).unit for path in (empty, folder, own)] == ["", "", "vub"]
    assert " van ap" not in said(drop, folder)[1]


def test_an_unfinished_file_is_said_to_be_ignored(drop: Drop) -> None:
    path = drop.put("ugent/aanbod.csv.part", "x")
    assert verdict_of(drop, path).parts[0].refused_by == "file_ignored"


def test_every_line_of_a_report_is_one_line(drop: Drop) -> None:
    path = drop.put_rows(
        "ugent/aanbod.csv", OFFERING_HEADER, GOOD, GOOD.replace("mooc", '"mo\noc"')
    )
    assert all("\n" not in line for line in report(verdict_of(drop, path), "nl"))


def test_check_imports_none_of_the_heavy_libraries(drop: Drop) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, GOOD)
    other = drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    program = (
        "import json, sys\n"
        "from pipelines.cli import app\n"
        f"try: app(['check', {str(path)!r}, {str(other)!r}])\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = json.loads(done.stdout.decode().splitlines()[-1])
    assert [name for name in loaded if name.startswith(HEAVY)] == []
