"""Enrolment history in department/: routed by institution, replaced by learner, never added."""

import shutil
from pathlib import Path

import pytest
from drop_folder import ENROLMENT_HEADER, Drop, enrolment, insz
from test_dho_history import enrolment as entry
from test_dho_history import message
from test_pseudonyms import leaks

from pipelines.deliveries import intake
from pipelines.settings import PROJECT_ROOT

REAL = PROJECT_ROOT.parent / "shared" / "real" / "dho"
PEOPLE = [insz(850_730_000 + number) for number in range(5)]
UGENT = "110114"
VUB = "110148"


def put_history(drop: Drop, day: str, person: int, *entries: str) -> None:
    drop.put(f"department/{day}/Geef_{PEOPLE[person]}.xml", message(*entries))


def rows(drop: Drop) -> list[tuple[str, ...]]:
    return drop.rows(
        """
        select institution_id, academic_year, enrolment_id, stream from delivered.enrolments
        order by all
        """
    )


def statuses(drop: Drop) -> list[str]:
    found = drop.rows("select status from delivered.deliveries order by received_on, file_name")
    return [row[0] for row in found]


def test_rows_go_to_their_institution_and_those_of_others_are_counted(drop: Drop) -> None:
    put_history(
        drop,
        "2024-11-04",
        0,
        entry("a", institution=UGENT),
        entry("b", institution=VUB),
        entry("c", institution="999999"),
    )
    drop.deliver("department")
    assert rows(drop) == [("ugent", "2021-2022", "a", "dho"), ("vub", "2021-2022", "b", "dho")]
    assert drop.rules_broken() == ["dho_other_institution"]
    supplies = drop.rows(
        """
        select institution_id, academic_year, stream, status, is_authoritative, complete_for,
            rows_accepted
        from delivered.supplies order by all
        """
    )
    assert supplies == [
        ("ugent", "2021-2022", "dho", "delivered", True, "", 1),
        ("vub", "2021-2022", "dho", "delivered", True, "", 1),
    ]


def test_a_later_history_replaces_that_of_the_same_learner_only(drop: Drop) -> None:
    put_history(drop, "2024-01-01", 0, entry("a"), entry("b", year="2020"))
    put_history(drop, "2024-01-01", 1, entry("c"))
    put_history(drop, "2024-11-04", 0, entry("d"))
    drop.deliver("department")
    assert [row[2] for row in rows(drop)] == ["c", "d"]
    assert statuses(drop) == ["superseded", "in_force", "in_force"]


def test_a_correction_of_one_learner_may_halve_a_year_and_needs_no_confirmation(
    drop: Drop,
) -> None:
    put_history(drop, "2024-01-01", 0, *(entry(reference) for reference in "abcde"))
    put_history(drop, "2024-11-04", 0, entry("a"))
    assert drop.receive("department").refused == 0
    drop.deliver("department")
    assert [row[2] for row in rows(drop)] == ["a"]
    assert drop.rules_broken() == []


def test_a_silent_service_replaces_nothing(drop: Drop) -> None:
    put_history(drop, "2024-01-01", 0, entry("a"))
    drop.put(f"department/2024-11-04/Geef_{PEOPLE[0]}.xml", message())
    drop.deliver("department")
    assert [row[2] for row in rows(drop)] == ["a"]
    assert statuses(drop) == ["in_force", "in_force"]


def test_an_answer_about_nobody_is_in_force_with_no_rows(drop: Drop) -> None:
    put_history(drop, "2024-11-04", 0)
    drop.deliver("department")
    found = drop.rows("select status, rows_read, rows_accepted from delivered.deliveries")
    assert found == [("in_force", 0, 0)]


def test_a_history_and_a_template_of_one_year_are_compared_and_never_added(drop: Drop) -> None:
    put_history(drop, "2024-11-04", 0, entry("a", year="2023"), entry("b", institution=VUB))
    put_history(drop, "2024-11-04", 1, entry("c", year="2023"))
    lines = [enrolment(n, insz=PEOPLE[n]) for n in (1, 2, 3)]
    drop.put_rows("ugent/2024-11-04/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    drop.deliver("department", "ugent")
    assert [row[2:] for row in rows(drop)] == [
        ("E1", "template"),
        ("E2", "template"),
        ("E3", "template"),
        ("b", "dho"),
    ]
    assert drop.rows("from delivered.reconciliations") == [
        ("ugent", "2023-2024", "enrolments", "template", "dho", 1, 2, 1, 3, 2)
    ]
    found = drop.rows(
        "select stream, is_authoritative from delivered.supplies where institution_id = 'ugent'"
    )
    assert sorted(found) == [("dho", False), ("template", True)]


def test_every_order_of_arrival_gives_the_same_rows(drop: Drop, tmp_path: Path) -> None:
    put_history(drop, "2024-01-01", 0, entry("a"), entry("b", year="2020"))
    put_history(drop, "2024-11-04", 0, entry("d"))
    put_history(drop, "2024-06-01", 1, entry("e"))
    files = sorted(drop.settings.raw_dir.rglob("*.xml"))
    states = []
    for number, order in enumerate((files, files[::-1])):
        (tmp_path / str(number)).mkdir()
        other = Drop(tmp_path / str(number))
        for path in order:
            target = other.settings.raw_dir / path.relative_to(drop.settings.raw_dir)
            target.parent.mkdir(parents=True)
            shutil.copyfile(path, target)
            other.receive("department")
        other.deliver("department")
        states.append((rows(other), statuses(other)))
    assert states[0] == states[1]


def test_no_number_of_a_person_is_left_in_any_byte(drop: Drop) -> None:
    for person in range(5):
        put_history(drop, "2024-11-04", person, entry(f"r{person}"), entry(PEOPLE[person]))
    drop.put(f"department/2024-11-05/Geef_{PEOPLE[0]}.xml", "<a><b></a>")
    drop.deliver("department")
    # An enrolment id that is a national number is refused: it would travel as a key.
    assert len(rows(drop)) == 5
    assert drop.rules_broken().count("national_number_in_code") == 5
    assert leaks(drop.settings.data_dir, PEOPLE) == set()


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not here")
def test_the_real_messages_land_what_they_hold(drop: Drop) -> None:
    for path in REAL.glob("*.xml"):
        drop.put(f"department/2024-11-04/{path.name}", path.read_bytes())
    intake.prepare(drop.settings)
    result = drop.receive("department")
    assert (result.error, result.refused, result.rows_rejected) == (None, 0, 0)
    drop.deliver("department")
    assert drop.rows("select count(*), count(distinct learner_key) from delivered.enrolments") == [
        (result.rows_accepted, 6)
    ]
    kept = "select count(*) from delivered.enrolments where programme_code is null"
    assert drop.rows(f"{kept} and contract_type = 'exam_credit'") == [(1,)]
