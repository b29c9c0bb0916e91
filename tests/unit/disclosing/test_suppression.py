"""Hiding cells: nothing is revealed, nothing is hidden in vain, and the least is lost."""

from itertools import combinations

import pytest

from pipelines.disclosing.audit import Auditor
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import SparseRows
from pipelines.disclosing.solver import MOST_WHOLE
from pipelines.disclosing.suppression import Choice, ExactNumbers, choose_hidden
from tests.unit.disclosing.exact_tables import SMALLEST, nested_table, plain_table

DEMAND = Demand("reach", SMALLEST)
LEAKS = 500


def is_safe(numbers: ExactNumbers, groups: SparseRows, hidden: frozenset[int]) -> bool:
    knowledge = numbers.knowledge(numbers.shown(hidden))
    return Auditor(knowledge, groups, DEMAND).run(most=1).is_passed


def tables(seeds: range) -> list[tuple[ExactNumbers, SparseRows]]:
    made = [plain_table(seed, 4, 4) if seed % 2 else nested_table(seed, 4) for seed in seeds]
    return [(numbers, groups) for numbers, groups in made if len(groups)]


def leaks(choice: Choice, numbers: ExactNumbers, groups: SparseRows) -> tuple[int, int]:
    """Return in how many ways one hidden number can be shown, and how many of them are caught."""
    caught = [not is_safe(numbers, groups, choice.hidden - {row}) for row in choice.complementary]
    return len(caught), sum(caught)


def test_showing_any_hidden_number_again_is_caught() -> None:
    planted = caught = 0
    for numbers, groups in tables(range(20)):
        choice = choose_hidden(numbers, groups, DEMAND)
        if choice.refused is None:
            assert is_safe(numbers, groups, choice.hidden)
            planted, caught = (
                sum(pair)
                for pair in zip((planted, caught), leaks(choice, numbers, groups), strict=True)
            )
    assert planted > 40
    assert caught == planted


@pytest.mark.long
def test_each_of_five_hundred_planted_leaks_is_caught() -> None:
    planted = caught = 0
    seed = 100
    while planted < LEAKS:
        for numbers, groups in tables(range(seed, seed + 10)):
            choice = choose_hidden(numbers, groups, DEMAND)
            if choice.refused is None:
                more, found = leaks(choice, numbers, groups)
                planted, caught = planted + more, caught + found
        seed += 10
    assert planted >= LEAKS
    assert caught == planted


def largest_cheaper(
    numbers: ExactNumbers, primary: frozenset[int], loss: float
) -> list[frozenset[int]]:
    """Return what can be hidden beside the small numbers at less than a loss, and no number more.

    Hiding less shows more, so where the largest choices are not safe no smaller one is.
    """
    others = [
        row for row in range(len(numbers.rows)) if numbers.may_hide[row] and row not in primary
    ]
    left = loss - sum(numbers.losses[row] for row in primary)
    cheaper = [
        frozenset(more)
        for count in range(len(others) + 1)
        for more in combinations(others, count)
        if sum(numbers.losses[row] for row in more) < left
    ]
    return [one for one in cheaper if not any(one < other for other in cheaper)]


def test_no_cheaper_choice_is_safe() -> None:
    compared = 0
    for seed in range(12):
        numbers, groups = plain_table(seed, 2, 3)
        choice = choose_hidden(numbers, groups, DEMAND)
        if not len(groups) or choice.refused is not None:
            continue
        compared += 1
        loss = sum(numbers.losses[row] for row in choice.hidden)
        for more in largest_cheaper(numbers, choice.primary, loss):
            assert not is_safe(numbers, groups, choice.primary | more), (seed, more)
    assert compared > 5


def test_the_same_table_gets_the_same_hidden_numbers() -> None:
    for numbers, groups in tables(range(6)):
        first, second = (choose_hidden(numbers, groups, DEMAND) for _ in range(2))
        assert first.hidden == second.hidden
        assert first.audit.work == second.audit.work


def test_a_number_that_goes_with_another_is_hidden_with_it() -> None:
    numbers, groups = plain_table(1, 3, 3)
    bound = ExactNumbers(
        numbers.rows, numbers.truth, numbers.losses, numbers.may_hide, [(0, 8), (8, 7)]
    )
    choice = choose_hidden(bound, groups, DEMAND)
    assert 0 not in choice.hidden or {7, 8} <= choice.hidden
    assert 8 not in choice.hidden or 7 in choice.hidden


def test_what_cannot_be_protected_is_refused_with_the_group() -> None:
    """Two definitions that differ by three, and nobody may hide a total."""
    rows = SparseRows([[(0, 1)], [(0, 1), (1, 1)]], 2)
    numbers, _ = plain_table(1, 2, 2)
    fixed = ExactNumbers(rows, numbers.truth[:2] * 0 + [100, 3], [1, 1], [False, False])
    choice = choose_hidden(fixed, SparseRows([[(1, 1)]], 2), DEMAND)
    assert choice.refused is not None
    assert (choice.refused.lowest, choice.refused.highest) == (3, 3)


def test_of_many_numbers_enough_are_hidden_and_the_total_stays() -> None:
    """More atoms than the cheapest choice is searched for."""
    numbers, groups = plain_table(3, 41, 10)
    assert len(numbers.truth) > MOST_WHOLE
    choice = choose_hidden(numbers, groups, DEMAND)
    assert choice.refused is None
    assert choice.primary < choice.hidden
    assert len(numbers.rows) - 1 not in choice.hidden
    assert is_safe(numbers, groups, choice.hidden)
    assert not is_safe(numbers, groups, choice.primary)
