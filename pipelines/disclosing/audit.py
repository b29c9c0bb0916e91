"""The audit: which groups do the statements reveal, to everybody or to one of the persons?

Every solution that is found is a witness for all groups at once, and for everybody whose record
agrees with it; only what no witness shows is searched for itself. A group is exposed when its
interval is too narrow for a reader without knowledge of his own, or for some person with the own
record.

Border: numbers only; what a group is, and what follows for an answer, is decided by who asks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipelines.disclosing.alone import Alone, InWholeNumbers, NearTheTruth
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import ALMOST, Floats, Integers, Knowledge, SparseRows
from pipelines.disclosing.nearby import Nearby
from pipelines.disclosing.pushing import Pushing
from pipelines.disclosing.solver import Found, Solver, Work
from pipelines.disclosing.witnesses import Witnesses
from pipelines.disclosing.witnessing import Together

Reasons = list[tuple[int, bool]]  # statements, each with whether it is its lower end
PARTS = 4  # that the groups are divided in; a part is emptied at once


@dataclass(frozen=True)
class Exposure:
    """A group that is revealed, and what can be concluded about its size.

    Attributes:
        group: Its place among the groups.
        lowest, highest: The interval of its size; of many atoms only exact for the first group.
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
        self.witnesses = Witnesses(groups, demand, knowledge.truth)
        self._alone: Alone
        if self._solver.is_whole:
            self._alone = InWholeNumbers(
                groups, demand, self.witnesses, self._solver, self.interval
            )
        else:
            nearby = Nearby(knowledge, groups, self._solver.work)
            self._alone = NearTheTruth(demand, self.witnesses, nearby, self.checked)

    def run(self, most: int | None = None, known: Iterable[Floats] = ()) -> Audit:
        """Return what is exposed, in the order of the groups.

        Args:
            most: How many exposures are enough; all are looked for where not given.
            known: Sizes that may be witnesses; those that agree with the statements are.
        """
        for sizes in known:
            self.witnesses.see(self.checked(sizes))
        self._push_together()
        met, exposures = [], []
        for group in range(len(self._groups)):
            if self.witnesses.is_met(group) or self._alone.widen(group):
                met.append(group)
            else:
                exposures.append(self._exposure(group))
            if len(exposures) == most:
                return self._audit(exposures)
        for group in met:
            person = self._alone.uncovering(group)
            if person is not None:
                exposures.append(self._exposure(group, person))
            if len(exposures) == most:
                break
        return self._audit(exposures)

    def checked(self, sizes: Floats) -> Floats | None:
        """Return a solution of the linear program as witness, if it is one."""
        whole = np.rint(sizes)
        if self._solver.knowledge.allows(whole) and np.abs(whole - sizes).max() <= ALMOST:
            return whole
        if self._solver.is_whole or not self._solver.knowledge.allows(sizes):
            return None
        return sizes

    def reasons(self, exposure: Exposure) -> tuple[Reasons, Reasons]:
        """Return the statements that keep an exposed group from being smaller, and from larger."""
        weights, least = self._groups.total([exposure.group]), self._least(exposure.person)
        return self._solver.reasons(-weights, least), self._solver.reasons(weights, least)

    def interval(self, group: int, person: int | None = None) -> tuple[int, int]:
        """Return the exact interval of a group, for everybody or for one person."""
        weights = self._groups.total([group])
        at_least = self._least(person)
        lowest = self._end(self._solver.smallest(weights, at_least), weights)
        highest = self._end(self._solver.largest(weights, at_least), weights)
        return int(np.ceil(lowest - ALMOST)), int(np.floor(highest + ALMOST))

    @staticmethod
    def _end(found: Found, weights: Floats) -> float:
        return found.bound if found.sizes is None else float(weights @ found.sizes)

    def _audit(self, exposures: list[Exposure]) -> Audit:
        exposures.sort(key=lambda one: one.group)
        if exposures and not self._solver.is_whole:
            first = exposures[0]
            interval = self.interval(first.group, first.person)
            exposures[0] = Exposure(first.group, *interval, first.person)
        lowest, highest = self.witnesses.lowest.copy(), self.witnesses.highest.copy()
        is_whole = self._solver.is_whole or all(
            np.array_equal(sizes, np.rint(sizes)) for sizes in self.witnesses.found
        )
        return Audit(tuple(exposures), lowest, highest, self._solver.work, is_whole)

    def _least(self, person: int | None) -> Floats:
        least = np.zeros(len(self._truth))
        if person is not None:
            least[person] = 1
        return least

    def _keep_everybody(self) -> None:
        """Fill and empty many groups with every other person in sight, while there is such a way.

        Any two groups are in different parts at least once, so each is emptied without the other.
        """
        groups = range(len(self._groups))
        everybody = (self._truth > 0).astype(np.float64)
        every = self._groups.total(groups)
        parts: list[list[int]] = [[]]
        size = 1
        while size < len(groups):
            parts += [
                [group for group in groups if group // size % PARTS == part]
                for part in range(PARTS)
            ]
            size *= PARTS
        for part in parts if len(groups) else []:
            least = everybody.copy()
            for group in part:
                least[self._groups.atoms_of(group)] = 0
            weights = self._groups.total(part) if part else every
            found = self._solver.smallest(weights, least, None, False).sizes
            if found is None:
                return
            self.witnesses.see(self.checked(found))
            if part and not any(np.all(found[self._groups.atoms_of(one)] == 0) for one in part):
                return

    def _push_together(self) -> None:
        groups = range(len(self._groups))
        self._keep_everybody()
        if any(self.witnesses.needs(group, end) for group in groups for end in ("low", "high")):
            pushing = Pushing(
                self._solver.knowledge, self._groups, self._demand.size, self._solver.work
            )
            together = Together(self._groups, self._demand, self.witnesses, pushing, self.checked)
            if self._demand.kind == "doubt" and not self._solver.is_whole:
                together.sweep()  # a rounded group has little room; the rest is sooner found alone
            else:
                together.push_all()

    def _exposure(self, group: int, person: int | None = None) -> Exposure:
        if self._solver.is_whole:
            return Exposure(group, *self.interval(group, person), person)
        return Exposure(
            group, int(self.witnesses.lowest[group]), int(self.witnesses.highest[group]), person
        )
