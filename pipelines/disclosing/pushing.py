"""One linear program that pushes many groups to an end at once and keeps persons in sight.

Wanted are sizes of the atoms in which some groups are empty and others full, while as many persons
as possible still find their own record in them. One solution serves many groups and nearly all
persons, and the next one those it left out. What the statements say is kept; where numbers may be
hidden, they may also be left at a loss, and those that were are to be hidden.

Border: which groups are pushed, and when it is enough, is decided in ``witnessing.py``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from pipelines.disclosing.knowledge import ALMOST, NO_BOUND, Floats, Knowledge, SparseRows
from pipelines.disclosing.solver import CEILING, Work, opened

PUSH = 1e4  # what a unit nearer to its end is worth for a group; a person is worth one


@dataclass(frozen=True)
class Push:
    """What is wanted of one solution.

    Attributes:
        filled: The groups that are to reach their wanted size.
        emptied: The groups that are to have no member.
        persons: What it is worth that an atom has a member, per atom.
        kept: Atoms of emptied groups that may have exactly one member.
    """

    filled: Sequence[int] = ()
    emptied: Sequence[int] = ()
    persons: Floats = field(default_factory=lambda: np.zeros(0))
    kept: Sequence[int] = ()


class Pushing:
    """The linear program, kept between solutions.

    Args:
        knowledge: The statements and the truth.
        groups: The atoms of every group.
        size: How large a filled group is.
        work: Where solves are counted.
        losses: What it costs per unit to leave each of the first statements; infinite where it may
            not be left. None may be where not given.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        groups: SparseRows,
        size: int,
        work: Work,
        losses: Floats | None = None,
    ) -> None:
        self._groups = groups
        self._size = size
        self._work = work
        self._atoms = np.arange(len(knowledge.truth), dtype=np.int32)
        self._solver = opened(knowledge)
        count = len(self._atoms)
        rewarded = [groups.atoms_of(group).tolist() for group in range(len(groups))]
        rewarded += [[atom] for atom in range(count)]
        self._reached = _add_reached(self._solver, rewarded)
        self._losses = losses if losses is not None else np.zeros(0)
        self._leaving = _add_leaving(self._solver, self._losses)

    def solve(self, push: Push) -> tuple[Floats | None, list[int]]:
        """Return the sizes found, if any, and the statements that they leave."""
        count, several = len(self._atoms), len(self._groups)
        costs, most = np.zeros(count), np.full(count, CEILING)
        for group in push.emptied:
            costs[self._groups.atoms_of(group)] = PUSH
        kept = list(push.kept)
        costs[kept], most[kept] = 0, 1
        full = np.zeros(several)
        full[list(push.filled)] = 1
        persons = push.persons if len(push.persons) else np.zeros(count)
        persons = np.where(costs > 0, 0, persons)
        self._solver.changeColsCost(count, self._atoms, costs)
        self._solver.changeColsBounds(count, self._atoms, np.zeros(count), most)
        reached = len(self._reached)
        self._solver.changeColsCost(reached, self._reached, -np.concatenate([PUSH * full, persons]))
        ceilings = np.concatenate([self._size * full, np.ones(count)])
        self._solver.changeColsBounds(reached, self._reached, np.zeros(reached), ceilings)
        self._work.linear += 1
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None, []
        values = np.array(self._solver.getSolution().col_value)
        left = values[self._leaving].reshape(2, -1).sum(axis=0)
        return values[:count], np.flatnonzero(left > ALMOST).tolist()

    def let_leave(self, statements: Iterable[int]) -> None:
        """Let statements be left without loss: their numbers are hidden."""
        several = len(self._losses)
        for statement in statements:
            for column in (self._leaving[statement], self._leaving[statement + several]):
                self._solver.changeColCost(int(column), 0.0)
                self._solver.changeColBounds(int(column), 0.0, NO_BOUND)


def _add_reached(solver: highspy.Highs, rows: Sequence[Sequence[int]]) -> NDArray[np.int32]:
    """Add what each sum of atoms reaches of what is wanted: no more than it is."""
    first, several = solver.getNumCol(), len(rows)
    _add_columns(solver, several)
    index, value, start = [], [], [0]
    for row, atoms in enumerate(rows):
        index += [*atoms, first + row]
        value += [*np.ones(len(atoms)).tolist(), -1.0]
        start.append(len(index))
    solver.addRows(
        several,
        np.zeros(several),
        np.full(several, NO_BOUND),
        len(index),
        np.array(start[:-1], dtype=np.int32),
        np.array(index, dtype=np.int32),
        np.array(value),
    )
    return np.arange(first, first + several, dtype=np.int32)


def _add_leaving(solver: highspy.Highs, losses: Floats) -> NDArray[np.int32]:
    """Add how far each of the first statements is left, upwards and then downwards."""
    first, several = solver.getNumCol(), len(losses)
    for sign in (1.0, -1.0):
        may_leave = np.isfinite(losses)
        solver.addCols(
            several,
            np.where(may_leave, losses, 0),
            np.zeros(several),
            np.where(may_leave, NO_BOUND, 0),
            several,
            np.arange(several, dtype=np.int32),
            np.arange(several, dtype=np.int32),
            np.full(several, -sign),
        )
    return np.arange(first, first + 2 * several, dtype=np.int32)


def _add_columns(solver: highspy.Highs, several: int) -> None:
    nothing = np.zeros(several)
    empty = np.zeros(0, dtype=np.int32)
    solver.addCols(
        several, nothing, nothing, nothing, 0, np.zeros(several, dtype=np.int32), empty, np.zeros(0)
    )
