"""A decree of tomorrow: rows added to the seeds, no code; history is counted under both.

The decree of this test does not exist. It sets 1 to 30 ECTS, both ends in, and brings postgraduates
in; everything else stays as in the draft framework.

Border: what each rule does is dbt's unit tests beside the models.
"""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.nightly import run_nightly
from pipelines.settings import PROJECT_ROOT, Settings
from tests.integration.small_world import write

pytestmark = pytest.mark.integration
TODAY, DECREE = "2025.1", "2027.1"
Row = dict[str, str]

HEADER = (
    "instellingsnummer;academiejaar;aanbod_code;titel;soort;omvang;omvang_eenheid;vks_niveau;"
    "leervorm;leerresultaten;leerresultaten_vooraf;evaluatievorm;evaluatie_vooraf;kwaliteitszorg;"
    "behoefte;doelbewuste_selectie;attest"
)
COMPLETE = "ects;6;fysiek;kan iets;J;examen;J;intern;arbeidsmarkt;J;getuigschrift"
# Code, kind and ECTS; every row has all the other evidence.
OFFERINGS = {
    "2022-2023": ["M3 microcredential 3", "P20 postgraduaat 20"],
    "2023-2024": [
        "M05 microcredential 0,5",
        "M1 microcredential 1",
        "M2 microcredential 2",
        "M3 microcredential 3",
        "M30 microcredential 30",
        "M31 microcredential 31",
        "M60 microcredential 60",
        "P20 postgraduaat 20",
        "P40 postgraduaat 40",
        "O6 opleidingsonderdeel 6",
        "A6 andere 6",
        "B180 bachelor 180",
    ],
}


def add_rows(project: Path, seed: str, made: Callable[[list[Row]], list[Row]]) -> None:
    """Add rows to a seed; nothing that stands there is changed."""
    path = project / "dbt_project" / "seeds" / f"{seed}.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("a", newline="") as file:
        csv.DictWriter(file, rows[0].keys(), lineterminator="\n").writerows(made(rows))


def decreed(rows: list[Row]) -> list[Row]:
    """The rows of today under the decree, but for what keeps postgraduates out of the framework."""
    kept = [
        row
        for row in rows
        if (row["definition"], row["deciding_criterion"]) != ("framework", "FW-13")
    ]
    return [row | {"rule_set_version": DECREE} for row in kept]


def rules(rows: list[Row]) -> list[Row]:
    # Without FS-6 in the list, an unknown kind stays what nobody can decide.
    unknown = {"rule_set_version": DECREE, "definition": "framework", "applies_to": "unknown"}
    failing = {"condition": "framework_criteria=out", "verdict": "out", "deciding_criterion": ""}
    open_still = {"condition": "always", "verdict": "undetermined", "deciding_criterion": "FS-6"}
    return [
        *decreed(rows),
        {**unknown, "rule_order": "10", **failing},
        {**unknown, "rule_order": "11", **open_still},
    ]


def criteria(rows: list[Row]) -> list[Row]:
    dropped = {("framework", "FS-6"), ("framework", "FW-13")}
    kept = [row for row in rows if (row["criteria_list"], row["criterion_id"]) not in dropped]
    return [row | {"rule_set_version": DECREE} for row in kept]


def bounds(rows: list[Row]) -> list[Row]:
    values = {
        "size_failing_below": "1",
        "size_minimum": "1",
        "size_normal_maximum": "30",
        "size_exclusive_maximum": "30",
    }
    row = {"rule_set_version": DECREE, "unit": "ects", "source": "test"}
    return [row | {"bound": bound, "value": value} for bound, value in values.items()]


def rule_sets(rows: list[Row]) -> list[Row]:
    return [
        {
            "rule_set_version": DECREE,
            "valid_from": "2027-09-01",
            "valid_to": "",
            "is_default": "false",
            "source": "test",
        }
    ]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two years of one institution, published under both rule sets."""
    folder = tmp_path_factory.mktemp("decree")
    project = folder / "project"
    for part in ("dbt_project", "expectations", "pipelines/deliveries/contracts"):
        ignored = shutil.ignore_patterns("target", "logs", "dbt_packages")
        shutil.copytree(PROJECT_ROOT / part, project / part, ignore=ignored)
    shutil.copy(PROJECT_ROOT / "pyproject.toml", project)
    add_rows(project, "rule_sets", rule_sets)
    add_rows(project, "rule_set_bounds", bounds)
    add_rows(project, "definition_criteria", criteria)
    add_rows(project, "definition_rules", rules)
    add_rows(project, "case_rules", decreed)
    lines = [
        f"ugent;{year};{code};Titel {code};{kind};{size};{COMPLETE}"
        for year, offerings in OFFERINGS.items()
        for code, kind, size in (offering.split() for offering in offerings)
    ]
    write(folder / "raw", "ugent", "aanbod.csv", HEADER, lines)
    settings = Settings(folder / "raw", folder / "data", project_root=project)
    assert run_nightly(settings, is_quiet=True) == 0
    return settings


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        return reader.execute(statement).fetchall()


def verdicts(settings: Settings, version: str) -> dict[str, str]:
    found = query(
        settings,
        f"""
        select replace(offering_id, 'ugent:', ''), verdict from offering_verdicts
        where definition = 'framework' and academic_year = '2023-2024'
            and rule_set_version = '{version}'
        """,
    )
    return {str(code): str(verdict) for code, verdict in found}


def test_the_draft_framework_judges_as_before(published: Settings) -> None:
    assert verdicts(published, TODAY) == {
        "M05": "undetermined",
        "M1": "undetermined",
        "M2": "undetermined",
        "M3": "in",
        "M30": "in",
        "M31": "in",
        "M60": "undetermined",
        "P20": "out",
        "P40": "out",
        "O6": "out",
        "A6": "undetermined",
        "B180": "out",
    }


def test_the_decree_judges_the_same_records_by_its_own_rows(published: Settings) -> None:
    assert verdicts(published, DECREE) == {
        "M05": "out",
        "M1": "in",
        "M2": "in",
        "M3": "in",
        "M30": "in",
        "M31": "out",
        "M60": "out",
        "P20": "in",
        "P40": "out",
        "O6": "out",
        "A6": "undetermined",
        "B180": "out",
    }


def test_history_is_counted_under_both(published: Settings) -> None:
    found = query(
        published,
        """
        select rule_set_version, academic_year, lower, upper from counts
        where measure = 'offerings' and definition = 'framework' and institution_id = '*'
            and split = 'none' and academic_year in ('2022-2023', '2023-2024') order by all
        """,
    )
    assert [(version, year, int(lower), int(upper)) for version, year, lower, upper in found] == [  # type: ignore[call-overload]
        (TODAY, "2022-2023", 1, 1),
        (TODAY, "2023-2024", 3, 8),
        (DECREE, "2022-2023", 2, 2),
        (DECREE, "2023-2024", 5, 6),
    ]


def test_the_other_readings_do_not_move(published: Settings) -> None:
    moved = query(
        published,
        f"""
        select definition, count(*) from (
            select offering_id, academic_year, definition, verdict from offering_verdicts
            where rule_set_version = '{TODAY}' and definition <> 'framework'
            except all
            select offering_id, academic_year, definition, verdict from offering_verdicts
            where rule_set_version = '{DECREE}' and definition <> 'framework'
        ) group by all
        """,
    )
    assert moved == []


def test_growth_of_each_rule_set_adds_up(published: Settings) -> None:
    found = query(
        published,
        """
        select rule_set_version, term, cast(value as integer) from growth
        where measure = 'offerings' and definition = 'framework' and institution_id = '*'
            and bound = 'lower' and from_year = '2022-2023' and to_year = '2023-2024'
            and value <> 0 order by all
        """,
    )
    assert found == [
        (TODAY, "difference", 2),
        (TODAY, "first", 1),
        (TODAY, "last", 3),
        (TODAY, "new", 2),
        (DECREE, "difference", 3),
        (DECREE, "first", 2),
        (DECREE, "last", 5),
        (DECREE, "new", 3),
    ]


def test_the_answer_stays_under_the_rule_set_of_today(published: Settings) -> None:
    assert query(published, "select rule_set_version from build") == [(TODAY,)]
    offerings = query(published, "select count(*), count(distinct offering_id) from offerings")
    assert offerings == [(14, 12)]
