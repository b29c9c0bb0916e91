"""No exact number about persons, and no person, reaches the page of a printed number.

The small world gets hundreds of thousands of enrolment lines whose totals, per institution,
delivery, rule and working status, are distinct six-digit numbers that are no multiple of five.

Border: that the lines add up to the figures is tested in ``test_explained_figures.py`` too.
"""

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipelines.answers.cells import Cell
from pipelines.explaining.figures.figure_page import figure_page
from pipelines.settings import Settings
from tests.integration.explained_world import RULES, copy_of, page_of, teller_on
from tests.integration.test_cube_on_a_small_world import WINDOW
from tests.unit.explaining.conftest import text_of

pytestmark = pytest.mark.integration

YEAR, EARLIER = "2023-2024", "2022-2023"
READING = "minister"
LEARNER = "geheimelerende"
CERTAIN, OPEN = "certain", "open"
# Institution, year, delivery, case, working status and number of lines, one learner each.
LINES = [
    ("ap", YEAR, "ap:1", CERTAIN, "working", 100_003),
    ("ap", YEAR, "ap:2", OPEN, "not_active", 100_019),
    ("ugent", YEAR, "ugent:1", CERTAIN, "working", 100_043),
    ("ap", EARLIER, "ap:3", CERTAIN, "not_active", 100_057),
]
GROWTH = {
    "first": 100_057,
    "stayed": 100_069,
    "entered": 369_117,
    "left": -350_034,
    "coverage": 345_679,
    "last": 200_046,
    "difference": 319_083,
}
PROTECTED = ("learners", "enrolments", "contracts", "credits_taken")
STATUSES = ("working", "not_active")
CELLS = [
    *(Cell(measure, READING, YEAR) for measure in PROTECTED),
    *(Cell("learners", READING, YEAR, "*", "working_status", status) for status in STATUSES),
    *(Cell("learners", READING, YEAR, unit) for unit in ("ap", "ugent")),
    Cell("learners", READING, WINDOW, "ap", "working_status", "working"),
    Cell("credits_taken", READING, WINDOW, "ap"),
]
CREDITS_A_LINE = 3

LINES_SQL = """
    insert into enrolments by name
    select
        'E' || $delivery || number as enrolment_id, $unit as institution_id, $year as academic_year,
        $learner || $delivery || number as learner_key, 'national' as learner_key_basis,
        'C1' as component_code, 'credit' as contract_type, 3 as credits_ects,
        'regular' as purpose, true as is_counted, $case as case_id, $delivery as delivery_id,
        number as row_number
    from range(cast($lines as bigint)) as lines (number)
"""
STATUS_SQL = """
    insert into learner_years by name
    select
        learner_key, academic_year, cast($status as varchar) as working_status,
        'declared' as working_status_source
    from enrolments where delivery_id = $delivery
"""


def total(cell: Cell) -> tuple[int, int]:
    """Return what counts for certain and at most, in a cell of the lines above."""
    years = (EARLIER, YEAR) if cell.year == WINDOW else (cell.year,)
    weight = CREDITS_A_LINE if cell.measure == "credits_taken" else 1
    chosen = [
        (case, weight * lines)
        for institution, year, _, case, status, lines in LINES
        if cell.institution in ("*", institution)
        and year in years
        and cell.split_value in ("all", status)
    ]
    certain = sum(amount for case, amount in chosen if case == CERTAIN)
    return certain, sum(amount for _, amount in chosen)


def clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out everything about persons."""
    for table in ("enrolments", "verdict_cases", "learner_years", "check_results"):
        connection.execute(f"delete from {table}")
    connection.execute("delete from counts where list_contains($1, measure)", [list(PROTECTED)])
    connection.execute("delete from growth where measure = 'learners'")
    connection.execute("delete from deliveries where kind = 'enrolments'")
    for case, verdict, rule in ((CERTAIN, "in", "MI-2"), (OPEN, "undetermined", "MI-3")):
        connection.execute(
            "insert into verdict_cases by name select $1 as case_id, 'credit' as contract_type,"
            " 'component' as taken, 'unknown' as context, $2 as definition, $3 as verdict,"
            " $4 as deciding_criterion, $5 as rule_set_version",
            [case, READING, verdict, rule, RULES],
        )


def add_lines(
    connection: duckdb.DuckDBPyConnection,
    unit: str,
    year: str,
    delivery: str,
    case: str,
    status: str,
    lines: int,
) -> None:
    """Add enrolment lines of one delivery, each of another learner."""
    place = {"unit": unit, "year": year, "case": case, "learner": LEARNER, "lines": lines}
    connection.execute(LINES_SQL, {**place, "delivery": delivery})
    connection.execute(STATUS_SQL, {"delivery": delivery, "status": status})
    name = f"{unit}/2024-11-04/{delivery[-1]}.csv"
    connection.execute(
        "insert into deliveries by name select $1 as delivery_id, $2 as institution_id,"
        " 'template' as stream, 'enrolments' as kind, $3 as file_name,"
        " date '2024-11-04' as received_on, 'template_csv' as format, $4 as rows_read,"
        " 'in_force' as status",
        [delivery, unit, name, lines],
    )
    connection.execute(
        "update coverage set rows_read = $1, rows_accepted = $1"
        " where kind = 'enrolments' and institution_id = $2 and academic_year = $3",
        [lines, unit, year],
    )


def add_cell(connection: duckdb.DuckDBPyConnection, cell: Cell, lower: int, upper: int) -> str:
    """Add a row to the cube, with a check that observed its exact number."""
    key = cell.key(RULES)
    address = (key, *list(vars(cell).values())[:6])
    connection.execute(
        "insert into counts by name select $1 as count_key, $2 as measure, $3 as definition,"
        " $4 as academic_year, $5 as institution_id, $6 as split, $7 as split_value,"
        " $8 as lower, $9 as upper, 'final' as status, false as is_provisional,"
        " 18 as institutions_reporting, $10 as rule_set_version",
        [*address, lower, upper, RULES],
    )
    connection.execute(
        "insert into check_results by name select 'parliament' as suite, 'counts' as table_name,"
        " 'recounted' as expectation, 'hertelling' as subject, $1 as count_key, true as success,"
        " false as could_not_run, $2 as observed",
        [key, lower],
    )
    return key


@pytest.fixture(scope="module")
def crowded(
    explained_world: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Settings, list[str], set[int]]:
    """A published file full of people, the keys of its figures, and its exact numbers."""
    settings = copy_of(explained_world, tmp_path_factory.mktemp("crowded"))
    keys, exact = [], {abs(value) for value in GROWTH.values()}
    with duckdb.connect(str(settings.published_file)) as connection:
        clear(connection)
        for line in LINES:
            add_lines(connection, *line)
            exact.add(line[-1])
        for cell in CELLS:
            lower, upper = total(cell)
            exact |= {lower, upper, upper - lower}
            keys.append(add_cell(connection, cell, lower, upper))
        keys += [add_cell(connection, Cell("learners", READING, YEAR, "overlap"), 100_003, 100_009)]
        keys += _add_growth(connection)
    exact -= {one for one in exact if one % 5 == 0}
    assert len(exact) > 10
    assert all(one > 99_999 for one in exact)
    return settings, keys, exact


def _add_growth(connection: duckdb.DuckDBPyConnection) -> list[str]:
    keys = []
    for unit in ("*", "ap", "panel"):
        for bound in ("lower", "upper"):
            for term, value in GROWTH.items():
                place = f"growth:learners:{READING}:{WINDOW}:{unit}"
                key = f"{place}:{bound}:{term}:{RULES}"
                connection.execute(
                    "insert into growth by name select $1 as count_key, 'learners' as measure,"
                    " $2 as definition, $3 as institution_id, $4 as window_label, $5 as from_year,"
                    " $6 as to_year, $7 as bound, $8 as term, $9 as value, 'final' as status,"
                    " $10 as rule_set_version",
                    [key, READING, unit, WINDOW, EARLIER, YEAR, bound, term, value, RULES],
                )
                keys.append(key)
                if unit == "panel" and term in ("first", "last"):
                    keys.append(f"{place}:{term}:{RULES}")
    return keys


def derived() -> list[str]:
    """Return the keys an answer makes from figures about persons, and some beside them."""
    learners = Cell("learners", READING, YEAR)
    total_key = learners.key(RULES)
    absent = replace(
        learners, institution="ugent", split="working_status", split_value="not_active"
    )
    return [
        f"derived:lower:{total_key}",
        f"derived:upper:{total_key}",
        f"derived:share:working:{total_key}",
        f"absent:{absent.key(RULES)}",
        f"{total_key}:institutions_reporting",
        f"panel:learners:{READING}:{EARLIER}..{YEAR}:institutions",
        f"coverage:enrolments:{YEAR}:institutions",
        "check_results:parliament:asked",
        "parameters:disclosure_base",
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_exact_number_about_persons_stands_on_any_page(
    crowded: tuple[Settings, list[str], set[int]], language: str
) -> None:
    settings, keys, exact = crowded
    rounded_seen = 0
    with teller_on(settings, language) as tell:
        for key in [*keys, *derived()]:
            text = text_of(figure_page(tell, key)).replace(key, "")
            numbers = {
                int(re.sub(r"\D", "", one)) for one in re.findall(r"\d[\d.,\u00a0\u202f ]*", text)
            }
            assert not numbers & exact, (key, sorted(numbers & exact))
            large = {number for number in numbers if 99_999 < number < 10_000_000}
            assert not {number for number in large if number % 5}, (key, large)
            rounded_seen += len(large)
            assert LEARNER not in text, key
            assert not re.search(r"\bE(?:ap|ugent):\d", text), key
            # The numbers were there to be shown: the page counted them again.
            is_cell = not re.match(r"growth:|parameters:|.*:overlap:", key)
            if is_cell and key in keys:
                assert tell.say("check.lines_agree") in text, key
    assert rounded_seen > 100


def test_the_page_about_persons_tells_deliveries_rules_and_certificate_rounded(
    crowded: tuple[Settings, list[str], set[int]],
) -> None:
    settings, _, _ = crowded
    text = page_of(settings, Cell("learners", READING, YEAR).key(RULES))
    assert text.startswith(
        "Lerenden, lezing van de minister, 2023\u20132024, alle instellingen samen: "
        "200.045 tot 300.065 (afgerond)\n"
    )
    for row in (
        r"AP Hogeschool Antwerpen +100\.000 tot 200\.025",
        r"ap/2024-11-04/1\.csv +4 november 2024 +100\.005\n",
        r"ap/2024-11-04/2\.csv +4 november 2024 +0 tot 100\.020\n",
        r"200\.045 zeker +MI-2 Elk creditcontract telt mee",
        r"100\.020 +MI-3 ",
        r"„hertelling”: geslaagd; een tweede telling met eigen SQL gaf hetzelfde getal",
    ):
        assert re.search(row, text), row


def test_histories_of_the_department_are_one_source_and_not_a_file_per_person(
    explained_world: Settings, tmp_path: Path
) -> None:
    settings = copy_of(explained_world, tmp_path)
    with duckdb.connect(str(settings.published_file)) as connection:
        clear(connection)
        for number in range(7):
            add_lines(connection, "ap", YEAR, f"department:{number}", CERTAIN, "working", 1)
        connection.execute("update deliveries set stream = 'dho' where kind = 'enrolments'")
        key = add_cell(connection, Cell("learners", READING, YEAR, "ap"), 7, 7)
    text = page_of(settings, key)
    assert "inschrijvingshistorieken van het departement over AP Hogeschool Antwerpen" in text
    assert "2024-11-04" not in text
    assert "komen uit op het gepubliceerde cijfer" in text


def test_a_true_zero_has_the_same_page_as_three_persons(
    explained_world: Settings, tmp_path: Path
) -> None:
    cell = Cell("learners", READING, YEAR, "ap", "working_status", "job_seeking")
    pages = []
    for persons in (0, 3):
        settings = copy_of(explained_world, tmp_path / str(persons))
        with duckdb.connect(str(settings.published_file)) as connection:
            clear(connection)
            add_lines(connection, "ap", YEAR, "ap:1", CERTAIN, "working", 50)
            if persons:
                add_lines(connection, "ap", YEAR, "ap:2", CERTAIN, "job_seeking", persons)
                connection.execute("update enrolments set delivery_id = 'ap:1'")
                add_cell(connection, cell, persons, persons)
                connection.execute("delete from check_results")
            add_cell(connection, cell.total(), 50 + persons, 50 + persons)
        pages.append(page_of(settings, cell.key(RULES)))
    assert pages[0] == pages[1]
    assert "Werkstatus: werkt niet (werkzoekend): <5" in pages[0]
