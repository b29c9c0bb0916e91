"""A world in which every true number about persons is a six-digit number of its own.

None is a multiple of five, so rounding changes each; none stands twice. They fill every protected
measure: all readings, years, the window, institutions, overlap, splits, crossings and growth, the
observed values of the gate, and the row counts of deliveries about persons.

Border: how files are searched for them stands in ``leak_search.py``.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import yaml

from pipelines.answers.questions import Question
from tests.unit.answers.world import (
    INSTITUTIONS,
    RULES,
    WINDOW,
    YEARS,
    World,
    key_of,
    known_world,
)

PROTECTED = ("learners", "enrolments", "contracts", "credits_taken")
DEFINITIONS = ("framework", "minister", "label")
# A page of A4 is 842 points high: no coordinate of a page or a drawing looks like one of these.
SMALLEST, LARGEST, STEP = 870_001, 999_999, 7
SPLITS = {
    "working_status": ("working", "job_seeking", "not_active", "unknown", "overlap"),
    "institution_kind": ("university", "university_college"),
    "contract_type": ("diploma", "credit", "exam_credit", "none"),
    "type": ("1", "2", "unknown"),
}
CROSSINGS = (("institution_kind", "contract_type"), ("institution_kind", "working_status"))
ROWS_OF_DELIVERIES = {987_654, 987_653}  # as every world has them
TERMS = ("first", "stayed", "entered", "left", "last", "difference", "coverage")
# Measure, place in the order, and names and units in both languages.
OTHERS = (
    ("enrolments", 6, "Inschrijvingen", "Enrolments", "inschrijvingen", "enrolments"),
    ("contracts", 8, "Contracten", "Contracts", "contracten", "contracts"),
    ("credits_taken", 9, "Opgenomen studiepunten", "Credits taken", "studiepunten", "credits"),
)
MEASURE_SQL = """
    insert into measures
    select * replace (
        ? as measure, ? as measure_order, ? as name_nl, ? as name_en, ? as unit_nl, ? as unit_en
    )
    from measures
    where measure = 'learners'
"""
CUT_SQL = "update {table} set measures = measures || '|' || ?"
QUESTION = """
number: alles
asker: Niemand
addressee: {nl: Iemand, en: Somebody}
asked_on: 2024-12-20
title: {nl: Alles over personen, en: Everything about persons}
window: {completed_years: 5}
definitions: [framework, minister, label]
parts:
  - id: a
    form: overview
    measures: [offerings, credits_offered]
    splits: [type]
    asks: {nl: "Hoeveel nu?", en: "How many now?"}
  - id: b
    form: series
    measures: [learners, enrolments, contracts, credits_taken]
    has_growth: true
    asks: {nl: "Hoeveel per jaar?", en: "How many a year?"}
  - id: c
    form: split
    measures: [learners, enrolments, contracts, credits_taken]
    splits: [working_status, contract_type]
    asks: {nl: "Hoe verdeeld?", en: "How divided?"}
  - id: d
    form: crossing
    measures: [learners, enrolments, contracts, credits_taken]
    crossings: [[institution_kind, contract_type], [working_status, institution_kind]]
    asks: {nl: "Hoe gekruist?", en: "How crossed?"}
  - id: e
    form: conclusion
    measures: [learners, enrolments, contracts, credits_taken]
    asks: {nl: "Wat volgt eruit?", en: "What follows?"}
annex: [learners, enrolments, contracts, credits_taken]
"""


class Secrets:
    """Gives each number once and remembers it."""

    def __init__(self) -> None:
        self._numbers = self._count()
        self.given: set[int] = set()

    def next(self) -> int:
        """Return a number that was not given before."""
        number = next(self._numbers)
        self.given.add(number)
        return number

    def bounds(self) -> tuple[Decimal, Decimal | None]:
        """Return bounds of a cell: of three cells one is single, one a range, one without end."""
        lower, kind = self.next(), len(self.given) % 3
        upper = lower if kind == 0 else self.next() if kind == 1 else None
        return Decimal(lower), None if upper is None else Decimal(upper)

    def _count(self) -> Iterator[int]:
        yield from (one for one in range(SMALLEST, LARGEST, STEP) if one % 5)


def protected_world() -> tuple[World, Secrets]:
    """Return the world and every true number about persons in it."""
    world, secrets = known_world(), Secrets()
    world.counts = [row for row in world.counts if row[1] not in PROTECTED]
    world.growth = [row for row in world.growth if row[1] not in PROTECTED]
    for measure in PROTECTED:
        for definition in DEFINITIONS:
            _fill(world, secrets, measure, definition)
    world.coverage = [
        (*row[:6], *(secrets.next() for _ in range(3)), *row[9:]) if row[2] == "enrolments" else row
        for row in world.coverage
    ]
    secrets.given |= ROWS_OF_DELIVERIES
    return world, secrets


def publish(world: World, file: Path) -> None:
    """Publish the world with all protected measures among its measures."""
    world.publish(file)
    with duckdb.connect(str(file)) as connection:
        for other in OTHERS:
            connection.execute(MEASURE_SQL, list(other))
        for table in ("splits", "crossings"):
            connection.execute(CUT_SQL.format(table=table), ["|".join(PROTECTED)])


def question_about_everything() -> Question:
    """Return a question whose answer shows every protected measure in every form there is."""
    return Question.model_validate(yaml.safe_load(QUESTION))


def question_about_places() -> Question:
    """Return the same for single institutions, where splits over all of them make no sense."""
    asked = yaml.safe_load(QUESTION) | {
        "number": "plaatsen",
        "scope": {"institutions": [one for one, _, _ in INSTITUTIONS[:2]]},
    }
    asked["parts"] = [one for one in asked["parts"] if one["form"] in ("series", "split")]
    for part in asked["parts"]:
        part["measures"] = ["learners", "credits_taken"]
    return Question.model_validate(asked)


def _fill(world: World, secrets: Secrets, measure: str, definition: str) -> None:
    for period in (*YEARS, WINDOW):
        for institution in ("*", "overlap", *(one for one, _, _ in INSTITUTIONS)):
            key = _count(world, secrets, (measure, definition, period, institution), "none", "all")
            world.certify(key, secrets.next())
            for split, values in SPLITS.items():
                for value in values:
                    place = (measure, definition, period, institution)
                    _count(world, secrets, place, split, value)
        for first, second in CROSSINGS:
            for value in SPLITS[first]:
                for other in SPLITS[second]:
                    place = (measure, definition, period, "*")
                    _count(world, secrets, place, first, value, (second, other))
    for bound in ("lower", "upper"):
        terms = {term: secrets.next() for term in TERMS} | {"left": -secrets.next()}
        world.grow(measure, definition, bound, YEARS[0], YEARS[4], dict(terms))


def _count(
    world: World,
    secrets: Secrets,
    place: tuple[str, str, str, str],
    split: str,
    value: str,
    second: tuple[str, str] | None = None,
) -> str:
    """Add a cell with numbers of its own and return its key."""
    shown = split if split == "none" else f"{split}={value}"
    shown += f":{second[0]}={second[1]}" if second else ""
    key = key_of(*place, shown)
    flags = (place[2] == YEARS[-1], False, 3, RULES)
    row = (key, *place, split, value, *(second or (None, None)))
    world.counts.append((*row, *secrets.bounds(), "partial", *flags))
    return key
