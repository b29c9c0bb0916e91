"""What counts as delivered: supersession, halving, authority, carry-forward, as-of, types."""

import itertools
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment

from pipelines.deliveries import delivered
from pipelines.deliveries.contract import Contract, load_contract
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.ledger import Delivery, Ledger, Part
from pipelines.deliveries.succession import decide

SHARED_KINDS = {"offerings", "components", "programmes", "enrolments"}


def offering(code: str, year: str = "2023-2024", title: str = "Zorg") -> str:
    return f"ugent;{year};{code};{title};mooc;3;ects"


def put_offerings(drop: Drop, name: str, *rows: str) -> None:
    drop.put_rows(f"ugent/{name}", OFFERING_HEADER, *rows)


def table(drop: Drop, columns: str = "academic_year, source_code, title") -> list[Any]:
    return drop.rows(f"select {columns} from delivered.offerings order by all")


def statuses(drop: Drop) -> dict[str, str]:
    return dict(drop.rows("select file_name, status from delivered.deliveries"))


def test_every_table_exists_and_is_typed_where_nothing_came(drop: Drop) -> None:
    drop.deliver()
    found = drop.rows(
        """
        select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'delivered'
        """
    )
    types = {(name, column): dtype for name, column, dtype in found}
    assert {name for name, _, _ in found} == {
        *load_kinds(),
        "deliveries",
        "rejected_rows",
        "supplies",
        "contracts",
        "incomplete_bundles",
        "reconciliations",
        "run",
        "windows",
    }
    assert types["offerings", "workload_value"] == "DECIMAL(10,2)"
    assert types["offerings", "vks_level"] == "TINYINT"
    assert types["enrolments", "withdrawn_on"] == "DATE"
    assert types["programmes", "is_integrative"] == "BOOLEAN"
    assert types["deliveries", "rows_read"] == "BIGINT"
    assert types["run", "as_of"] == "DATE"


def test_rows_that_all_count_stay_in_the_landing_and_others_are_picked(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", offering("A", "2022-2023"), offering("B"))
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("C"), offering("D", "2024-2025"))
    drop.deliver("ugent")
    shown = drop.rows("select view_name from duckdb_views() where schema_name = 'delivered'")
    assert shown == [("offerings",)]
    assert drop.rows("select source_code from delivered.offerings_in_part") == [("A",)]
    assert drop.rows("select source_code from delivered.offerings") == [("A",), ("C",), ("D",)]
    types = "select column_name, column_type from (describe delivered.{})"
    whole, picked = (drop.rows(types.format(name)) for name in ("offerings", "offerings_in_part"))
    assert whole == picked
    shutil.rmtree(drop.settings.landing_dir / "offerings")
    with pytest.raises(duckdb.IOException):
        drop.rows("from delivered.offerings")


def test_a_later_delivery_replaces_only_the_years_it_holds(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", offering("A", "2022-2023"), offering("B"))
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("C"), offering("D", "2024-2025"))
    drop.deliver("ugent")
    assert table(drop, "academic_year, source_code") == [
        ("2022-2023", "A"),
        ("2023-2024", "C"),
        ("2024-2025", "D"),
    ]
    assert set(statuses(drop).values()) == {"in_force"}


def test_a_delivery_replaced_in_every_year_is_superseded(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", offering("A"))
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("A", title="Zorg, verbeterd"))
    drop.deliver("ugent")
    assert table(drop) == [("2023-2024", "A", "Zorg, verbeterd")]
    assert statuses(drop)["ugent/2023-11-01/aanbod.csv"] == "superseded"


def test_an_as_of_date_gives_what_was_known_then(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", offering("A"))
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("B"))
    drop.deliver("ugent", as_of=date(2024, 1, 1))
    assert table(drop, "source_code") == [("A",)]
    assert set(statuses(drop)) == {"ugent/2023-11-01/aanbod.csv"}
    assert drop.rows("select as_of from delivered.run") == [(date(2024, 1, 1),)]


def test_what_was_delivered_later_does_not_change_a_past_date(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", offering("A"))
    tables = ("offerings", "deliveries", "supplies", "rejected_rows", "run", "windows")

    def then() -> list[object]:
        drop.deliver("ugent", as_of=date(2024, 1, 1))
        return [drop.rows(f"select * from delivered.{name} order by all") for name in tables]

    before = then()
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("A", title="Later"), offering("B"))
    drop.put("ugent/2024-11-02/aanbod.csv", "kapot")
    assert then() == before


def test_without_an_as_of_date_the_newest_accepted_delivery_gives_it(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", offering("A"))
    drop.put("ugent/2024-11-01/aanbod.csv", "kapot")
    drop.deliver("ugent")
    assert drop.rows("select as_of from delivered.run") == [(date(2023, 11, 1),)]
    assert statuses(drop)["ugent/2024-11-01/aanbod.csv"] == "refused"


def test_a_delivery_that_halves_a_year_is_refused_unless_confirmed(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", *map(offering, "ABCDE"))
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("A"), offering("B"))
    drop.deliver("ugent")
    assert len(table(drop)) == 5
    assert statuses(drop)["ugent/2024-11-01/aanbod.csv"] == "refused"
    assert drop.rules_broken() == ["year_halved"]
    assert drop.rows("select status, rows_accepted from delivered.supplies") == [
        ("carried_forward", 5)
    ]
    drop.put("ugent/2024-11-01/aanbod.csv.confirmed", "")
    drop.deliver("ugent")
    assert len(table(drop)) == 2
    assert drop.rows("select status from delivered.supplies") == [("delivered",)]


def test_exactly_half_the_rows_is_no_halving(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", *map(offering, "ABCD"))
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("A"), offering("B"))
    drop.deliver("ugent")
    assert len(table(drop)) == 2


def test_the_last_good_delivery_is_carried_forward_over_an_unreadable_one(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", offering("A"))
    drop.put("ugent/2024-11-01/aanbod.csv", "kapot")
    drop.deliver("ugent")
    assert drop.rows("select status, academic_year from delivered.supplies") == [
        ("carried_forward", "2023-2024")
    ]
    put_offerings(drop, "2024-11-02/aanbod.csv", offering("A", title="Recht"))
    drop.deliver("ugent")
    assert drop.rows("select status from delivered.supplies") == [("delivered",)]


def test_an_unreadable_guide_of_another_year_carries_nothing_forward(drop: Drop) -> None:
    drop.put("ugent/2023-11-01/ugent_programs_2023.json", '[{"id": "A", "name": "B"}]')
    drop.put("ugent/2024-11-01/ugent_programs_2024.json", "[")
    drop.deliver("ugent")
    found = drop.rows("select academic_year, kind, status from delivered.supplies order by all")
    assert ("2023-2024", "offerings", "delivered") in found
    assert ("2024-2025", "offerings", "refused") in found
    assert "carried_forward" not in {status for _, _, status in found}


def test_a_template_wins_from_a_study_guide_kind_by_kind(drop: Drop) -> None:
    drop.put_guides("ugent")
    put_offerings(drop, "aanbod.csv", offering("A", "2024-2025"))
    drop.deliver("ugent")
    assert table(drop, "distinct stream") == [("template",)]
    assert drop.rows("select distinct stream from delivered.programmes") == [("study_guide",)]
    found = drop.rows(
        """
        select stream, is_authoritative, complete_for from delivered.supplies
        where kind = 'offerings' order by stream
        """
    )
    assert found == [
        ("study_guide", False, "degree"),
        ("template", True, "lifelong_learning|postgraduate"),
    ]
    assert statuses(drop)["ugent/aanbod.csv"] == "in_force"


def test_every_order_of_arrival_gives_the_same_state(drop: Drop, tmp_path: Path) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", *map(offering, "ABCDE"))
    put_offerings(drop, "2024-02-01/aanbod.csv", offering("A"))
    put_offerings(drop, "2024-11-01/aanbod.csv", *map(offering, "ABXY"))
    drop.put("ugent/2024-12-01/aanbod.csv", "kapot")
    files = sorted(path for path in drop.settings.raw_dir.rglob("*.csv"))
    states = set()
    for number, order in enumerate(itertools.permutations(files)):
        if number % 5:
            continue
        (tmp_path / str(number)).mkdir()
        other = Drop(tmp_path / str(number))
        for path in order:
            target = other.settings.raw_dir / path.relative_to(drop.settings.raw_dir)
            target.parent.mkdir(parents=True)
            shutil.copyfile(path, target)
            other.receive("ugent")
        other.deliver("ugent")
        rows = [
            table(other),
            other.rows("from delivered.supplies"),
            sorted(statuses(other).items()),
        ]
        rows.append(other.rows("select landing_hash from delivered.run"))
        states.add(repr(rows))
    assert len(states) == 1


def test_rejected_rows_without_a_year_count_against_every_year_of_the_file(drop: Drop) -> None:
    rows = [offering("A"), offering("B", "2024-2025"), offering("C", "ooit")]
    put_offerings(drop, "aanbod.csv", *rows)
    drop.deliver("ugent")
    found = drop.rows("select rows_read, rows_accepted, rows_rejected from delivered.supplies")
    assert found == [(2, 1, 1), (2, 1, 1)]


def test_a_year_of_which_every_row_is_rejected_is_refused_and_not_zero(drop: Drop) -> None:
    wrong = offering("B", "2024-2025").replace("3;ects", "x;ects")
    put_offerings(drop, "aanbod.csv", offering("A"), wrong)
    drop.deliver("ugent")
    assert drop.rows("select academic_year, status from delivered.supplies order by all") == [
        ("2023-2024", "delivered"),
        ("2024-2025", "refused"),
    ]


def test_supplies_promise_the_rows_that_are_in_force(drop: Drop) -> None:
    drop.put_guides("odisee", "ugent")
    put_offerings(drop, "aanbod.csv", offering("A", "2024-2025"))
    lines = [enrolment(n) for n in range(5)] + [enrolment(9, academiejaar="2022-2023")]
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    drop.deliver("odisee", "ugent")
    for kind in SHARED_KINDS:
        promised = drop.rows(
            f"""
            select institution_id, academic_year, sum(rows_accepted)::bigint
            from delivered.supplies where is_authoritative and kind = '{kind}'
            group by all order by all
            """
        )
        found = drop.rows(
            f"""
            select institution_id, academic_year, count(*) from delivered.{kind}
            group by all order by all
            """
        )
        assert promised == found


def test_windows_end_with_the_newest_completed_year_and_hold_those_of_questions(
    drop: Drop,
) -> None:
    put_offerings(drop, "2024-09-30/aanbod.csv", offering("A"), offering("B", "2022-2023"))
    drop.deliver("ugent")
    newest = "select * from delivered.windows where source = 'newest_completed'"
    assert drop.rows(newest) == [
        ("2018-2019..2022-2023", "2018-2019", "2022-2023", "newest_completed")
    ]
    drop.deliver("ugent", as_of=date(2024, 10, 1))
    assert drop.rows(newest)[0][0] == "2019-2020..2023-2024"
    assert drop.rows("select window_label from delivered.windows where source = '223'") == [
        ("2019-2020..2023-2024",)
    ]


def test_a_file_replaced_by_another_of_its_day_is_told_and_not_once_it_is_mended(
    drop: Drop,
) -> None:
    put_offerings(drop, "2024-11-01/aanbod_rechten.csv", offering("A"), offering("B"))
    put_offerings(drop, "2024-11-01/aanbod_wetenschappen.csv", offering("C"), offering("D"))
    drop.deliver("ugent")
    by_status = {status: name for name, status in statuses(drop).items()}
    loser, winner = by_status["superseded"], by_status["in_force"]
    assert len(table(drop)) == 2
    found = drop.rows(
        """
        select file_name, row_number, column_name, rule_id, severity, message_nl
        from delivered.rejected_rows inner join delivered.deliveries using (delivery_id)
        """
    )
    assert [row[:-1] for row in found] == [(loser, None, None, "file_replaced_same_day", "warning")]
    message = found[0][-1]
    assert all(word in message for word in (winner, "2023-2024", "part_in_name"))
    told = {d.file_name: d.warning_nl for d in drop.receive("ugent").deliveries}
    assert told == {loser: message, winner: None}
    put_offerings(drop, "2024-11-02/aanbod.csv", *map(offering, "ABCD"))
    drop.deliver("ugent")
    assert len(table(drop)) == 4
    assert drop.rules_broken() == []


def test_files_of_one_day_that_share_no_year_replace_nothing(drop: Drop) -> None:
    put_offerings(drop, "2024-11-01/aanbod_2022.csv", offering("A", "2022-2023"))
    put_offerings(drop, "2024-11-01/aanbod_2023.csv", offering("B"))
    put_offerings(drop, "2024-11-02/aanbod_2023.csv", offering("C"))
    drop.deliver("ugent")
    assert drop.rules_broken() == []


def test_parts_of_an_institution_stand_side_by_side(drop: Drop) -> None:
    part = Part(kind="offerings", stream="template", rows_read=9, rows_accepted=9)
    part.scopes = {"2023-2024": (9, 0)}
    small = part.model_copy(update={"scopes": {"2023-2024": (1, 0)}})
    day = date(2024, 1, 1)

    def delivery(sha256: str, name: str, of: Part) -> Delivery:
        return Delivery(
            institution_id="ugent",
            sha256=sha256,
            received_on=day,
            first_seen_on=day,
            file_name=name,
            part_name=name,
            parts=[of],
        )

    ledger = Ledger(
        deliveries={
            "ugent:a": delivery("a", "letteren", part),
            "ugent:b": delivery("b", "rechten", small),
        }
    )
    found = decide(ledger, {}, None)
    assert set(found.statuses.values()) == {"in_force"}
    assert [supply.rows_accepted for supply in found.supplies] == [10]


def test_a_contract_may_change_authority_and_completeness() -> None:
    day = date(2024, 1, 1)
    deliveries = {
        f"ugent:{stream}": Delivery(
            institution_id="ugent",
            sha256=stream,
            received_on=day,
            first_seen_on=day,
            file_name=stream,
            parts=[Part(kind="offerings", stream=stream, scopes={"2023-2024": (1, 0)})],
        )
        for stream in ("template", "study_guide")
    }
    contract = Contract.model_validate(
        {
            "authority": ["study_guide"],
            "complete_for": {"study_guide": {"offerings": ["degree", "lifelong_learning"]}},
        }
    )
    found = decide(Ledger(deliveries=deliveries), {"ugent": contract}, None)
    leader = next(supply for supply in found.supplies if supply.is_authoritative)
    assert (leader.stream, leader.complete_for) == ("study_guide", "degree|lifelong_learning")


@pytest.mark.parametrize(
    "text",
    [
        "encoding: klingon",
        "delimiter: x",
        "onbekend: 1",
        "part_in_name: {aanbod: 'x'}",
        "a: [",
        "5",
    ],
)
def test_a_faulty_contract_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "ugent.yml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=r"ugent\.yml") as caught:
        load_contract(tmp_path, "ugent")
    assert getattr(caught.value, "exit_code", None) == 2


def test_without_a_contract_the_defaults_hold(tmp_path: Path) -> None:
    assert load_contract(tmp_path, "ugent") == Contract()


def test_the_landing_hash_changes_with_the_deliveries_and_only_with_them(drop: Drop) -> None:
    put_offerings(drop, "2023-11-01/aanbod.csv", *map(offering, "ABCDE"))
    put_offerings(drop, "2024-11-01/aanbod.csv", offering("A"))
    drop.deliver("ugent")
    first = delivered.landing_hash(drop.settings)
    drop.deliver("ugent")
    assert delivered.landing_hash(drop.settings) == first
    drop.put("ugent/2024-11-01/aanbod.csv.confirmed", "")
    drop.deliver("ugent")
    assert delivered.landing_hash(drop.settings) != first


def test_rows_keep_their_order_and_their_place_in_the_file(drop: Drop) -> None:
    put_offerings(drop, "aanbod.csv", *map(offering, "DCBA"))
    drop.deliver("ugent")
    assert drop.rows("select row_number, source_code from delivered.offerings") == [
        (2, "D"),
        (3, "C"),
        (4, "B"),
        (5, "A"),
    ]


def test_positions_are_replaced_by_quarter(drop: Drop) -> None:
    number = enrolment(1).split(";")[3]
    header = "insz;kwartaal;positie"
    drop.put_rows(
        "department/2023-11-01/arbeidspositie.csv",
        header,
        f"{number};2023Q3;11",
        f"{number};2023Q2;21",
    )
    drop.put_rows("department/2024-11-01/arbeidspositie.csv", header, f"{number};2023Q3;31")
    drop.deliver("department")
    assert drop.rows("select quarter, position_code from delivered.positions order by all") == [
        ("2023Q2", "21"),
        ("2023Q3", "31"),
    ]
    assert drop.rows("select count(*) from delivered.supplies") == [(0,)]


def test_a_code_that_refers_to_nothing_is_warned_of_and_counted_nowhere(drop: Drop) -> None:
    put_offerings(drop, "aanbod.csv", offering("A1"), offering("A9").replace("3;ects", "x;ects"))
    header = "instellingsnummer;academiejaar;aanbod_code;bouwsteen_code"
    drop.put_rows("ugent/bouwstenen.csv", header, "ugent;2023-2024;A1;C1", "ugent;2023;A2;C1")
    header = "instellingsnummer;academiejaar;opleiding_code;opleiding_soort;onderdeel_code"
    drop.put_rows("ugent/opleidingen.csv", header, "ugent;2023-2024;P1;bachelor;C2")
    lines = [
        enrolment(1),
        enrolment(2, aanbod_code="A9"),
        enrolment(3, aanbod_code="A9"),
        enrolment(4, aanbod_code="", onderdeel_code="C2"),
        enrolment(5, aanbod_code="", onderdeel_code="C3", opleiding_code="P2"),
        enrolment(6, academiejaar="2022-2023", aanbod_code="A7"),
    ]
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    drop.deliver("ugent")
    found = drop.rows(
        """
        select rule_id, column_name, row_number, severity from delivered.rejected_rows
        where severity = 'warning' order by all
        """
    )
    assert found == [
        ("component_unknown", "onderdeel_code", 6, "warning"),
        ("offering_unknown", "aanbod_code", 3, "warning"),
        ("offering_unknown", "aanbod_code", 3, "warning"),
        ("programme_unknown", "opleiding_code", 6, "warning"),
    ]
    assert drop.rows("select sum(rows_rejected) from delivered.deliveries") == [(1,)]
    message = drop.rows(
        "select message_nl from delivered.rejected_rows"
        " where message_nl like '%A9%(aantal rijen: 2;%'"
    )
    assert len(message) == 1


def test_an_offering_that_lost_a_building_block_to_screening_is_known_as_incomplete(
    drop: Drop,
) -> None:
    header = "instellingsnummer;academiejaar;aanbod_code;bouwsteen_code;studiepunten"
    put_offerings(drop, "2024-11-04/aanbod.csv", offering("A"), offering("B"))
    drop.put_rows(
        "ugent/2024-11-04/bouwstenen.csv",
        header,
        "ugent;2023-2024;A;C1;3",
        "ugent;2023-2024;A;C2;3-mei",
        "ugent;2023-2024;B;C1;3",
    )
    drop.deliver("ugent")
    assert drop.rows("select * from delivered.incomplete_bundles") == [
        ("ugent", "2023-2024", "A", 1)
    ]


def test_a_study_guide_entry_that_lost_a_course_is_known_as_incomplete(drop: Drop) -> None:
    entries = [
        {"id": "1", "name": "Micro-credential X", "cycle": "other", "courses": ["C1", "C2"]},
        {"id": "2", "name": "Bachelor Y", "cycle": "bac", "courses": ["C1"], "ects": [3]},
    ]
    entries[0]["ects"] = [3, 500]
    drop.put("vives/vives_programs_2023.json", json.dumps(entries))
    drop.deliver("vives")
    assert drop.rows("select * from delivered.incomplete_bundles") == [
        ("vives", "2023-2024", "1", 1)
    ]
