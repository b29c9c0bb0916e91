"""Small random tables, and what enumeration of every possible table says about them.

The tables have a few atoms, a printed total and sums that are exact, rounded or hidden, with
overlaps counted twice. Enumeration tries all whole sizes of the atoms and knows no solver.

Border: no audit is run here.
"""

import random
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import NO_BOUND, Knowledge, SparseRows

SMALLEST = 3  # the smallest group that may be known, in tables this small
MOST_PERSONS = 12


@dataclass(frozen=True)
class SmallTable:
    """What is published of a small table, and its groups of fewer than ``SMALLEST``."""

    knowledge: Knowledge
    groups: SparseRows


@dataclass(frozen=True)
class Enumerated:
    """What is true of one group: its interval, and whether it is exposed to all or to a person."""

    interval: tuple[int, int]
    is_exposed: bool
    is_exposed_to_a_person: bool


def small_table(seed: int) -> SmallTable:
    """Return a random table that has at least one group."""
    maker = random.Random(seed)  # noqa: S311
    while True:
        table = _attempt(maker)
        if table is not None:
            return table


def enumerated(table: SmallTable, demand: Demand) -> list[Enumerated]:
    """Return what trying every table says about each group."""
    knowledge = table.knowledge
    count = len(knowledge.truth)
    coefficients = np.zeros((len(knowledge.statements), count), dtype=np.int64)
    for row in range(len(knowledge.statements)):
        coefficients[row] = knowledge.statements.total([row])
    tables = _every_table(count, int(knowledge.highest[0]))
    sums = tables @ coefficients.T
    is_possible = np.all((sums >= knowledge.lowest) & (sums <= knowledge.highest), axis=1)
    possible = tables[is_possible]
    found = []
    for group in range(len(table.groups)):
        atoms = table.groups.atoms_of(group)
        sizes = possible[:, atoms].sum(axis=1)
        interval = int(sizes.min()), int(sizes.max())
        to_a_person = False
        for person in knowledge.persons():
            known = sizes[possible[:, person] >= 1]
            is_met = demand.is_met(known.min(), known.max(), person in atoms)
            to_a_person = to_a_person or not is_met
        found.append(Enumerated(interval, not demand.is_met(*interval), to_a_person))
    return found


@cache
def _every_table(count: int, most: int) -> NDArray[np.int64]:
    """Return all whole sizes of some atoms that add up to no more than a number."""
    tables = np.zeros((1, 0), dtype=np.int64)
    for _ in range(count):
        left = most - tables.sum(axis=1)
        repeated = np.repeat(tables, left + 1, axis=0)
        added = np.concatenate([np.arange(one + 1) for one in left])
        tables = np.column_stack([repeated, added])
    return tables


def _attempt(maker: random.Random) -> SmallTable | None:
    count = maker.randint(2, 5)
    truth = [maker.choice([0, 0, 1, 1, 2, 3, 4]) for _ in range(count)]
    if sum(truth) > MOST_PERSONS:
        return None
    sums = [[(atom, 1) for atom in range(count)]]
    for _ in range(maker.randint(1, 6)):
        sums.append(
            [(atom, maker.choice([1, 1, 1, 2])) for atom in range(count) if maker.random() < 0.5]
        )
    sums = [one for one in sums if one]
    ways = [maker.choice(["exact", "rounded"])]
    ways += [maker.choice(["exact", "exact", "hidden", "rounded", "rounded"]) for _ in sums[1:]]
    said = [
        _said(sum(coefficient * truth[atom] for atom, coefficient in one), way)
        for one, way in zip(sums, ways, strict=True)
    ]
    wanted = [
        [(atom, 1) for atom in range(count) if maker.random() < 0.4]
        for _ in range(maker.randint(1, 4))
    ]
    groups = [one for one in wanted if 0 < sum(truth[atom] for atom, _ in one) < SMALLEST]
    if not groups:
        return None
    knowledge = Knowledge(
        SparseRows(sums, count),
        np.array([low for low, _ in said], dtype=np.float64),
        np.array([high for _, high in said], dtype=np.float64),
        np.array(truth, dtype=np.int64),
    )
    return SmallTable(knowledge, SparseRows(groups, count))


def _said(true: int, way: str) -> tuple[float, float]:
    if way == "exact":
        return true, true
    if way == "hidden":
        return 0, NO_BOUND
    if true < SMALLEST:
        return 0, SMALLEST - 1
    nearest = SMALLEST * ((2 * true + SMALLEST) // (2 * SMALLEST))
    return max(nearest - 1, SMALLEST), nearest + 1
