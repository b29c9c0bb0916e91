"""The audit: which groups do the statements reveal, to everybody or to one of the persons?

Every solution that is found is a witness for all groups at once, and for everybody whose record
agrees with it; only what no witness shows is searched for itself. A group is exposed when its
interval is too narrow for a reader without knowledge of his own, or for some person with the own
record.

Border: numbers only; what a group is, and what follows for an answer, is decided by who asks.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import Floats, Integers, Knowledge, SparseRows
from pipelines.disclosing.persons import PersonsAudit
from pipelines.disclosing.solver import ALMOST, Solver, Work


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
    """

    exposures: tuple[Exposure, ...]
    lowest: Integers
    highest: Integers
    work: Work

    @property
    def is_passed(self) -> bool:
        """Whether no group is exposed."""
        return not self.exposures

    def narrowest(self) -> int | None:
        """Return how far apart the possible sizes of the narrowest group certainly are."""
        return int((self.highest - self.lowest).min()) if len(self.lowest) else None


class Auditor:
    """Audits the groups of what is published.

    Args:
        knowledge: The statements and the truth.
        groups: The atoms of each group.
        demand: What must stay possible.
        solver: A solver of the same knowledge, to go on counting its work.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        groups: SparseRows,
        demand: Demand,
        solver: Solver | None = None,
    ) -> None:
        self._groups = groups
        self._demand = demand
        self._solver = solver or Solver(knowledge)
        self._truth = knowledge.truth
        sizes = groups.times(knowledge.truth)
        self.lowest, self.highest = sizes.copy(), sizes.copy()

    def run(self) -> Audit:
        """Return what is exposed, in the order of the groups."""
        self._find_intervals()
        exposures = []
        open_groups = []
        for group in range(len(self._groups)):
            if self._is_met(group) or self._decide(group):
                open_groups.append(group)
            else:
                exposures.append(self._exposure(group))
        persons = PersonsAudit(
            self._groups, self._demand, self._solver, (self.lowest, self.highest), self.interval
        )
        exposures += [self._exposure(*one) for one in persons.exposed(open_groups)]
        exposures.sort(key=lambda one: one.group)
        return Audit(tuple(exposures), self.lowest, self.highest, self._solver.work)

    def interval(self, group: int, person: int | None = None) -> tuple[int, int]:
        """Return the exact interval of a group, for everybody or for one person."""
        weights = self._groups.total([group])
        at_least = self._known_by(person)
        bounds = []
        for search, beyond in ((self._solver.smallest, np.ceil), (self._solver.largest, np.floor)):
            found = search(weights, at_least)
            if found.sizes is None:
                sign = 1 if beyond is np.ceil else -1
                bounds.append(int(beyond(found.bound - sign * ALMOST)))
            else:
                bounds.append(int(weights @ found.sizes))
        return bounds[0], bounds[1]

    def _known_by(self, person: int | None) -> Floats:
        at_least = np.zeros(len(self._truth))
        if person is not None:
            at_least[person] = 1
        return at_least

    def _is_met(self, group: int) -> bool:
        return self._demand.is_met(self.lowest[group], self.highest[group])

    def _see(self, sizes: Integers) -> Integers:
        """Widen the intervals by a witness and return the sizes of the groups in it."""
        sums = self._groups.times(sizes)
        np.minimum(self.lowest, sums, out=self.lowest)
        np.maximum(self.highest, sums, out=self.highest)
        return sums

    def _find_intervals(self) -> None:
        """Widen many intervals at once: empty and fill all groups that are not wide enough."""
        for search in (self._solver.smallest, self._solver.largest):
            left = [group for group in range(len(self._groups)) if not self._is_met(group)]
            while left:
                found = search(self._groups.total(left), is_thorough=False)
                if found.sizes is None:
                    break
                before = len(left)
                self._see(found.sizes)
                left = [group for group in left if not self._is_met(group)]
                if len(left) > before // 2:
                    break

    def _decide(self, group: int) -> bool:
        """Widen the interval of one group as far as is needed, and return whether that is so."""
        weights = self._groups.total([group])
        is_reach = self._demand.kind == "reach"
        found = self._solver.smallest(weights, wanted=0 if is_reach else None)
        if found.sizes is not None:
            self._see(found.sizes)
        lowest = 0 if is_reach else int(self.lowest[group])
        if self.highest[group] < self._demand.highest_from(lowest):
            found = self._solver.largest(weights, wanted=self._demand.highest_from(lowest))
            if found.sizes is not None:
                self._see(found.sizes)
        return self._is_met(group)

    def _exposure(self, group: int, person: int | None = None) -> Exposure:
        return Exposure(group, *self.interval(group, person), person)
