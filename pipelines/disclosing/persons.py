"""The second round of the audit: every group again for every person with the own record.

Who knows the own record knows that the atom it is in is not empty. A solution in which no atom of
a person is empty therefore serves everybody at once; only for persons whom no such solution serves
the interval is searched for themselves.

Border: the first round, for everybody, is ``audit.py``.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import ALMOST, Floats, Integers, SparseRows
from pipelines.disclosing.solver import Found, Solver

PARTITIONS, BATCHES = 2, 4  # ways of dividing the groups, and parts; a part is emptied at once
Interval = Callable[[int, int | None], tuple[int, int]]


class PersonsAudit:
    """Finds the groups that a person can uncover.

    Args:
        groups: The atoms of each group.
        demand: What must stay possible.
        solver: A solver of everything published.
        possible: The lowest and highest size of each group that is possible for everybody.
        interval: Returns the exact interval of a group for a person.
    """

    def __init__(
        self,
        groups: SparseRows,
        demand: Demand,
        solver: Solver,
        possible: tuple[Integers, Integers],
        interval: Interval,
    ) -> None:
        self._groups = groups
        self._demand = demand
        self._solver = solver
        self._interval = interval
        self._persons = solver.knowledge.persons()
        self._least = np.zeros(len(solver.knowledge.truth))
        self._least[self._persons] = 1
        self._low = possible[0].copy()
        if demand.kind == "reach":
            self._low[:] = 0
        self._high = np.array([demand.highest_from(int(low)) for low in self._low], dtype=np.int64)
        shape = (len(groups), len(self._persons))
        self._is_open_low = np.ones(shape, dtype=bool)
        self._is_open_high = np.ones(shape, dtype=bool)
        place_of = {int(atom): place for place, atom in enumerate(self._persons)}
        self._inside = [
            np.array(
                [place_of[atom] for atom in groups.atoms_of(group).tolist() if atom in place_of],
                dtype=np.int64,
            )
            for group in range(len(groups))
        ]

    def exposed(self, groups: Sequence[int], is_thorough: bool = True) -> Iterator[tuple[int, int]]:
        """Yield each of these groups that some person can uncover, with that person's atom."""
        if not groups or not len(self._persons):
            return
        self._fill_together(groups)
        for partition in range(PARTITIONS):
            for batch in range(BATCHES):
                self._empty_together(groups[partition * batch :: BATCHES + partition])
        for group in groups:
            if is_thorough:
                self._fill(group)
                self._empty(group)
            for place in np.flatnonzero(self._is_open_low[group] | self._is_open_high[group]):
                if not (is_thorough and self._is_served(group, int(place))):
                    yield group, int(self._persons[place])
                    break

    def see(self, sizes: Floats | None) -> None:
        """Note whom a witness serves."""
        if sizes is None:
            return
        sums = self._groups.times(sizes)
        is_empty = sizes[self._persons] < 1 - ALMOST
        self._is_open_high[sums >= self._high - ALMOST] &= is_empty
        self._is_open_low[sums <= self._low + ALMOST] &= is_empty
        for group in np.flatnonzero((sums <= 1 + ALMOST) & (self._low == 0)):
            inside = self._inside[group]
            self._is_open_low[group, inside] &= is_empty[inside]

    def _fill_together(self, groups: Sequence[int]) -> None:
        left = list(groups)
        while left:
            found = self._solver.largest(self._groups.total(left), self._least, is_thorough=False)
            self.see(found.sizes)
            before, left = len(left), [one for one in left if self._is_open_high[one].any()]
            if len(left) > before // 2:
                return

    def _filled(self, groups: Sequence[int]) -> Found:
        if self._solver.is_whole:
            weights = self._groups.total(groups)
            return self._solver.largest(weights, self._least, is_thorough=False)
        wanted = np.zeros(len(self._groups))
        wanted[list(groups)] = self._high[list(groups)]
        return self._solver.filled(self._groups, wanted, self._least)

    def _empty_together(self, groups: Sequence[int]) -> None:
        left = [group for group in groups if self._is_open_low[group].any()]
        if left:
            least = self._without(left)
            self.see(self._solver.smallest(self._groups.total(left), least, None, False).sizes)

    def _fill(self, group: int) -> None:
        if self._is_open_high[group].any():
            weights = self._groups.total([group])
            found = self._solver.largest(weights, self._least, float(self._high[group]), False)
            self.see(found.sizes)

    def _empty(self, group: int) -> None:
        """Empty a group: for others together, and for each of its persons but that one."""
        weights, low = self._groups.total([group]), float(self._low[group])
        if np.delete(self._is_open_low[group], self._inside[group]).any():
            found = self._solver.smallest(weights, self._without([group]), low, False)
            self.see(found.sizes)
        for place in self._inside[group]:
            if self._is_open_low[group, place]:
                least = self._without([group])
                least[self._persons[place]] = 1
                found = self._solver.smallest(weights, least, max(low, 1.0), False)
                self.see(found.sizes)

    def _without(self, groups: Sequence[int]) -> Floats:
        """Return that no person's atom is empty but those of these groups."""
        least = self._least.copy()
        for group in groups:
            least[self._groups.atoms_of(group)] = 0
        return least

    def _is_served(self, group: int, place: int) -> bool:
        """Return whether a person whom no witness serves has a sufficient interval all the same."""
        person = int(self._persons[place])
        weights = self._groups.total([group])
        is_member = place in self._inside[group]
        least = np.zeros(len(self._least))
        least[person] = 1
        low = max(self._low[group], 1) if is_member else self._low[group]
        if self._is_open_low[group, place]:
            self.see(self._solver.smallest(weights, least, float(low)).sizes)
        if self._is_open_high[group, place]:
            self.see(self._solver.largest(weights, least, float(self._high[group])).sizes)
        if not (self._is_open_low[group, place] or self._is_open_high[group, place]):
            return True
        return self._demand.is_met(*self._interval(group, person), is_member)
