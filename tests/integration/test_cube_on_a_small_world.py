"""The cube and its growth on a world small enough to count by hand.

Three institutions offer something in two years: AP and UGent share one offering, VUB has two of
which nothing is sure and KdG delivers its first catalogue in the second year. All others deliver
empty files. A third year runs still and shows who reports what. Labelled means that the title holds
the word; the minister's reading adds what is assessed and what may be.

Border: rules about one offering or one line are dbt's unit tests beside the models.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipelines.deliveries.delivered import write_delivered_data
from pipelines.deliveries.register import load_register
from pipelines.settings import Settings
from pipelines.warehouse.models import NodeResult, run_models

pytestmark = pytest.mark.integration

FIRST, LAST, RUNNING = "2022-2023", "2023-2024", "2024-2025"
WINDOW = "2022-2023..2023-2024"
COMPLETE = {
    "offerings": "lifelong_learning|postgraduate",
    "components": "lifelong_learning|postgraduate",
    "programmes": "degree",
    "enrolments": "enrolments",
}
NOTHING_IN_FIRST_YEAR = "kdg"

OFFERING_COLUMNS = [
    "institution_id",
    "academic_year",
    "source_code",
    "title",
    "offering_kind_declared",
    "workload_value",
    "workload_unit",
    "mode",
    "assessment",
    "joint_code",
]
OFFERINGS = """
ap    2022-2023 A1 Micro-credential_Zorg_(Antwerpen) microcredential 5  ects  physical examen -
ap    2022-2023 A2 Cursus                            mooc            10 hours physical -      -
ap    2022-2023 A3 Dag_van_de_zorg                   studiedag       -  -     physical -      -
ap    2022-2023 A4 Micro-credential_Recht            microcredential 3  ects  physical examen -
ap    2022-2023 AJ Micro-credential_Samen            microcredential 6  ects  hybrid   -      J1
ugent 2022-2023 UJ Micro-credential_Samen            microcredential 8  ects  hybrid   examen J1
vub   2022-2023 V1 Cursus                            mooc            -  -     -        -      -
vub   2022-2023 V2 Les                               mooc            -  -     -        examen -
ap    2023-2024 A1 Micro-credential_Zorg_(Antwerpen) microcredential 7  ects  distance examen -
ap    2023-2024 A2 Cursus                            mooc            10 hours physical examen -
ap    2023-2024 A3 Micro-credential_Zorgdag          microcredential 4  ects  physical -      -
ap    2023-2024 A5 Micro-credential_Taal             microcredential -  -     physical examen -
ap    2023-2024 A6 Micro-credential_Zorg_(Gent)      microcredential 1  ects  physical examen -
ap    2023-2024 AJ Micro-credential_Samen            microcredential 6  ects  hybrid   -      J1
ugent 2023-2024 UJ Micro-credential_Samen            microcredential 8  ects  hybrid   examen J1
vub   2023-2024 V1 Cursus                            mooc            -  -     -        -      -
vub   2023-2024 V2 Les                               mooc            -  -     -        -      -
kdg   2023-2024 K1 Micro-credential_Kust             microcredential 2  ects  -        -      -
"""

ENROLMENT_COLUMNS = [
    "institution_id",
    "academic_year",
    "enrolment_id",
    "learner_key",
    "contract_type",
    "source_code",
    "component_code",
    "credits_ects",
    "enrolled_on",
    "withdrawn_on",
    "working_status_declared",
    "purpose",
]
# A learner in capitals has a student number of the institution only.
ENROLMENTS = """
ap    2022-2023 1 a diploma A1 -  5 2022-09-20 -          working     -
ap    2022-2023 2 b credit  A1 -  5 2022-09-20 -          not_active  -
ap    2023-2024 1 a credit  A1 -  7 2023-09-20 -          not_active  -
ap    2023-2024 2 c diploma AJ -  6 2023-09-20 -          -           -
ap    2023-2024 3 I none    A1 -  7 2023-09-20 -          -           -
ap    2023-2024 4 d credit  A1 -  - 2023-09-20 -          working     -
ap    2023-2024 5 p none    A1 -  3 2023-09-20 -          working     secondary_pupil
ap    2023-2024 6 s diploma A1 -  3 2023-09-20 -          working     student_researcher
ap    2023-2024 7 w diploma A1 -  7 2023-09-20 2023-10-20 working     -
ugent 2023-2024 1 a diploma UJ -  8 2023-09-25 -          job_seeking -
ugent 2023-2024 2 c diploma UJ -  8 2023-09-25 -          -           -
ugent 2023-2024 3 K credit  UJ -  8 2023-09-25 -          -           -
vub   2023-2024 1 b diploma V1 -  4 2023-09-20 -          working     -
vub   2023-2024 2 f diploma -  C1 6 2023-09-20 -          working     -
"""

PROGRAMME_COLUMNS = [
    "institution_id",
    "academic_year",
    "programme_code",
    "programme_kind_declared",
    "component_code",
    "credits_ects",
    "is_integrative",
]
PROGRAMMES = """
vub 2023-2024 BA bachelor     C1 6 false
vub 2023-2024 MA master       C1 6 -
vub 2023-2024 BA bachelor     C2 6 -
vub 2023-2024 BA bachelor     C3 9 true
vub 2023-2024 PG postgraduaat C4 6 false
"""

# What reached us of the running year: institution, stream, status, complete for, rows, rejected
RUNNING_SUPPLIES = """
ap       template    delivered       lifelong_learning|postgraduate 100 2
ugent    study_guide delivered       degree                         10  0
pxl      template    delivered       lifelong_learning              10  0
uhasselt template    delivered       lifelong_learning|postgraduate 100 3
luca     template    carried_forward lifelong_learning|postgraduate 10  0
hzs      template    refused         -                              10  10
"""


@dataclass(frozen=True)
class World:
    """A finished build and what dbt ran to make it."""

    file: Path
    results: list[NodeResult]

    def query(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as reader:
            return reader.execute(statement, list(parameters)).fetchall()

    def cell(self, key: str) -> tuple[float | None, float | None]:
        """Return the bounds of ``measure:definition:year:institution:cut``."""
        (bounds,) = self.query(
            "select cast(lower as double), cast(upper as double) from counts where count_key = ?",
            [f"{key}:2025.1"],
        )
        return bounds  # type: ignore[return-value]

    def parts(self, key: str, split: str) -> dict[str, tuple[float | None, float | None]]:
        """Return the bounds of every value of a split, crossings left out."""
        measure, definition, year, institution = key.split(":")
        rows = self.query(
            "select split_value, cast(lower as double), cast(upper as double) from counts"
            " where measure = ? and definition = ? and academic_year = ? and institution_id = ?"
            " and split = ? and second_split is null",
            [measure, definition, year, institution, split],
        )
        return {str(value): (lower, upper) for value, lower, upper in rows}  # type: ignore[misc]

    def status(self, key: str) -> tuple[str, bool, bool, int]:
        """Return status, is_provisional, is_carried_forward and who reports, of a cell."""
        (flags,) = self.query(
            "select status, is_provisional, is_carried_forward, institutions_reporting"
            " from counts where count_key = ?",
            [f"{key}:2025.1"],
        )
        return flags  # type: ignore[return-value]

    def growth(self, key: str, bound: str) -> dict[str, int]:
        """Return the terms of ``measure:definition:institution`` over the window but zeros."""
        rows = self.query(
            "select term, cast(value as integer) from growth where bound = ? and value <> 0"
            " and measure || ':' || definition || ':' || institution_id = ?",
            [bound, key],
        )
        return {str(term): int(value) for term, value in rows}  # type: ignore[call-overload]


def rows_of(table: str) -> list[list[str | None]]:
    """Return the cells of a table in text; an underscore is a blank, a hyphen is empty."""
    return [
        [None if cell == "-" else cell.replace("_", " ") for cell in line.split()]
        for line in table.strip().splitlines()
    ]


def codes_of(table: str) -> list[list[str | None]]:
    """Return the cells of a table of codes; a hyphen is empty."""
    return [
        [None if cell == "-" else cell for cell in line.split()]
        for line in table.strip().splitlines()
    ]


def insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, object]) -> None:
    """Insert one row; columns that are not named stay empty."""
    holes = ", ".join("?" for _ in row)
    statement = f"insert into delivered.{table} ({', '.join(row)}) values ({holes})"
    connection.execute(statement, list(row.values()))


def insert_supply(
    connection: duckdb.DuckDBPyConnection, unit: str, year: str, kind: str, **stated: object
) -> None:
    """Insert one supply, complete for its kind unless stated otherwise."""
    row: dict[str, object] = {
        "institution_id": unit,
        "academic_year": year,
        "kind": kind,
        "stream": "template",
        "status": "delivered",
        "is_authoritative": True,
        "complete_for": COMPLETE[kind],
        "rows_read": 10,
        "rows_accepted": 10,
        "rows_rejected": 0,
        "delivery_id": f"{unit}:1",
    }
    insert(connection, "supplies", {**row, **stated})


def fill_supplies(connection: duckdb.DuckDBPyConnection, units: Sequence[str]) -> None:
    """Everyone delivers everything in both years but KdG its first catalogue; some the third."""
    for unit in units:
        for year in (FIRST, LAST):
            for kind in COMPLETE:
                if (unit, year, kind) != (NOTHING_IN_FIRST_YEAR, FIRST, "offerings"):
                    insert_supply(connection, unit, year, kind)
    for sender, stream, status, complete_for, read, rejected in codes_of(RUNNING_SUPPLIES):
        insert_supply(
            connection,
            str(sender),
            RUNNING,
            "offerings",
            stream=stream,
            status=status,
            complete_for=complete_for,
            rows_read=read,
            rows_rejected=rejected,
        )


def fill_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Write offerings, enrolments and programmes; an enrolment's number is unique in its year."""
    for cells in rows_of(OFFERINGS):
        row = dict(zip(OFFERING_COLUMNS, cells, strict=True))
        insert(connection, "offerings", {**row, "stream": "template"})
    for codes in codes_of(ENROLMENTS):
        row = dict(zip(ENROLMENT_COLUMNS, codes, strict=True))
        basis = "institution" if str(row["learner_key"]).isupper() else "national"
        insert(connection, "enrolments", {**row, "learner_key_basis": basis})
    for codes in codes_of(PROGRAMMES):
        insert(connection, "programmes", dict(zip(PROGRAMME_COLUMNS, codes, strict=True)))


def fill(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write the hand-made world into an empty schema ``delivered``."""
    connection.execute("delete from delivered.run")
    connection.execute("delete from delivered.windows")
    connection.execute("insert into delivered.run values ('2025-01-01', false, 'x', null)")
    connection.execute(
        "insert into delivered.windows values (?, ?, ?, 'test')", [WINDOW, FIRST, LAST]
    )
    fill_supplies(connection, sorted(load_register(settings.dbt_dir).institution_ids))
    fill_records(connection)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The small world, built once for this module."""
    folder = tmp_path_factory.mktemp("cube")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    settings.raw_dir.mkdir()
    write_delivered_data(settings)
    with duckdb.connect(str(settings.build_file)) as connection:
        fill(connection, settings)
    return World(settings.build_file, run_models(settings))


def test_dbt_is_content_and_runs_no_unit_test_in_a_build(world: World) -> None:
    assert [f"{r.name}: {r.message}" for r in world.results if not r.is_good] == []
    assert "unit_test" not in {result.resource_type for result in world.results}


@pytest.mark.parametrize(
    ("key", "bounds"),
    [
        ("offerings:label:2022-2023:ap:none", (3, 3)),
        ("offerings:label:2022-2023:ugent:none", (1, 1)),
        ("offerings:label:2022-2023:*:none", (3, 3)),
        ("offerings:label:2022-2023:overlap:none", (1, 1)),
        ("offerings:label:2023-2024:ap:none", (5, 5)),
        ("offerings:label:2023-2024:*:none", (6, 6)),
        ("offerings:label:2023-2024:overlap:none", (1, 1)),
        ("offerings:label:2023-2024:vub:none", (0, 0)),
        # AP does not evaluate the shared offering, UGent does: in where any row is in.
        ("offerings:minister:2022-2023:ap:none", (2, 5)),
        ("offerings:minister:2022-2023:ugent:none", (1, 1)),
        ("offerings:minister:2022-2023:*:none", (4, 7)),
        ("offerings:minister:2023-2024:*:none", (5, 9)),
        ("offerings:minister:2023-2024:vub:none", (0, 2)),
    ],
)
def test_flanders_counts_a_joint_offering_once(
    world: World, key: str, bounds: tuple[int, int]
) -> None:
    assert world.cell(key) == bounds


def test_a_window_counts_distinct_offerings_and_sums_credits(world: World) -> None:
    assert world.cell(f"offerings:label:{WINDOW}:ap:none") == (6, 6)
    assert world.cell(f"offerings:label:{WINDOW}:ugent:none") == (1, 1)
    assert world.cell(f"offerings:label:{WINDOW}:*:none") == (7, 7)
    assert world.cell(f"credits_offered:label:{WINDOW}:*:none") == (38, 38)


def test_a_joint_offering_has_its_largest_credits_once(world: World) -> None:
    assert world.cell("credits_offered:label:2022-2023:ap:none") == (14, 14)
    assert world.cell("credits_offered:label:2022-2023:ugent:none") == (8, 8)
    assert world.cell("credits_offered:label:2022-2023:*:none") == (16, 16)
    assert world.cell("credits_offered:label:2022-2023:overlap:none") == (6, 6)
    assert world.cell("credits_offered:label:2023-2024:*:none") == (22, 22)


def test_offerings_without_stated_ects_stand_beside_the_credits(world: World) -> None:
    assert world.cell("offerings_without_credits:label:2023-2024:*:none") == (1, 1)
    # Hours are no credits: the mooc of ten hours, the five unsized rows of the minister's reading.
    assert world.cell("offerings_without_credits:minister:2023-2024:ap:none") == (2, 2)
    # In a window each stands once: A2 without in both years, A3 in the first, A5 in the last.
    assert world.cell(f"offerings_without_credits:minister:{WINDOW}:ap:none") == (2, 3)


def test_titles_leave_the_campus_out_and_stay_per_institution(world: World) -> None:
    assert world.cell("titles:label:2023-2024:ap:none") == (4, 4)
    assert world.cell("titles:label:2023-2024:*:none") == (6, 6)


def test_parts_of_a_window_overlap_where_an_offering_changed(world: World) -> None:
    assert world.parts(f"offerings:label:{WINDOW}:ap", "mode") == {
        "physical": (5, 5),
        "distance": (1, 1),
        "hybrid": (1, 1),
        "overlap": (1, 1),
    }
    assert world.parts("offerings:label:2023-2024:ap", "lifecycle") == {
        "continued": (2, 2),
        "relabelled": (1, 1),
        "new": (2, 2),
    }
    assert world.parts("offerings:label:2023-2024:*", "ects_band") == {
        "<3": (2, 2),
        "3-20": (3, 3),
        "unknown": (1, 1),
    }


def test_components_of_degree_programmes_have_a_measure_of_their_own(world: World) -> None:
    # C3 is integrative, C2 unmarked, C4 in a postgraduate only; C1 in two programmes is one.
    assert world.cell("components_offered:scope_note:2023-2024:vub:none") == (3, 3)
    assert world.cell("components_offered:vlor:2023-2024:vub:none") == (1, 2)
    definitions = world.query(
        "select distinct definition from counts where measure = 'components_offered' order by all"
    )
    assert definitions == [("scope_note",), ("vlor",)]


def test_learners_without_a_national_number_are_in_the_flemish_upper_bound_only(
    world: World,
) -> None:
    assert world.cell("learners:label:2023-2024:ap:none") == (4, 4)
    assert world.cell("learners:label:2023-2024:ugent:none") == (3, 3)
    assert world.cell("learners:label:2023-2024:*:none") == (3, 5)
    assert world.cell("learners:label:2023-2024:overlap:none") == (4, 2)
    assert world.cell(f"learners:label:{WINDOW}:ap:none") == (5, 5)
    assert world.cell(f"learners:label:{WINDOW}:*:none") == (4, 6)
    assert world.cell("learners:label:2023-2024:*:institution_kind=university") == (2, 3)


def test_an_enrolment_in_a_joint_offering_is_one_in_flanders(world: World) -> None:
    assert world.cell("enrolments:label:2023-2024:ap:none") == (4, 4)
    assert world.cell("enrolments:label:2023-2024:ugent:none") == (3, 3)
    assert world.cell("enrolments:label:2023-2024:*:none")[1] == 6
    assert world.cell(f"enrolments:label:{WINDOW}:ap:none") == (6, 6)


def test_a_withdrawal_on_day_30_is_no_learner(world: World) -> None:
    counted = world.query(
        "select learner_key, is_counted, reason_not_counted from enrolments"
        " where learner_key in ('w', 'd') order by all"
    )
    assert counted == [("d", True, None), ("w", False, "withdrawn_within_census_days")]


def test_contracttype_geen_is_no_contract_but_is_an_enrolment(world: World) -> None:
    assert world.cell("contracts:label:2023-2024:ap:none") == (3, 3)
    assert world.cell("contracts:label:2023-2024:*:none") == (6, 6)
    assert world.parts("contracts:label:2023-2024:ap", "contract_type") == {
        "credit": (2, 2),
        "diploma": (1, 1),
    }
    assert world.parts("enrolments:label:2023-2024:ap", "contract_type")["none"] == (1, 1)
    assert not world.query(
        "select * from counts where measure = 'contracts'"
        " and split = 'contract_type' and split_value = 'none'"
    )


def test_credits_taken_have_no_upper_bound_where_a_counted_line_has_no_credits(
    world: World,
) -> None:
    assert world.cell("credits_taken:label:2023-2024:ap:none") == (20, None)
    assert world.cell("credits_taken:label:2023-2024:ugent:none") == (24, 24)
    assert world.cell("credits_taken:label:2023-2024:*:none") == (44, None)
    assert world.cell("credits_taken:label:2022-2023:ap:none") == (10, 10)


def test_pupils_and_student_researchers_appear_in_split_purpose_only(world: World) -> None:
    assert world.parts("learners:label:2023-2024:ap", "purpose") == {
        "regular": (4, 4),
        "secondary_pupil": (1, 1),
        "student_researcher": (1, 1),
    }
    assert world.parts("contracts:label:2023-2024:ap", "purpose") == {
        "regular": (3, 3),
        "student_researcher": (1, 1),
    }
    assert world.parts("credits_taken:label:2023-2024:ap", "purpose") == {
        "regular": (20, None),
        "secondary_pupil": (3, 3),
        "student_researcher": (3, 3),
    }
    statuses = world.parts("learners:label:2023-2024:ap", "working_status")
    assert statuses["working"] == (1, 1)


def test_a_learner_has_one_working_status_a_year_and_keeps_the_first_in_a_window(
    world: World,
) -> None:
    assert world.parts("learners:label:2023-2024:ap", "working_status") == {
        "working": (1, 1),
        "not_active": (1, 1),
        "unknown": (2, 2),
    }
    # UGent declares job-seeking five days later than AP declares not active: one status everywhere.
    assert world.parts("learners:label:2023-2024:ugent", "working_status") == {
        "not_active": (1, 1),
        "unknown": (2, 2),
    }
    assert world.parts("learners:label:2023-2024:*", "working_status") == {
        "working": (1, 1),
        "not_active": (1, 1),
        "unknown": (1, 3),
    }
    assert world.parts(f"learners:label:{WINDOW}:ap", "working_status") == {
        "working": (2, 2),
        "not_active": (1, 1),
        "unknown": (2, 2),
    }


def test_a_line_without_an_offering_is_a_component_without_type_or_lifecycle(world: World) -> None:
    key = "enrolments:scope_note:2023-2024:vub"
    assert world.parts(key, "offering_kind")["opleidingsonderdeel"] == (1, 1)
    assert world.parts(key, "type")["not_applicable"] == (1, 1)
    assert world.parts(key, "lifecycle")["not_applicable"] == (1, 1)
    # N in the bachelor, unmarked in the master: named by the advice as a single component.
    assert world.cell("enrolments:vlor:2023-2024:vub:none") == (1, 2)
    assert world.cell("enrolments:minister:2023-2024:vub:none") == (0, 1)


@pytest.mark.parametrize(
    ("key", "bound", "terms"),
    [
        (
            "offerings:label:*",
            "lower",
            {
                "first": 3,
                "last": 6,
                "difference": 3,
                "new": 2,
                "relabelled_in": 1,
                "discontinued": -1,
                "coverage": 1,
            },
        ),
        (
            "offerings:minister:*",
            "lower",
            {
                "first": 4,
                "last": 5,
                "difference": 1,
                "new": 2,
                "reclassified_in": 1,
                "discontinued": -1,
                "reclassified_out": -1,
            },
        ),
        (
            "offerings:minister:*",
            "upper",
            {
                "first": 7,
                "last": 9,
                "difference": 2,
                "new": 2,
                "discontinued": -1,
                "coverage": 1,
            },
        ),
        (
            "offerings:label:ap",
            "lower",
            {
                "first": 3,
                "last": 5,
                "difference": 2,
                "new": 2,
                "relabelled_in": 1,
                "discontinued": -1,
            },
        ),
        (
            "learners:label:*",
            "lower",
            {"first": 2, "last": 3, "difference": 1, "stayed": 1, "entered": 2, "left": -1},
        ),
        (
            "learners:label:*",
            "upper",
            {"first": 2, "last": 5, "difference": 3, "stayed": 1, "entered": 4, "left": -1},
        ),
    ],
)
def test_growth_says_what_became_of_every_unit(
    world: World, key: str, bound: str, terms: dict[str, int]
) -> None:
    assert world.growth(key, bound) == terms


def test_the_terms_of_growth_add_up_to_the_difference_always(world: World) -> None:
    broken = world.query(
        """
        select count_key, sum(case when term not in ('first', 'last', 'difference', 'stayed')
            then value end) over growth as terms,
            max(case when term = 'difference' then value end) over growth as difference,
            max(case when term = 'last' then value end) over growth
            - max(case when term = 'first' then value end) over growth as last_less_first
        from growth
        window growth as (partition by measure, definition, institution_id, window_label, bound)
        qualify terms is distinct from difference or difference is distinct from last_less_first
        """
    )
    assert broken == []


def test_first_and_last_of_growth_are_the_counts_of_those_years(world: World) -> None:
    different = world.query(
        """
        select growth.count_key from growth inner join counts
            on growth.measure = counts.measure and growth.definition = counts.definition
            and growth.institution_id = counts.institution_id and counts.split = 'none'
            and counts.academic_year
            = case growth.term when 'first' then growth.from_year else growth.to_year end
        where growth.term in ('first', 'last') and growth.value
            is distinct from case growth.bound when 'lower' then counts.lower else counts.upper end
        """
    )
    assert different == []


@pytest.mark.parametrize(
    ("key", "flags"),
    [
        ("offerings:label:2022-2023:*:none", ("partial", False, False, 17)),
        ("offerings:label:2023-2024:*:none", ("final", False, False, 18)),
        ("offerings:label:2022-2023:kdg:none", ("missing", False, False, 0)),
        ("learners:label:2022-2023:kdg:none", ("final", False, False, 1)),
        ("offerings:label:2024-2025:ap:none", ("final", True, False, 1)),
        ("offerings:label:2024-2025:pxl:none", ("final", True, False, 1)),
        ("offerings:minister:2024-2025:pxl:none", ("partial", True, False, 1)),
        ("offerings:label:2024-2025:uhasselt:none", ("partial", True, False, 1)),
        ("offerings:label:2024-2025:luca:none", ("final", True, True, 1)),
        ("offerings:label:2024-2025:hzs:none", ("missing", True, False, 0)),
        ("offerings:label:2024-2025:*:none", ("partial", True, True, 5)),
        (f"offerings:label:{WINDOW}:*:none", ("partial", False, False, 18)),
        (f"learners:label:{WINDOW}:*:none", ("final", False, False, 18)),
    ],
)
def test_every_cell_says_how_far_it_can_be_trusted(
    world: World, key: str, flags: tuple[str, bool, bool, int]
) -> None:
    assert world.status(key) == flags


def test_a_study_guide_bounds_from_below_and_a_missing_delivery_is_no_zero(world: World) -> None:
    assert world.cell("offerings:label:2024-2025:ugent:none") == (0, None)
    assert world.cell("offerings:label:2024-2025:*:none") == (0, None)
    assert world.cell("offerings:label:2024-2025:pxl:none") == (0, 0)
    assert world.cell("offerings:framework:2024-2025:pxl:none") == (0, 0)
    assert world.cell("offerings:scope_note:2024-2025:pxl:none") == (0, None)
    assert world.cell("offerings:label:2024-2025:hzs:none") == (None, None)
    assert world.cell("learners:label:2024-2025:ap:none") == (None, None)


# HZS offers H alone in the first year and with Luca in the second; PXL and Howest give their joint
# offering another joint code every year.
JOINT_OVER_THE_YEARS = """
hzs    2022-2023 H Micro-credential_Schip microcredential 3 ects physical examen -
hzs    2023-2024 H Micro-credential_Schip microcredential 3 ects physical examen J2
luca   2023-2024 L Micro-credential_Schip microcredential 3 ects physical examen J2
pxl    2022-2023 P Micro-credential_Vlag  microcredential 3 ects physical examen J5
howest 2022-2023 Q Micro-credential_Vlag  microcredential 3 ects physical examen J5
pxl    2023-2024 P Micro-credential_Vlag  microcredential 3 ects physical examen J6
howest 2023-2024 Q Micro-credential_Vlag  microcredential 3 ects physical examen J6
"""


@pytest.fixture(scope="module")
def joint_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Only offerings whose partners or joint code change between the years."""
    folder = tmp_path_factory.mktemp("joint")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    settings.raw_dir.mkdir()
    write_delivered_data(settings)
    with (
        duckdb.connect(str(settings.build_file)) as connection,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setitem(globals(), "OFFERINGS", JOINT_OVER_THE_YEARS)
        patch.setitem(globals(), "ENROLMENTS", "")
        patch.setitem(globals(), "PROGRAMMES", "")
        fill(connection, settings)
    return World(settings.build_file, run_models(settings))


def test_an_offering_that_became_joint_is_one_offering_of_its_institution_in_a_window(
    joint_world: World,
) -> None:
    assert joint_world.cell(f"offerings:label:{WINDOW}:hzs:none") == (1, 1)
    assert joint_world.cell(f"offerings:label:{WINDOW}:pxl:none") == (1, 1)


def test_an_offering_that_became_joint_or_has_a_new_joint_code_is_one_in_a_flemish_window(
    joint_world: World,
) -> None:
    assert joint_world.cell(f"offerings:label:{WINDOW}:*:none") == (2, 2)


def test_an_offering_that_became_joint_is_neither_new_nor_discontinued(joint_world: World) -> None:
    assert joint_world.growth("offerings:label:*", "lower") == {"first": 2, "last": 2}
