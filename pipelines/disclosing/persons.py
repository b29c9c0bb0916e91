"""The second round of the audit: every group again for every person with the own record.

Who knows the own record knows that the atom it is in is not empty. A solution in which no atom of
a person is empty therefore serves everybody at once; only for persons whom no such solution serves
the interval is searched for themselves.

Border: the first round, for everybody, is ``audit.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import ALMOST, Floats, SparseRows
from pipelines.disclosing.solver import Found, Solver

BATCHES = 4  # parts that the groups are divided in; a part is emptied at once
MOST_ROUNDS = 6
Interval = Callable[[int, int | None], tuple[int, int]]


class PersonsAudit:
    """Finds the groups that a person can uncover.

    Args:
        groups: The atoms of each group.
        demand: What must stay possible.
        solver: A solver of everything published.
        interval: Returns the exact interval of a group for a person.
    """

    def __init__(
        self,
        groups: SparseRows,
        demand: Demand,
        solver: Solver,
        interval: Interval,
    ) -> None:
        self._groups = groups
        self._demand = demand
        self._solver = solver
        self._interval = interval
        self._persons = solver.knowledge.persons()
        self._least = np.zeros(len(solver.knowledge.truth))
        self._least[self._persons] = 1
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

    def exposed(self, groups: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield each of these groups that some person can uncover, with that person's atom."""
        if not groups or not len(self._persons):
            return
        self._fill_together(groups)
        # Everybody at one: nobody else is in a group of one atom.
        self.see(self._solver.smallest(self._groups.total(groups), self._least, None, False).sizes)
        # Any two groups are in different parts at least once, so each is emptied without the other.
        parts = 1
        while parts < len(groups):
            for part in range(BATCHES):
                self._empty_together(
                    groups[place]
                    for place in range(part * parts, len(groups))
                    if place // parts % BATCHES == part
                )
            parts *= BATCHES
        for group in groups:
            self._fill(group)
            self._empty(group)
            for place in np.flatnonzero(self._is_open(group)):
                if not self._is_served(group, int(place)):
                    yield group, int(self._persons[place])
                    break

    def see(self, sizes: Floats | None) -> None:
        """Note whom a witness serves."""
        if sizes is None:
            return
        sums = self._groups.times(sizes)
        is_empty = sizes[self._persons] < 1 - ALMOST
        self._is_open_high[sums >= self._demand.size - ALMOST] &= is_empty
        self._is_open_low[sums <= ALMOST] &= is_empty
        for group in np.flatnonzero(sums <= 1 + ALMOST):
            inside = self._inside[group]
            self._is_open_low[group, inside] &= is_empty[inside]

    def _is_open(self, group: int) -> NDArray[np.bool_]:
        """Return which persons no witness serves yet as far as is demanded."""
        both = np.vstack([self._is_open_low[group], self._is_open_high[group]])
        found: NDArray[np.bool_] = (
            np.any(both, axis=0) if self._demand.kind == "reach" else np.all(both, axis=0)
        )
        return found

    def _fill_together(self, groups: Sequence[int]) -> None:
        left = [one for one in groups if self._is_open(one).any()]
        for _ in range(MOST_ROUNDS):
            if not left:
                return
            self.see(self._filled(left).sizes)
            before, left = len(left), [one for one in left if self._is_open_high[one].any()]
            if len(left) == before:
                return

    def _filled(self, groups: Sequence[int]) -> Found:
        if self._solver.is_whole:
            weights = self._groups.total(groups)
            return self._solver.largest(weights, self._least, is_thorough=False)
        wanted = np.zeros(len(self._groups))
        wanted[list(groups)] = self._demand.size
        return self._solver.filled(self._groups, wanted, self._least)

    def _empty_together(self, groups: Iterable[int]) -> None:
        left = [one for one in groups if (self._is_open(one) & self._is_open_low[one]).any()]
        for _ in range(MOST_ROUNDS):
            if not left:
                return
            least = self._without(left)
            self.see(self._solver.smallest(self._groups.total(left), least, None, False).sizes)
            more = [one for one in left if self._outsiders_open(one)]
            if len(more) == len(left):
                return
            left = more

    def _outsiders_open(self, group: int) -> bool:
        """Return whether some person outside a group has not seen it empty yet."""
        is_open = self._is_open(group) & self._is_open_low[group]
        return bool(np.delete(is_open, self._inside[group]).any())

    def _fill(self, group: int) -> None:
        if (self._is_open(group) & self._is_open_high[group]).any():
            weights = self._groups.total([group])
            found = self._solver.largest(weights, self._least, self._demand.size, False)
            self.see(found.sizes)

    def _empty(self, group: int) -> None:
        """Empty a group: for others together, and for each of its persons but that one."""
        weights = self._groups.total([group])
        is_open = self._is_open(group) & self._is_open_low[group]
        if self._outsiders_open(group):
            found = self._solver.smallest(weights, self._without([group]), 0, False)
            self.see(found.sizes)
        for place in self._inside[group]:
            if is_open[place]:
                least = self._without([group])
                least[self._persons[place]] = 1
                found = self._solver.smallest(weights, least, 1, False)
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
        if self._is_open_low[group, place]:
            self.see(self._solver.smallest(weights, least, 1 if is_member else 0).sizes)
        if self._is_open(group)[place] and self._is_open_high[group, place]:
            self.see(self._solver.largest(weights, least, self._demand.size).sizes)
        if not self._is_open(group)[place]:
            return True
        return self._demand.is_met(*self._interval(group, person), is_member)
