"""Counts, growth and working status on random small worlds: what must hold of all of them.

Border: what must hold of verdicts is told in ``test_classification_invariants.py``; single rules of
counting are dbt's unit tests beside the models and ``test_cube_on_a_small_world.py``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipelines.settings import PROJECT_ROOT
from tests.integration import cube_invariants as invariants
from tests.integration.cube_invariants import FLANDERS, Published
from tests.integration.model_runner import CompiledModels
from tests.integration.random_worlds import Tables, World, worlds
from tests.integration.recount import code_list
from tests.integration.recount_compared import (
    differences,
    published_cells,
    published_growth,
    published_statuses,
)
from tests.integration.recount_cube import CROSSINGS, SPLITS, Cube
from tests.integration.recount_growth import growth
from tests.integration.recount_of_worlds import recount_of

pytestmark = pytest.mark.integration

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
JOINT = "select offering_id, flemish_unit_id from intermediate.int_offerings_joined"
# What fills an empty column of an offering says more of it and contradicts nothing.
EVIDENCE = {
    "needs": "societal",
    "quality_assurance": "internal",
    "mode": "hybrid",
    "assessment": "mondeling examen",
    "learning_outcomes": "kan zorgen",
    "is_outcomes_communicated": True,
    "is_assessment_communicated": True,
    "certificate": "certificate",
    "is_purposeful_selection": True,
    "vks_level": 6,
}
RANDOM = st.randoms(use_true_random=True)
SIZE = {"workload_value": 6, "workload_unit": "ects"}


def some(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def counted(models: CompiledModels, world: World) -> Published:
    models.run(world.tables())
    return Published(models.rows)


def delivered(world: World) -> dict[str, set[tuple[str, str]]]:
    """Per kind of record the institutions and years of which something counts."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in world.supplies:
        if row["status"] != "refused":
            place = (str(row["institution_id"]), str(row["academic_year"]))
            found.setdefault(str(row["kind"]), set()).add(place)
    return {kind: found.get(kind, set()) for kind in ("offerings", "programmes", "enrolments")}


@dataclass
class Told:
    """A world, what is published of it, and where a recount says something else."""

    world: World
    published: Published
    unlike_recount: list[str]


@pytest.fixture(scope="module")
def told(models: CompiledModels) -> list[Told]:
    """Worlds that several tests look at, each built once."""
    found: list[Told] = []

    @some(10)
    @given(world=worlds())
    def tell(world: World) -> None:
        published = counted(models, world)
        found.append(Told(world, published, unlike_recount(models, world)))

    tell()
    return found


def unlike_recount(models: CompiledModels, world: World) -> list[str]:
    """What is published of a world and recounted otherwise, one line per number."""
    kinds = {
        row["institution_id"]: row["kind"] for row in code_list(SEEDS / "institution_register.csv")
    }
    words = code_list(SEEDS / "no_assessment_words.csv")
    recount = recount_of(world, kinds, frozenset(row["assessment_word"] for row in words))
    return [
        *differences(recount.working_statuses, published_statuses(models.rows)),
        *differences(Cube(recount).cells(), published_cells(models.rows)),
        *differences(growth(recount), published_growth(models.rows)),
    ]


def broken(told: list[Told], invariant: Callable[[Published], Iterable[str]]) -> str:
    """One line per violation in any of the worlds."""
    lines = [
        f"world {number}: {line}"
        for number, one in enumerate(told)
        for line in invariant(one.published)
    ]
    return "\n".join(lines)


def test_the_worlds_hold_what_makes_counting_hard(told: list[Told]) -> None:
    supplies = [row for one in told for row in one.world.supplies]
    assert {row["status"] for row in supplies} == {"delivered", "carried_forward", "refused"}
    assert {row["stream"] for row in supplies} >= {"template", "study_guide"}
    assert any(one.published.growth for one in told)
    shared = {where[0] for one in told for where in one.published.shared}
    assert shared >= {"offerings", "credits_offered", "enrolments", "learners"}
    assert {cell.status for one in told for cell in one.published.totals.values()} == {
        *("final", "partial", "missing")
    }
    parts = {(where[0], *cut) for one in told for where, cut in one.published.parts}
    assert {(measure, *cut) for measure in SPLITS for cut in SPLITS[measure]} <= parts
    assert {(measure, *cut) for measure in CROSSINGS for cut in CROSSINGS[measure]} <= parts


def test_every_number_of_a_small_world_is_the_recounted_one(told: list[Told]) -> None:
    wrong = [line for one in told for line in one.unlike_recount]
    assert not wrong, "\n".join(wrong)


def test_a_lower_bound_is_no_less_than_zero_and_no_more_than_its_upper(told: list[Told]) -> None:
    assert not broken(told, invariants.bounds_in_order)


def test_the_parts_of_every_split_less_their_overlap_are_the_total(told: list[Told]) -> None:
    assert not broken(told, invariants.parts_make_totals)


def test_working_not_working_and_unknown_are_all_learners_once(told: list[Told]) -> None:
    assert not broken(told, invariants.statuses_share_no_one)


def test_the_institutions_less_their_overlap_are_flanders(told: list[Told]) -> None:
    assert not broken(told, invariants.institutions_make_flanders)


def test_a_window_lies_between_its_largest_year_and_the_sum_of_its_years(
    told: list[Told],
) -> None:
    assert not broken(told, invariants.windows_hold_each_unit_once)


def test_first_and_terms_of_growth_are_last_at_every_place(told: list[Told]) -> None:
    assert not broken(told, invariants.growth_adds_up)


def test_a_missing_delivery_is_an_empty_cell_and_makes_flanders_partial(told: list[Told]) -> None:
    lines = [
        line
        for one in told
        for line in invariants.missing_is_never_zero(one.published, delivered(one.world))
    ]
    assert not lines, "\n".join(lines)


@some(3)
@given(world=worlds(), choice=RANDOM)
def test_a_first_delivery_for_an_institution_and_year_never_lowers_a_bound(
    models: CompiledModels, world: World, choice: Random
) -> None:
    places = world.places()
    assume(len(places) > 1)
    late = choice.sample(places, choice.randint(1, len(places) // 2))
    before = counted(models, world.without(late))
    units = dict(models.rows(JOINT))
    after = counted(models, world)
    # A joint offering gets the size that a late partner states; and offerings that turn out to be
    # joint through a late partner are one from then on.
    skipped = {("offerings_without_credits", FLANDERS)}
    if grouped(units) != grouped({key: dict(models.rows(JOINT))[key] for key in units}):
        skipped |= {(measure, FLANDERS) for measure in ("offerings", "credits_offered")}
        skipped |= {("enrolments", FLANDERS)}
    lines = list(invariants.lowered(before, after, skipped))
    assert not lines, "\n".join(lines)


def grouped(units: dict[str, str]) -> set[frozenset[str]]:
    """The offerings that are one unit together."""
    return {
        frozenset(one for one, other in units.items() if other == unit) for unit in units.values()
    }


@some(3)
@given(world=worlds(), choice=RANDOM)
def test_more_evidence_about_an_offering_narrows_every_bound(
    models: CompiledModels, world: World, choice: Random
) -> None:
    before = counted(models, world)
    # A size adds to the credits that are offered; every other measure narrows by it too.
    is_sized = choice.random() < 0.5
    skipped = {"credits_offered", "offerings_without_credits"} if is_sized else set()
    richer = []
    for row in world.records["offerings"]:
        empty = [column for column in EVIDENCE if row.get(column) is None]
        filled = choice.sample(empty, choice.randint(0, len(empty)))
        size = SIZE if is_sized and not row.get("workload_value") else {}
        richer.append({**row, **{column: EVIDENCE[column] for column in filled}, **size})
    after = counted(models, world.changed("offerings", richer))
    lines = list(invariants.widened(before, after, skipped=skipped))
    assert not lines, "\n".join(lines)


@some(2)
@given(world=worlds())
def test_a_status_that_is_not_stated_is_unknown_and_never_not_working(
    models: CompiledModels, published_tables: list[str], world: World
) -> None:
    counted(models, world)
    before = models.tables(published_tables)
    silent = [
        {**row, "working_status_declared": None}
        if row["working_status_declared"] == "unknown"
        else row
        for row in world.records["enrolments"]
    ]
    counted(models, world.changed("enrolments", silent))
    assert models.tables(published_tables) == before
    nothing = [{**row, "working_status_declared": None} for row in silent]
    unknown = counted(models, world.changed("enrolments", nothing).changed("positions", []))
    for (where, cut), parts in unknown.parts.items():
        if cut == ("working_status",):
            total = unknown.totals[where]
            assert set(parts) == {("unknown",)}, (where, parts)
            assert parts["unknown",].lower == total.lower
            assert parts["unknown",].upper == total.upper


def with_many_learners(world: World, copies: int) -> Tables:
    """The tables of a world with every learner many times, so that threads have work to share."""
    tables = world.tables()
    for table in ("enrolments", "positions"):
        tables[table] = [
            {
                **row,
                "learner_key": f"{row['learner_key']}{copy}",
                **(
                    {"enrolment_id": f"{row['enrolment_id']}-{copy}"}
                    if table == "enrolments"
                    else {}
                ),
            }
            for copy in range(copies)
            for row in tables[table]
        ]
    return tables


@some(2)
@given(world=worlds(), choice=RANDOM)
def test_the_order_of_rows_and_the_number_of_threads_change_no_published_table(
    models: CompiledModels, published_tables: list[str], world: World, choice: Random
) -> None:
    tables = with_many_learners(world, copies=200)
    models.run(tables)
    before = models.tables(published_tables)
    assert any(before["counts"])
    shuffled = {table: choice.sample(rows, len(rows)) for table, rows in tables.items()}
    models.connection.execute("set threads = 4")
    models.connection.execute("pragma verify_parallelism")
    models.connection.execute("set preserve_insertion_order = false")
    try:
        models.run(shuffled)
        after = models.tables(published_tables)
    finally:
        models.connection.execute("set threads = 1")
        models.connection.execute("pragma disable_verify_parallelism")
        models.connection.execute("set preserve_insertion_order = true")
    for table, rows in before.items():
        assert rows == after[table], table
