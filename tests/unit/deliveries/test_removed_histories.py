"""Histories carry the number of a person in their name: removed when landed, their names masked."""

from drop_folder import Drop, insz
from test_dho_history import enrolment as entry
from test_dho_history import message

from pipelines.operations import retention
from pipelines.operations.clock import now
from pipelines.operations.run_record import PUBLISHED, RunRecord, Success, write_run_record

PERSON, NOBODY = insz(850_730_000), insz(850_730_001)


def test_landed_histories_go_with_their_names_masked_in_the_log(drop: Drop) -> None:
    drop.put(f"department/2020-11-04/Geef_{PERSON}.xml", message(entry("a")))
    # The service knows nobody by that number: there is nothing to land, and still a number.
    drop.put(f"department/2020-11-04/Geef_{NOBODY}.xml", message())
    (drop.settings.raw_dir / f"department/2020-11-04/Geef_{PERSON}.xml.confirmed").touch()
    drop.deliver("department")
    before = drop.rows("select * from delivered.enrolments order by all")
    success = Success(PUBLISHED, now())
    write_run_record(drop.settings.status_file, RunRecord(PUBLISHED, last_success=success))
    outcome = retention.retention(drop.settings, is_applied=True)
    assert [one.verdict for one in outcome.found] == ["landed", "landed"]
    assert len(outcome.removed) == 2
    assert [path for path in drop.settings.raw_dir.rglob("*") if path.is_file()] == []
    logged = drop.settings.retention_log.read_text(encoding="utf-8")
    assert PERSON not in logged
    assert NOBODY not in logged
    drop.deliver("department")
    assert drop.rows("select * from delivered.enrolments order by all") == before


def test_a_message_with_a_fault_stays(drop: Drop) -> None:
    drop.put(f"department/2020-11-04/Geef_{PERSON}.xml", message(entry("a"))[:-40])
    drop.deliver("department")
    found = retention.retention(drop.settings, is_applied=False).found
    assert [one.verdict for one in found] == ["refused"]
