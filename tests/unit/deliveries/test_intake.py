"""What a visit to an institution's folder gives, twice, with bad files and with faults."""

import hashlib
import logging
import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment

from pipelines.console import StaalkaartError
from pipelines.deliveries import (
    delivered,
    fingerprints,
    intake,
    reading,
    refusals,
    screening,
    visit,
)
from pipelines.deliveries.ledger import read_ledger

OFFERING = "ugent;2023-2024;A1;Microcredential zorg;microcredential;6;ects"


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_rows_read_are_accepted_plus_rejected_per_delivery(drop: Drop) -> None:
    lines = [enrolment(number) for number in range(10)]
    lines += [lines[0], enrolment(3, aanbod_code="A9"), enrolment(11, insz="x"), "te;kort"]
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING, OFFERING.replace("ugent", "vub"))
    drop.put_guides("odisee")
    drop.deliver("ugent", "odisee")
    for read, accepted, rejected in drop.rows(
        "select rows_read, rows_accepted, rows_rejected from delivered.deliveries"
    ):
        assert read == accepted + rejected
    found = drop.rows(
        """
        select rows_read, rows_accepted, (select count(*) from delivered.enrolments)
        from delivered.deliveries where kind = 'enrolments'
        """
    )
    # Of 14 rows: one literal copy, two that share a key, one bad number and one of two fields.
    assert found == [(14, 9, 9)]


def test_units_received_side_by_side_come_back_in_order_and_all_stand_in_the_ledger(
    drop: Drop,
) -> None:
    units = ["ugent", "vub", "kuleuven", "hogent", "uantwerpen"]
    for unit in units:
        drop.put_rows(f"{unit}/aanbod.csv", OFFERING_HEADER, OFFERING.replace("ugent", unit))
    found = list(intake.receive_side_by_side(drop.settings, units))
    assert [(one.institution_id, one.error, one.rows_accepted) for one in found] == [
        (unit, None, 1) for unit in units
    ]
    ledger = read_ledger(drop.settings.landing_dir)
    assert sorted(one.institution_id for one in ledger.deliveries.values()) == sorted(units)
    assert len(ledger.files) == len(units)


def test_what_stops_every_unit_stops_those_that_were_not_begun(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def stopped(_settings: object, unit: str) -> intake.IntakeResult:
        begun.append(unit)
        time.sleep(0.01)  # a visit takes longer than cancelling the others
        raise StaalkaartError("de schijf is vol")

    monkeypatch.setattr(intake, "receive_institution", stopped)
    with pytest.raises(StaalkaartError, match="vol"):
        list(intake.receive_side_by_side(drop.settings, [f"u{n}" for n in range(500)]))
    assert 0 < len(begun) < 500


def test_an_unchanged_second_run_reads_and_writes_nothing(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put_guides("odisee")
    drop.put_rows("odisee/aanbod.csv", OFFERING_HEADER, OFFERING.replace("ugent", "odisee"))
    drop.put("odisee/bouwstenen.csv", "kapot")
    drop.put("odisee/lijst.csv", "x")
    drop.put("onbekend/aanbod.csv", "x")
    drop.deliver("odisee")
    before = snapshot(drop.settings.landing_dir)
    monkeypatch.setattr(reading, "read_study_guide", None)
    monkeypatch.setattr(reading, "read_template", None)
    monkeypatch.setattr("hashlib.file_digest", None)
    assert intake.unrecognised_folders(drop.settings) == ["onbekend"]
    result = drop.receive("odisee")
    assert (result.error, result.unchanged, result.refused) == (None, 4, 2)
    assert snapshot(drop.settings.landing_dir) == before


def test_the_same_bytes_under_two_names_are_one_delivery(drop: Drop) -> None:
    drop.put_rows("ugent/2024-11-04/aanbod.csv", OFFERING_HEADER, OFFERING)
    drop.put_rows("ugent/2024-03-01/aanbod_kopie.csv", OFFERING_HEADER, OFFERING)
    drop.deliver("ugent")
    found = drop.rows("select file_name, received_on::varchar from delivered.deliveries")
    assert found == [("ugent/2024-03-01/aanbod_kopie.csv", "2024-03-01")]
    assert drop.rows("select count(*) from delivered.offerings") == [(1,)]


def test_the_same_study_guide_for_two_years_speaks_for_both(drop: Drop) -> None:
    for year in (2023, 2024):
        drop.put(f"odisee/odisee_programs_{year}.json", '[{"id": "A", "name": "B"}]')
    drop.deliver("odisee")
    assert drop.rows("select academic_year from delivered.offerings order by all") == [
        ("2023-2024",),
        ("2024-2025",),
    ]


def test_the_date_of_first_sight_is_written_once(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    drop.put("ugent/lijst.csv", "x")
    drop.receive("ugent")
    first = read_ledger(drop.settings.landing_dir)

    monkeypatch.setattr(visit, "today", lambda: date(2031, 1, 1))
    monkeypatch.setattr(refusals, "today", lambda: date(2031, 1, 1))
    drop.receive("ugent")
    assert read_ledger(drop.settings.landing_dir) == first


def test_one_bad_file_never_stops_the_others(drop: Drop) -> None:
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    drop.put("ugent/bouwstenen.csv", "een;verkeerde;kop\n1;2;3\n")
    drop.put("ugent/inschrijvingen_2023-2024.csv", "")
    drop.put("ugent/opleidingen.csv", b"PK\x03\x04")
    drop.put("ugent/ugent_programs_2024.json", '[{"id": "A"')
    drop.put("ugent/verlanglijst.csv", "x")
    drop.put_rows("ugent/aanbod_vub.csv", OFFERING_HEADER, OFFERING.replace("ugent", "vub"))
    result = drop.receive("ugent")
    assert (result.error, result.refused, len(result.deliveries)) == (None, 6, 7)
    assert all(s.message_nl for s in result.deliveries if s.status == "refused")
    drop.deliver("ugent")
    assert sorted(drop.rules_broken()) == [
        "all_rows_foreign",
        "content_xlsx",
        "file_empty",
        "file_not_recognised",
        "header_missing_columns",
        "json_invalid",
    ]
    found = drop.rows(
        "select kind, rows_accepted from delivered.deliveries where status = 'in_force'"
    )
    assert found == [("offerings", 1)]
    refused = drop.rows(
        "select academic_year, kind from delivered.supplies where status = 'refused'"
    )
    assert ("2023-2024", "enrolments") in refused
    assert ("2024-2025", "programmes") in refused


def test_a_file_of_which_every_row_is_wrong_is_refused_with_its_rows(drop: Drop) -> None:
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING.replace("6;ects", "x;ects"))
    assert drop.receive("ugent").refused == 1
    drop.deliver("ugent")
    assert sorted(drop.rules_broken()) == ["no_row_accepted", "number_unreadable"]
    assert drop.rows("select status, rows_read, rows_rejected from delivered.supplies") == [
        ("refused", 1, 1)
    ]


def test_a_refusal_is_mended_by_a_later_delivery_of_the_same_year(drop: Drop) -> None:
    drop.put("odisee/2024-11-04/odisee_programs_2024.json", "[{")
    assert drop.receive("odisee").refused == 1
    drop.put("odisee/2024-11-05/odisee_programs_2024.json", '[{"id": "A", "name": "B"}]')
    assert drop.receive("odisee").refused == 0


def test_a_halved_year_is_told_to_its_sender_until_it_is_confirmed(drop: Drop) -> None:
    rows = [OFFERING.replace("A1", code) for code in "ABCDE"]
    drop.put_rows("ugent/2023-11-01/aanbod.csv", OFFERING_HEADER, *rows)
    drop.put_rows("ugent/2024-11-01/aanbod.csv", OFFERING_HEADER, *rows[:2])
    result = drop.receive("ugent")
    assert result.refused == 1
    assert "(2 in plaats van 5)" in str(result.deliveries[1].message_nl)
    drop.put("ugent/2024-11-01/aanbod.csv.confirmed", "")
    assert drop.receive("ugent").refused == 0


def test_verify_hashes_unchanged_files_again(drop: Drop) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    drop.receive("ugent")
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"zorg", b"werk"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert drop.receive("ugent").unchanged == 1
    drop.settings = replace(drop.settings, verify=True)
    assert drop.receive("ugent").unchanged == 0


def test_a_refused_path_is_forgotten_when_it_is_gone(drop: Drop) -> None:
    path = drop.put("ugent/lijst.csv", "x")
    stranger = drop.put("onbekend/lijst.csv", "x")
    drop.deliver("ugent")
    assert drop.rows("select count(*) from delivered.deliveries") == [(2,)]
    path.unlink()
    stranger.unlink()
    stranger.parent.rmdir()
    drop.deliver("ugent")
    assert drop.rows("select count(*) from delivered.deliveries") == [(0,)]


def test_a_delivery_stays_when_its_file_is_taken_away(drop: Drop) -> None:
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    drop.deliver("ugent")
    (drop.settings.raw_dir / "ugent" / "aanbod.csv").unlink()
    drop.deliver("ugent")
    assert drop.rows("select count(*) from delivered.offerings") == [(1,)]


def test_a_fault_in_the_program_is_caught_and_tells_no_value(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError(enrolment(1))

    monkeypatch.setattr(reading, "screen", fail)
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    with caplog.at_level(logging.DEBUG):
        result = drop.receive("ugent")
    assert result.error is not None
    assert result.error.startswith("ValueError in reading.py")
    assert enrolment(1)[25:36] not in caplog.text + result.error
    assert not list(drop.settings.landing_dir.rglob("*.p*"))


def test_a_file_that_changes_while_it_is_hashed_waits(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    digest = hashlib.file_digest

    def growing(file: object, name: str) -> object:
        with path.open("a", encoding="utf-8") as end:
            end.write(OFFERING.replace("A1", "A2") + "\n")
        return digest(file, name)

    monkeypatch.setattr("hashlib.file_digest", growing)
    assert [s.status for s in drop.receive("ugent").deliveries] == ["waiting"]
    monkeypatch.undo()
    monkeypatch.setattr(visit, "SETTLED_AFTER", 0.0)
    assert drop.receive("ugent").rows_accepted == 2


def test_a_file_that_grows_while_one_waits_is_read_when_it_is_whole(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    other = drop.put_rows("ugent/aanbod_2.csv", OFFERING_HEADER, OFFERING.replace("A1", "B1"))
    os.utime(other, (1, 1))
    watched: list[float] = []

    def upload(seconds: float) -> None:
        watched.append(seconds)
        with path.open("a", encoding="utf-8") as end:
            end.write(OFFERING.replace("A1", "A2") + "\n")

    monkeypatch.setattr(visit, "SETTLED_AFTER", 60.0)
    monkeypatch.setattr(visit.time, "sleep", upload)
    result = drop.receive("ugent")
    assert [s.status for s in result.deliveries] == ["waiting", "accepted"]
    assert watched == [60.0]
    monkeypatch.setattr(visit.time, "sleep", watched.append)
    assert drop.receive("ugent").rows_accepted == 3
    assert len(read_ledger(drop.settings.landing_dir).deliveries) == 2


def test_a_sparse_giant_is_refused_before_it_is_hashed(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put("ugent/aanbod.csv", "x")
    try:
        os.truncate(path, 5 * 1024**4)
    except OSError:
        os.truncate(path, 21 * 1024**3)
    monkeypatch.setattr("hashlib.file_digest", None)
    result = drop.receive("ugent")
    assert (result.error, result.refused) == (None, 1)
    drop.deliver("ugent")
    assert drop.rules_broken() == ["file_too_large"]


def test_a_file_that_may_not_be_read_is_refused(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    opened = Path.open

    def forbidden(path: Path, mode: str = "r", **options: str) -> object:
        if path.name == "aanbod.csv":
            raise PermissionError
        return opened(path, mode, **options)

    monkeypatch.setattr(Path, "open", forbidden)
    assert drop.receive("ugent").refused == 1
    monkeypatch.undo()
    delivered.write_delivered_data(drop.settings)
    assert drop.rules_broken() == ["file_unreadable"]


def test_synthetic_and_real_deliveries_are_never_mixed(drop: Drop) -> None:
    drop.put_guides("odisee")
    drop.deliver("odisee")
    assert drop.rows("select is_synthetic from delivered.run") == [(False,)]
    drop.put("SYNTHETISCH", "")
    with pytest.raises(StaalkaartError, match="--data") as caught:
        intake.prepare(drop.settings)
    assert caught.value.exit_code == 2
    with pytest.raises(StaalkaartError):
        drop.receive("odisee")


def test_a_missing_raw_folder_is_said_with_the_option_that_mends_it(drop: Drop) -> None:
    drop.settings.raw_dir.rmdir()
    with pytest.raises(StaalkaartError, match="--raw"):
        intake.prepare(drop.settings)


def test_what_the_reading_depends_on_decides_whether_a_file_is_read_again(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, OFFERING)
    assert drop.receive("ugent").unchanged == 0
    assert drop.receive("ugent").unchanged == 1
    monkeypatch.setattr(fingerprints, "code_fingerprint", lambda: "anders")
    assert drop.receive("ugent").unchanged == 0


def test_the_state_of_the_raw_folder_changes_with_a_name_that_is_no_text(drop: Drop) -> None:
    before = intake.raw_state(drop.settings)
    drop.put(os.fsdecode(b"ugent/aanbod\xff.csv"), "x")
    assert intake.raw_state(drop.settings) != before


def test_a_return_file_of_a_delivery_with_a_long_name_is_written(drop: Drop) -> None:
    name = "é" * 110
    wrong = OFFERING.replace("A1", "A2").replace("6;ects", "x;ects")
    drop.put_rows(f"ugent/aanbod_{name}.csv", OFFERING_HEADER, OFFERING, wrong)
    result = drop.receive("ugent")
    assert result.notes == []
    assert result.deliveries[0].return_file is not None


def test_screening_is_light_enough_for_the_command_line() -> None:
    source = Path(screening.__file__).parent
    imports = [
        line
        for path in source.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith(("import ", "from "))
    ]
    heavy = ("dagster", "dbt", "great_expectations")
    assert not [line for line in imports if line.split()[1].split(".")[0].startswith(heavy)]
