"""The audit: which groups do the statements reveal, to everybody or to one of the persons?

Every solution that is found is a witness for all groups at once, and for everybody whose record
agrees with it; only what no witness shows is searched for itself. A group is exposed when its
interval is too narrow for a reader without knowledge of his own, or for some person with the own
record.

Border: numbers only; what a group is, and what follows for an answer, is decided by who asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import ALMOST, Floats, Integers, Knowledge, SparseRows
from pipelines.disclosing.persons import PersonsAudit
from pipelines.disclosing.solver import Found, Solver, Work

MOST_ROUNDS = 8  # of widening many intervals at once
LEAST_GAIN = 0.02  # sizes per group that a round must add for another one to follow

End = Callable[[Sequence[int], Floats], Found]


@dataclass(frozen=True)
class Exposure:
    """A group that is revealed, and what can be concluded about its size.

    Attributes:
        group: Its place among the groups.
        lowest, highest: The interval of its size.
        person: The atom of the person who can conclude it; None where everybody can.
    """

    group: int
    lowest: int
    highest: int
    person: int | None = None


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes:
        lowest, highest: For every group sizes that are certainly possible.
        is_whole: Whether they are proved by whole numbers, or by a linear program only.
    """

    exposures: tuple[Exposure, ...]
    lowest: Integers
    highest: Integers
    work: Work
    is_whole: bool

    @property
    def is_passed(self) -> bool:
        """Whether no group is exposed."""
        return not self.exposures

    def narrowest(self) -> tuple[int, int] | None:
        """Return sizes that are certainly possible for the group with the narrowest interval."""
        if not len(self.lowest):
            return None
        group = int(np.argmin(self.highest - self.lowest))
        return int(self.lowest[group]), int(self.highest[group])


class Auditor:
    """Audits the groups of what is published.

    Args:
        knowledge: The statements and the truth.
        groups: The atoms of each group.
        demand: What must stay possible.
        work: Where the work is counted.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        groups: SparseRows,
        demand: Demand,
        work: Work | None = None,
    ) -> None:
        self._groups = groups
        self._demand = demand
        self._solver = Solver(knowledge, work)
        self._truth = knowledge.truth
        self._witnesses: list[Floats] = [knowledge.truth.astype(np.float64)]
        sizes = groups.times(knowledge.truth).astype(np.int64)
        self.lowest, self.highest = sizes.copy(), sizes.copy()

    def run(self, most: int | None = None) -> Audit:
        """Return what is exposed, in the order of the groups.

        Args:
            most: How many exposures are enough; all are looked for where not given.
        """
        self._find_intervals()
        met, exposures = [], []
        for group in range(len(self._groups)):
            if self._is_met(group) or self._decide(group):
                met.append(group)
            else:
                exposures.append(self._exposure(group))
            if len(exposures) == most:
                return self._audit(exposures)
        persons = PersonsAudit(self._groups, self._demand, self._solver, self.interval)
        for witness in self._witnesses:
            persons.see(witness)
        for group, person in persons.exposed(met):
            exposures.append(self._exposure(group, person))
            if len(exposures) == most:
                break
        return self._audit(exposures)

    def _audit(self, exposures: list[Exposure]) -> Audit:
        exposures.sort(key=lambda one: one.group)
        lowest, highest = self.lowest.copy(), self.highest.copy()
        return Audit(tuple(exposures), lowest, highest, self._solver.work, self._solver.is_whole)

    def interval(self, group: int, person: int | None = None) -> tuple[int, int]:
        """Return the exact interval of a group, for everybody or for one person."""
        weights = self._groups.total([group])
        at_least = np.zeros(len(self._truth))
        if person is not None:
            at_least[person] = 1
        lowest = self._end(self._solver.smallest(weights, at_least), weights)
        highest = self._end(self._solver.largest(weights, at_least), weights)
        return int(np.ceil(lowest - ALMOST)), int(np.floor(highest + ALMOST))

    def relax(self, rows: Sequence[int], lowest: Floats, highest: Floats) -> None:
        """Let statements say less; what was possible stays possible."""
        self._solver.relax(np.array(rows, dtype=np.int32), lowest, highest)

    @staticmethod
    def _end(found: Found, weights: Floats) -> float:
        return found.bound if found.sizes is None else float(weights @ found.sizes)

    def _is_met(self, group: int) -> bool:
        return self._demand.is_met(self.lowest[group], self.highest[group])

    def _see(self, found: Found) -> None:
        """Widen the intervals by a witness."""
        if found.sizes is None:
            return
        self._witnesses.append(found.sizes)
        sums = self._groups.times(found.sizes)
        np.minimum(self.lowest, np.ceil(sums - ALMOST).astype(np.int64), out=self.lowest)
        np.maximum(self.highest, np.floor(sums + ALMOST).astype(np.int64), out=self.highest)

    def _find_intervals(self) -> None:
        """Widen many intervals at once: empty and fill all groups that are not wide enough."""
        everybody = (self._truth > 0).astype(np.float64)
        for end in (self._empty, self._fill):
            for least in (everybody, np.zeros(len(self._truth))):
                self._repeat(end, least)

    def _repeat(self, end: End, least: Floats) -> None:
        for _ in range(MOST_ROUNDS):
            left = [group for group in range(len(self._groups)) if not self._is_met(group)]
            if not left:
                return
            before = self.lowest.sum() - self.highest.sum()
            self._see(end(left, least))
            gained = before - (self.lowest.sum() - self.highest.sum())
            if gained <= LEAST_GAIN * len(self._groups):
                return

    def _empty(self, groups: Sequence[int], least: Floats) -> Found:
        at_least = least.copy()
        for group in groups:
            at_least[self._groups.atoms_of(group)] = 0
        return self._solver.smallest(self._groups.total(groups), at_least, None, False)

    def _fill(self, groups: Sequence[int], least: Floats) -> Found:
        wanted = np.zeros(len(self._groups))
        for group in groups:
            wanted[group] = self._demand.size
        if self._solver.is_whole:
            return self._solver.largest(self._groups.total(groups), least, None, False)
        return self._solver.filled(self._groups, wanted, least)

    def _decide(self, group: int) -> bool:
        """Widen the interval of one group as far as is needed, and return whether that is so."""
        weights = self._groups.total([group])
        self._see(self._solver.smallest(weights, wanted=0))
        if not self._is_met(group):
            self._see(self._solver.largest(weights, wanted=self._demand.size))
        return self._is_met(group)

    def _exposure(self, group: int, person: int | None = None) -> Exposure:
        if person is None and not self._solver.is_whole:
            # Both ends were just searched to the end, or were wide enough to need no search.
            return Exposure(group, int(self.lowest[group]), int(self.highest[group]))
        return Exposure(group, *self.interval(group, person), person)
