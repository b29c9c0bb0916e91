"""A small published warehouse with records of persons, from which its counts follow.

Who counts where is decided here with sets of names, not with the queries of the audit.

Border: no test stands here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.answers.ad_hoc import Options
from tests.unit.answers.world import INSTITUTIONS, RULES, World, known_world

ASKED_YEARS = ("2022-2023", "2023-2024")
DEFINITIONS = ("framework", "label")
STATUSES = ("working", "job_seeking", "unknown")
KINDS = {institution: kind for institution, _, kind in INSTITUTIONS}
RECORDS = """
create table enrolments (
    enrolment_id text, institution_id text, academic_year text, learner_key text,
    learner_key_basis text, offering_id text, component_code text, programme_code text,
    contract_type text, credits_ects decimal(10, 2), purpose text, is_counted boolean, case_id text
);
create table verdict_cases (
    case_id text, taken text, definition text, verdict text, rule_set_version text
);
create table learner_years (
    learner_key text, academic_year text, working_status text, working_status_source text
);
alter table offerings add column flemish_unit_id text;
alter table offerings add column lifecycle text;
insert into verdict_cases
select first || ' ' || second, 'component', definition, verdict, ?
from (select unnest(['in', 'undetermined', 'out']) as first) as a
cross join (select unnest(['in', 'undetermined', 'out']) as second) as b
cross join lateral (
    select 'framework' as definition, first as verdict
    union all
    select 'label', second
) as c;
"""
ASKED = Options(
    measures=("learners",),
    definitions=DEFINITIONS,
    by="working_status",
    years=",".join(ASKED_YEARS),
)


@dataclass(frozen=True)
class Person:
    """One learner at one institution in one year, with the verdict under both readings."""

    name: str
    institution: str
    year: str
    framework: str
    label: str
    status: str

    def verdict(self, definition: str) -> str:
        """Return the verdict under a reading."""
        return self.framework if definition == "framework" else self.label


def several(
    count: int, institution: str, year: str, verdicts: tuple[str, str], status: str, mark: str = ""
) -> list[Person]:
    """Return persons that are alike, each with a name of its own."""
    place = f"{institution}{year}{verdicts}{status}{mark}"
    return [
        Person(f"{place}{number}", institution, year, *verdicts, status) for number in range(count)
    ]


def publish_counted(file: Path, persons: Iterable[Person], landing_hash: str = "c0ffee") -> None:
    """Publish a world with these persons and the counts that follow from them."""
    people = list(persons)
    world = known_world()
    world.counts = [row for row in world.counts if row[1] != "learners"]
    world.growth = [row for row in world.growth if row[1] != "learners"]
    for definition in DEFINITIONS:
        for year in ASKED_YEARS:
            _count(world, people, definition, year)
    file.unlink(missing_ok=True)
    world.publish(file)
    with duckdb.connect(str(file)) as connection:
        for statement in RECORDS.split(";"):
            if statement.strip():
                connection.execute(statement, [RULES] if "?" in statement else [])
        for number, one in enumerate(people):
            connection.execute(
                "insert into enrolments values (?, ?, ?, ?, 'national', null, 'C1', null,"
                " 'credit', 3, 'regular', true, ?)",
                [
                    str(number),
                    one.institution,
                    one.year,
                    one.name,
                    f"{one.framework} {one.label}",
                ],
            )
            connection.execute(
                "insert into learner_years values (?, ?, ?, 'register')",
                [one.name, one.year, one.status],
            )
        connection.execute("update build set landing_hash = ?", [landing_hash])


def _count(world: World, people: list[Person], definition: str, year: str) -> None:
    here = [one for one in people if one.year == year]

    def bounds(some: Iterable[Person]) -> tuple[int, int]:
        verdicts = [one.verdict(definition) for one in some]
        return verdicts.count("in"), len(verdicts) - verdicts.count("out")

    world.count("learners", definition, year, *bounds(here))
    for institution in KINDS:
        own = [one for one in here if one.institution == institution]
        world.count("learners", definition, year, *bounds(own), institution=institution)
    cuts = [("working_status", status) for status in STATUSES]
    cuts += [("institution_kind", kind) for kind in sorted(set(KINDS.values()))]
    for split, value in cuts:
        own = [
            one
            for one in here
            if value == (one.status if split == "working_status" else KINDS[one.institution])
        ]
        if any(bounds(own)):
            world.count("learners", definition, year, *bounds(own), split=split, value=value)
