"""Credits taken of one institution or of few learners are not given, nor what gives them away."""

import duckdb
import pytest

from pipelines.answers.cells import CellSelection
from pipelines.answers.dominance import credits_not_given

YEAR = "2023-2024"
SELECTION = CellSelection(("credits_taken",), ("label",), (YEAR,), ("level",))
SCHEMA = """
create table counts (
    count_key text, measure text, definition text, academic_year text, institution_id text,
    split text, split_value text, second_split text, second_split_value text,
    lower decimal(18, 2), upper decimal(18, 2), rule_set_version text
);
create table institutions (institution_id text, kind text);
create table build (rule_set_version text);
create table parameters (name text, value decimal(10, 2));
insert into institutions values
    ('ugent', 'university'), ('odisee', 'university_college'), ('ucll', 'university_college');
insert into build values ('r');
insert into parameters values ('disclosure_base', 5);
"""
# Credits and learners: per institution, and per level for all and for each institution.
TOTALS = {"*": (900, 60), "ugent": (500, 30), "odisee": (300, 20), "ucll": (100, 10)}
LEVELS = {
    ("*", "6"): (600, 40),
    ("*", "7"): (300, 20),
    ("ugent", "6"): (300, 20),
    ("odisee", "6"): (200, 10),
    ("ucll", "6"): (100, 10),
    ("ugent", "7"): (200, 10),
    ("odisee", "7"): (100, 10),
}


def not_given(
    totals: dict[str, tuple[int, int]], levels: dict[tuple[str, str], tuple[int, int]]
) -> set[str]:
    with duckdb.connect() as connection:
        connection.execute(SCHEMA)
        cells = [((where, "none", "all"), both) for where, both in totals.items()]
        cells += [((where, "level", level), both) for (where, level), both in levels.items()]
        for (where, split, value), (credits, learners) in cells:
            for measure, size in (("credits_taken", credits), ("learners", learners)):
                key = f"{measure} {where} {value}"
                connection.execute(
                    "insert into counts values (?, ?, 'label', ?, ?, ?, ?, null, null, ?, ?, 'r')",
                    [key, measure, YEAR, where, split, value, size, size],
                )
        found = credits_not_given(connection, SELECTION)
    return {key.removeprefix("credits_taken ") for key in found}


def test_credits_of_many_learners_at_several_institutions_are_given() -> None:
    assert not_given(TOTALS, LEVELS) == set()


def test_where_one_institution_is_alone_in_a_cell_its_split_is_not_given() -> None:
    alone = LEVELS | {("odisee", "7"): (0, 0)}
    assert not_given(TOTALS, alone) == {"* 6", "* 7"}


def test_where_few_learners_stand_behind_a_cell_its_split_is_not_given() -> None:
    few = LEVELS | {("ugent", "7"): (200, 4)}
    assert not_given(TOTALS, few) == {"ugent 6", "ugent 7"}


def test_of_institutions_a_second_one_is_not_given_either() -> None:
    """Else the total without the others is what is not given."""
    few = TOTALS | {"ucll": (100, 3)}
    assert not_given(few, LEVELS) == {"ucll all", "odisee all"}


@pytest.mark.parametrize("measure", ["learners", "enrolments"])
def test_nothing_is_looked_for_where_no_credits_are_asked(measure: str) -> None:
    with duckdb.connect() as connection:
        assert credits_not_given(connection, SELECTION.of_measures([measure])) == frozenset()
