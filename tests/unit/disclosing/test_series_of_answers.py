"""Nothing is revealed by all answers together: nested definitions, merged places, two dates."""

import pytest

from tests.unit.disclosing.series_of_answers import Series, exposed_to_attack, series

ANSWERS = 5  # of one series


def attacked(seeds: range) -> tuple[list[Series], list[tuple[int, int]]]:
    """Return series of answers, every other one rounded, and what attacking each reveals."""
    made = [(series(seed, ANSWERS, seed % 2 == 0), seed % 2 == 0) for seed in seeds]
    found = [one for some, is_rounded in made for one in exposed_to_attack(some, is_rounded)]
    return [one for one, _ in made], found


def test_a_few_series_of_answers_reveal_nothing_together() -> None:
    made, found = attacked(range(4))
    assert found == []
    assert sum(one.answered for one in made) > 4


@pytest.mark.long
def test_two_hundred_answers_reveal_nothing_together() -> None:
    answered = refused = groups = 0
    seed = 10
    while answered < 200:
        made, found = attacked(range(seed, seed + 4))
        assert found == [], seed
        answered += sum(one.answered for one in made)
        refused += sum(one.refused for one in made)
        groups += sum(len(one.groups) for one in made)
        seed += 4
    assert refused > 0
    assert groups > 128


def test_the_attack_finds_what_answers_reveal_that_nobody_audited() -> None:
    made = series(11, ANSWERS, is_rounded=False)
    for date in (0, 1):
        cell = made.members((0,), 0, date)
        made.said.append(([(atom, 1) for atom in cell], made.size(cell), made.size(cell)))
    left = tuple(atom for atom in made.members((0,), 0, 0) if atom not in made.members((0,), 0, 1))
    for atom in left:
        made.said.append(([(atom, 1)], made.truth[atom], made.truth[atom]))
    made.truth = [one or 1 for one in made.truth]
    made.groups = {left: made.size(left)}
    assert exposed_to_attack(made, is_rounded=False) != []
