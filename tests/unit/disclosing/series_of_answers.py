"""Series of answers about one changing group of persons, and an attack on all of them at once.

Each answer is about places and a total, under one of three nested definitions, with two places
merged or not, at one of two dates; between the dates a few persons come and go. Answers are made
like real ones: small numbers hidden, or coarsened, with everything answered before as part of what
is known, or refused. The attack knows no audit: it builds its own whole-number program.

Border: which answers come out is decided by the code under test.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import highspy
import numpy as np

from pipelines.disclosing.audit import Auditor
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import NO_BOUND, Knowledge, SparseRows
from pipelines.disclosing.suppression import ExactNumbers, choose_hidden

SMALLEST = 5
PLACES, LEVELS, DATES = 4, 3, 2
# Place, narrowest definition that a person is in, at the first date, at the second date or at both.
ALIKE = 5  # in one series of so many two definitions differ by three persons only
STAYS = ((True, True), (True, False), (False, True))
Row = list[tuple[int, int]]
Said = tuple[Row, float, float]


@dataclass
class Series:
    """One group of persons, and everything that was answered about it."""

    truth: list[int]
    atoms: list[tuple[int, int, tuple[bool, bool]]]
    said: list[Said] = field(default_factory=list)
    groups: dict[tuple[int, ...], int] = field(default_factory=dict)
    answered: int = 0
    refused: int = 0

    def members(self, places: tuple[int, ...], level: int, date: int) -> tuple[int, ...]:
        """Return the atoms of some places, under a definition, at a date."""
        return tuple(
            number
            for number, (place, own, stays) in enumerate(self.atoms)
            if place in places and own <= level and stays[date]
        )

    def size(self, atoms: tuple[int, ...]) -> int:
        """Return how many persons are in some atoms."""
        return sum(self.truth[atom] for atom in atoms)

    def knowledge(self, more: list[Said]) -> Knowledge:
        """Return everything said, and more."""
        every = [*self.said, *more]
        return Knowledge(
            SparseRows([row for row, _, _ in every], len(self.atoms)),
            np.array([low for _, low, _ in every]),
            np.array([high for _, _, high in every]),
            np.array(self.truth, dtype=np.int64),
        )


def series(seed: int, answers: int, is_rounded: bool) -> Series:
    """Return a series of answers, each made with what was answered before in view."""
    maker = random.Random(seed)  # noqa: S311
    atoms = [
        (place, level, stays)
        for place in range(PLACES)
        for level in range(LEVELS)
        for stays in STAYS
    ]
    truth = [
        maker.choice((1, 2, 3, 6, 11, 25) if stays == (True, True) else (0, 0, 1, 2, 3))
        for _, _, stays in atoms
    ]
    if seed % ALIKE == 0:
        truth = [
            size if level != 1 else 3 * (place == 0 and stays == STAYS[0])
            for size, (place, level, stays) in zip(truth, atoms, strict=True)
        ]
    made = Series(truth, atoms)
    shown: list[tuple[int, ...]] = []
    for _ in range(answers):
        cells = list(_cells(made, maker))
        groups = _small_groups(made, [*shown, *cells])
        said = (_rounded if is_rounded else _exact)(made, cells, groups)
        if said is None:
            made.refused += 1
            continue
        made.answered += 1
        made.said += said
        shown += cells
        made.groups.update(groups)
    return made


def exposed_to_attack(made: Series, is_rounded: bool) -> list[tuple[int, int]]:
    """Return the intervals of the groups that everything answered reveals."""
    found = []
    for group in made.groups:
        low, high = (_extreme(made, group, sense) for sense in (1, -1))
        is_safe = low <= 0 or high >= SMALLEST if is_rounded else low <= 0 and high >= SMALLEST
        if not is_safe:
            found.append((low, high))
    return found


def _cells(made: Series, maker: random.Random) -> Iterator[tuple[int, ...]]:
    level, date = maker.randrange(LEVELS), maker.randrange(DATES)
    merged = [(0, 1), (2,), (3,)] if maker.random() < 0.4 else [(one,) for one in range(PLACES)]
    for places in [*merged, tuple(range(PLACES))]:
        yield made.members(places, level, date)


def _small_groups(made: Series, cells: list[tuple[int, ...]]) -> dict[tuple[int, ...], int]:
    """Return small cells, and small differences between a cell and one within it."""
    found = {}
    for one in cells:
        for other in [(), *cells]:
            left = tuple(atom for atom in one if atom not in other)
            if set(other) <= set(one) and 0 < made.size(left) < SMALLEST:
                found[left] = made.size(left)
    return found


def _exact(
    made: Series, cells: list[tuple[int, ...]], groups: dict[tuple[int, ...], int]
) -> list[Said] | None:
    numbers = ExactNumbers(
        SparseRows([[(atom, 1) for atom in cell] for cell in cells], len(made.atoms)),
        np.array(made.truth, dtype=np.int64),
        [max(1, made.size(cell)) for cell in cells],
        [place < len(cells) - 1 for place in range(len(cells))],
        known=made.knowledge([]) if made.said else None,
    )
    targets = SparseRows([[(atom, 1) for atom in group] for group in groups], len(made.atoms))
    choice = choose_hidden(numbers, targets, Demand("reach", SMALLEST))
    if choice.refused is not None or len(cells) - 1 in choice.hidden:
        return None
    return [
        ([(atom, 1) for atom in cells[place]], made.size(cells[place]), made.size(cells[place]))
        for place in range(len(cells))
        if place not in choice.hidden
    ]


def _rounded(
    made: Series, cells: list[tuple[int, ...]], groups: dict[tuple[int, ...], int]
) -> list[Said] | None:
    targets = SparseRows([[(atom, 1) for atom in group] for group in groups], len(made.atoms))
    for base in (SMALLEST, 2 * SMALLEST, 4 * SMALLEST):
        said = [_said(made, cell, base) for cell in cells]
        knowledge = made.knowledge(said)
        if Auditor(knowledge, targets, Demand("doubt", SMALLEST)).run().is_passed:
            return said
    return None


def _said(made: Series, cell: tuple[int, ...], base: int) -> Said:
    row, true = [(atom, 1) for atom in cell], made.size(cell)
    if true < base:
        return row, 0, base - 1
    nearest = base * ((2 * true + base) // (2 * base))
    return row, max(nearest - base // 2, SMALLEST), nearest + (base - 1) // 2


def _extreme(made: Series, group: tuple[int, ...], sense: int) -> int:
    """Return the smallest (or largest) size of a group that agrees with everything said."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    count = len(made.atoms)
    for atom in range(count):
        solver.addVar(0, 1_000)
        solver.changeColCost(atom, float(sense * (atom in group)))
    whole = np.array([highspy.HighsVarType.kInteger] * count)
    solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)
    for row, low, high in made.said:
        atoms = np.array([atom for atom, _ in row], dtype=np.int32)
        solver.addRow(
            low, high if high < NO_BOUND else solver.inf, len(atoms), atoms, np.ones(len(atoms))
        )
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise AssertionError(f"no table fits what was answered: {solver.getModelStatus()}")
    return round(sense * solver.getObjectiveValue())
