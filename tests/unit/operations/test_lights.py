"""Green, amber, red: what each institution is told to do first, and what it blocks."""

from dataclasses import replace

import pytest
from bulletin_world import NAMES, YEARS, published, situation, with_supply
from records import REFUSED, well

from pipelines.explaining.page import Finding
from pipelines.operations.bulletin.institution_part import institutions_part
from pipelines.operations.bulletin.lights import Light, lights
from pipelines.operations.bulletin.published import FlemishCell, PublishedFacts, names_of
from pipelines.operations.bulletin.refusal_messages import without_counts
from pipelines.operations.bulletin.telling import Teller
from pipelines.operations.bulletin.wording import load_bulletin_words
from pipelines.operations.run_record import RunRecord


def light(facts: PublishedFacts, unit: str = "ucll", record: RunRecord | None = None) -> Light:
    found = lights(facts, record, "departement")
    assert [one.unit for one in found] != []
    return next(one for one in found if one.unit == unit)


def told(facts: PublishedFacts, name: str, record: RunRecord | None = None) -> Finding:
    words = load_bulletin_words("nl")
    shown = situation(record or well(), facts, lights=tuple(lights(facts, record, "departement")))
    part = institutions_part(Teller(words, 26), shown)
    return next(b for b in part.blocks if isinstance(b, Finding) and b.subject == name)


def test_everything_delivered_is_green_for_everyone() -> None:
    found = lights(published(), well(), "departement")
    assert {one.tone for one in found} == {"good"}
    assert [one.unit for one in found] == [*NAMES, "department"]


@pytest.mark.parametrize(
    ("year", "kind", "status", "tone", "what"),
    [
        ("2023-2024", "enrolments", "missing", "bad", "missing"),
        ("2022-2023", "offerings", "missing", "bad", "missing"),
        ("2023-2024", "offerings", "refused", "bad", "refused"),
        ("2023-2024", "programmes", "missing", "open", "missing"),
        ("2023-2024", "components", "refused", "open", "refused"),
        ("2023-2024", "enrolments", "carried_forward", "open", "carried_forward"),
        ("2024-2025", "enrolments", "missing", "open", "running"),
        ("2024-2025", "offerings", "refused", "open", "refused"),
    ],
)
def test_red_is_for_headline_years_without_anything_usable(
    year: str, kind: str, status: str, tone: str, what: str
) -> None:
    found = light(with_supply(published(), "ucll", year, kind, status=status))
    assert [(one.what, one.tone, one.kind, one.years) for one in found.amiss] == [
        (what, tone, kind, (year,))
    ]
    assert found.tone == tone


def test_too_many_rejected_rows_and_a_study_guide_alone_are_amber() -> None:
    at_limit = with_supply(published(), "ucll", "2023-2024", "enrolments", rejected_share=0.02)
    assert light(at_limit).tone == "good"
    above = with_supply(published(), "ucll", "2023-2024", "enrolments", rejected_share=0.021)
    assert [one.what for one in light(above).amiss] == ["rejected"]
    assert "Tot 3\u00a0% van de rijen" in told(above, NAMES["ucll"]).details[0]
    guide = with_supply(
        published(), "ucll", "2023-2024", "offerings", complete_for=frozenset({"degree"})
    )
    assert [one.what for one in light(guide).amiss] == ["no_census"]


def test_a_year_before_the_window_or_before_the_institution_is_nobodys_trouble() -> None:
    facts = with_supply(published(), "ucll", "2022-2023", "offerings", status="missing")
    assert light(replace(facts, window_length=1)).tone == "good"
    assert light(replace(facts, absent=frozenset({("ucll", "2022-2023")}))).tone == "good"


def test_without_any_delivery_no_institution_is_well() -> None:
    facts = replace(published(), supplies=())
    found = light(facts)
    assert (found.tone, [one.what for one in found.amiss]) == ("bad", ["nothing"])
    assert told(facts, NAMES["ucll"]).details == (
        "Nog niets geleverd.",
        "Eerst: vraag UC Leuven-Limburg om aanbod*.csv en inschrijvingen*.csv en zet ze in "
        "data/raw/ucll/<datum>.",
        "Blokkeert: elk cijfer.",
    )


def test_several_years_are_one_thing_and_the_worst_comes_first() -> None:
    facts = published()
    for year in YEARS[:2]:
        facts = with_supply(facts, "ucll", year, "programmes", status="missing")
    facts = with_supply(facts, "ucll", "2023-2024", "enrolments", status="missing")
    found = light(facts)
    assert [(one.kind, one.years) for one in found.amiss] == [
        ("enrolments", ("2023-2024",)),
        ("programmes", YEARS[:2]),
    ]
    assert lights(facts, well(), "d")[0].unit == "ucll"


def test_what_is_missing_says_whom_to_ask_and_which_figures_it_blocks() -> None:
    facts = with_supply(published(), "ucll", "2023-2024", "enrolments", status="missing")
    facts = replace(
        facts, cells={**facts.cells, ("learners", "2023-2024"): FlemishCell("partial", 2)}
    )
    amiss, first, blocks = told(facts, NAMES["ucll"]).details
    assert amiss == "Inschrijvingen 2023\u20132024: niet geleverd."
    assert "vraag UC Leuven-Limburg om inschrijvingen*.csv" in first
    assert "data/raw/ucll/<datum>" in first
    assert "lerenden van 2023\u20132024: Vlaanderen gedeeltelijk (2 van 3 instellingen)" in blocks
    assert "antwoord 223" in blocks
    nobody = replace(
        facts, cells={**facts.cells, ("learners", "2023-2024"): FlemishCell("missing", 0)}
    )
    assert "Vlaanderen ontbreekt" in told(nobody, NAMES["ucll"]).details[2]


def test_a_refused_file_is_named_with_why_and_without_counts_of_people() -> None:
    facts = with_supply(published(), "ucll", "2023-2024", "enrolments", status="carried_forward")
    record = well(refused_files=(REFUSED,))
    found = light(facts, record=record)
    assert [one.what for one in found.amiss] == ["carried_forward"]
    said = told(facts, NAMES["ucll"], record).details[0]
    assert "inschrijvingen_2023-2024.csv" in said
    assert "812" not in said
    # Refused, while everything that counts is there: worth a look.
    assert [one.what for one in light(published(), record=record).amiss] == ["refused_file"]
    assert light(published(), "ap", record).tone == "good"


def test_a_fault_of_the_program_is_red() -> None:
    record = well(institutions_in_error={"ap": "ValueError in visit.py, regel 1"})
    found = light(published(), "ap", record)
    assert (found.tone, found.amiss[0].what) == ("bad", "error")
    assert "ValueError in visit.py" in told(published(), NAMES["ap"], record).details[0]


def test_the_department_is_amber_where_a_year_has_no_position() -> None:
    facts = published()
    without = replace(
        facts, deliveries=tuple(one for one in facts.deliveries if one.kind != "positions")
    )
    found = light(without, "department")
    assert [(one.what, one.years) for one in found.amiss] == [("no_positions", YEARS[:2])]


def test_numbers_that_may_count_people_leave_a_message_and_years_stay() -> None:
    message = "Het jaar 2023-2024 zou van 1.812 naar 12 rijen gaan, in aanbod_2023.csv."
    hidden = "Het jaar 2023-2024 zou van … naar … rijen gaan, in aanbod_2023.csv"
    assert without_counts(message, ("enrolments",)) == hidden
    assert without_counts(message, ("unknown",)) == hidden
    assert without_counts(message, ()) == hidden
    assert without_counts(message, ("offerings",)) == message.rstrip(".")


def test_the_names_in_the_details_of_a_check_come_without_its_counts() -> None:
    details = "uantwerpen (39); howest inschrijvingen (2022-2023 4 %); learners 812 kdg; en nog 13"
    assert names_of(details) == "uantwerpen; howest inschrijvingen; learners kdg; …"
    assert names_of("812.0") == names_of(None) == ""
