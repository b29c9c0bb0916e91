"""Files whose names hold a national number: none is lost, none is told apart by its number."""

import pytest
from drop_folder import ENROLMENT_HEADER, Drop, enrolment, insz
from test_dho_history import enrolment as entry
from test_dho_history import message
from test_pseudonyms import leaks

from pipelines.deliveries import intake
from pipelines.deliveries.ledger import read_ledger

PEOPLE = [insz(850_730_000 + number) for number in range(4)]
DAY = "department/2024-11-04"


def put(drop: Drop, person: int, content: str) -> None:
    drop.put(f"{DAY}/Geef_{PEOPLE[person]}.xml", content)


def test_two_histories_of_two_people_both_land(drop: Drop) -> None:
    put(drop, 0, message(entry("a")))
    put(drop, 1, message(entry("b")))
    drop.deliver("department")
    found = "select count(distinct learner_key), count(*) from delivered.enrolments"
    assert drop.rows(found) == [(2, 2)]
    names = "select count(distinct file_name) from delivered.deliveries"
    assert drop.rows(names) == [(2,)]
    assert drop.receive("department").unchanged == 2


def test_two_refused_files_are_two_refusals_on_every_visit(drop: Drop) -> None:
    for person in range(3):
        drop.put(f"{DAY}/Geef_{PEOPLE[person]}.xml", "")
    drop.put("department/nota.csv", "x")
    assert drop.receive("department").refused == 4
    before = read_ledger(drop.settings.landing_dir)
    assert drop.receive("department").refused == 4
    assert read_ledger(drop.settings.landing_dir) == before
    assert leaks(drop.settings.data_dir, PEOPLE) == set()
    assert sorted(each.file_name for each in before.deliveries.values()) == [
        f"{DAY}/Geef_***********.xml",
        f"{DAY}/Geef_***********.xml (2)",
        f"{DAY}/Geef_***********.xml (3)",
        "department/nota.csv",
    ]


def test_an_ordinal_never_takes_the_name_of_another_file(drop: Drop) -> None:
    for person in range(2):
        put(drop, person, "")
    drop.put(f"{DAY}/Geef_***********.xml", "")
    drop.put(f"{DAY}/Geef_***********.xml (2)", "")
    result = drop.receive("department")
    assert result.refused == 4
    assert len({each.file_name for each in result.deliveries}) == 4


def test_strangers_with_one_masked_name_are_told_apart(drop: Drop) -> None:
    for person in range(2):
        drop.put(f"{PEOPLE[person]}/aanbod.csv", "x")
        drop.put(f"los_{PEOPLE[person]}.csv", "x")
    drop.deliver()
    assert drop.rows("select count(*) from delivered.deliveries") == [(4,)]
    assert leaks(drop.settings.data_dir, PEOPLE) == set()


def test_a_history_under_a_corrected_name_is_read_again(drop: Drop) -> None:
    put(drop, 0, message(entry("a")))
    drop.deliver("department")
    learner = "select learner_key from delivered.enrolments"
    (wrong,) = drop.rows(learner)
    folder = drop.settings.raw_dir / DAY
    (folder / f"Geef_{PEOPLE[0]}.xml").rename(folder / f"Geef_{PEOPLE[1]}.xml")
    drop.deliver("department")
    (right,) = drop.rows(learner)
    assert right != wrong
    assert drop.receive("department").unchanged == 1
    assert leaks(drop.settings.data_dir, PEOPLE) == set()


def test_a_history_refused_for_its_name_is_mended_by_renaming_it(drop: Drop) -> None:
    question = f"<Vraag><INSZ>{PEOPLE[1]}</INSZ></Vraag>"
    put(drop, 0, message(entry("a"), rest=question))
    assert drop.receive("department").refused == 1
    folder = drop.settings.raw_dir / DAY
    (folder / f"Geef_{PEOPLE[0]}.xml").rename(folder / f"Geef_{PEOPLE[1]}.xml")
    result = drop.receive("department")
    assert (result.refused, result.rows_accepted) == (0, 1)


def test_one_message_under_the_numbers_of_two_people_is_refused(drop: Drop) -> None:
    put(drop, 0, message(entry("a")))
    put(drop, 1, message(entry("b")))
    assert drop.receive("department").refused == 0
    put(drop, 2, message(entry("a")))
    drop.deliver("department")
    assert drop.rules_broken() == ["dho_several_people"]
    assert drop.rows("select count(*) from delivered.enrolments") == [(1,)]
    (drop.settings.raw_dir / DAY / f"Geef_{PEOPLE[2]}.xml").unlink()
    drop.deliver("department")
    assert drop.rules_broken() == []
    assert drop.rows("select count(*) from delivered.enrolments") == [(2,)]


def test_one_answer_without_rows_may_stand_under_many_numbers(drop: Drop) -> None:
    for person in range(3):
        put(drop, person, message())
    result = drop.receive("department")
    assert (result.refused, len(result.deliveries)) == (0, 1)


def test_known_histories_need_no_key_whatever_stands_beside_them(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in range(3):
        put(drop, person, message(entry(f"r{person}")))
    drop.put_rows(
        f"ugent/inschrijvingen_{PEOPLE[3]}.csv", ENROLMENT_HEADER, enrolment(1, insz=PEOPLE[3])
    )
    drop.deliver("department", "ugent")
    monkeypatch.delenv("STAALKAART_KEY")
    (drop.settings.raw_dir / DAY / f"Geef_{PEOPLE[0]}.xml").unlink()
    intake.prepare(drop.settings)
    assert drop.receive("department").unchanged == 2
    assert drop.receive("ugent").unchanged == 1
