"""Looking for what no common witness shows: one group, for everybody and for each person.

Where there are few atoms it is searched in whole numbers, one person after the other. Where there
are many it is searched near the truth, for all persons who still need a witness at once; if there
is none for all of them, for halves of them, down to one.

Border: what is shown so far is kept in ``witnesses.py``; which group is looked at is decided in
``audit.py``.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import Floats, SparseRows
from pipelines.disclosing.nearby import Nearby
from pipelines.disclosing.solver import Solver
from pipelines.disclosing.witnesses import Witnesses

Check = Callable[[Floats], Floats | None]
Interval = Callable[[int, int | None], tuple[int, int]]


class Alone(Protocol):
    """Searches for one group at a time."""

    def widen(self, group: int) -> bool:
        """Widen what is shown of a group as far as needed; return whether that is enough."""

    def uncovering(self, group: int) -> int | None:
        """Return the atom of a person who can uncover a group, if there is one."""


class InWholeNumbers:
    """Searches in whole numbers.

    Args:
        groups: The atoms of each group.
        demand: What must stay possible.
        witnesses: Where what is found is noted.
        solver: The statements.
        interval: Returns the exact interval of a group for a person.
    """

    def __init__(
        self,
        groups: SparseRows,
        demand: Demand,
        witnesses: Witnesses,
        solver: Solver,
        interval: Interval,
    ) -> None:
        self._groups = groups
        self._demand = demand
        self._witnesses = witnesses
        self._solver = solver
        self._interval = interval

    def widen(self, group: int) -> bool:
        """See ``Alone``."""
        weights = self._groups.total([group])
        self._witnesses.see(self._solver.smallest(weights, wanted=0).sizes)
        if not self._witnesses.is_met(group):
            self._witnesses.see(self._solver.largest(weights, wanted=self._demand.size).sizes)
        return self._witnesses.is_met(group)

    def uncovering(self, group: int) -> int | None:
        """See ``Alone``."""
        for place in np.flatnonzero(self._witnesses.open_persons(group)):
            if not self._is_served(group, int(place)):
                return int(self._witnesses.persons[place])
        return None

    def _is_served(self, group: int, place: int) -> bool:
        """Return whether a person whom no witness serves has a sufficient interval all the same."""
        witnesses, weights = self._witnesses, self._groups.total([group])
        person = int(witnesses.persons[place])
        is_member = place in witnesses.inside[group]
        least = np.zeros(self._groups.width)
        least[person] = 1
        if witnesses.open_persons(group, "low")[place]:
            wanted = 1 if is_member else 0
            witnesses.see(self._solver.smallest(weights, least, wanted).sizes)
        if witnesses.open_persons(group, "high")[place]:
            witnesses.see(self._solver.largest(weights, least, self._demand.size).sizes)
        if not witnesses.open_persons(group)[place]:
            return True
        return self._demand.is_met(*self._interval(group, person), is_member)


class NearTheTruth:
    """Searches near the truth.

    Args:
        demand: What must stay possible.
        witnesses: Where what is found is noted.
        nearby: The linear program.
        check: Returns the witness that a solution of it is, if it is one.
    """

    def __init__(self, demand: Demand, witnesses: Witnesses, nearby: Nearby, check: Check) -> None:
        self._demand = demand
        self._witnesses = witnesses
        self._nearby = nearby
        self._check = check

    def widen(self, group: int) -> bool:
        """See ``Alone``."""
        for end in ("low", "high"):
            if not self._witnesses.is_met(group):
                self._bring(group, end, ())
        return self._witnesses.is_met(group)

    def uncovering(self, group: int) -> int | None:
        """See ``Alone``."""
        for is_thorough in (False, True):
            self._serve(group, "high", self._open(group, "high"), is_thorough)
            outside = self._open(group, "low", is_member=False)
            self._serve(group, "low", outside, is_thorough)
            for place in self._open(group, "low", is_member=True):
                self._serve(group, "low", [place], is_thorough)
        left = np.flatnonzero(self._witnesses.open_persons(group))
        return int(self._witnesses.persons[left[0]]) if len(left) else None

    def _open(self, group: int, end: str, is_member: bool | None = None) -> list[int]:
        """Return the places of persons whom a witness at an end would serve."""
        found = np.flatnonzero(self._witnesses.open_persons(group, end))
        if is_member is not None:
            found = found[np.isin(found, self._witnesses.inside[group]) == is_member]
        return [int(place) for place in found]

    def _serve(self, group: int, end: str, places: Sequence[int], is_thorough: bool) -> None:
        """Look for a witness for persons together; where there is none, if asked, by halves."""
        if not places or self._bring(group, end, places):
            return
        if is_thorough and len(places) > 1:
            half = len(places) // 2
            for some in (places[:half], places[half:]):
                self._serve(group, end, some, is_thorough)

    def _bring(self, group: int, end: str, places: Sequence[int]) -> bool:
        """Bring a group to an end while persons keep their records; return whether that is so."""
        kept = self._witnesses.persons[list(places)]
        if end == "high":
            sizes = self._nearby.find(group, lowest=self._demand.size, kept=kept)
        else:
            own = int(np.isin(places, self._witnesses.inside[group]).any())
            sizes = self._nearby.find(group, highest=own, kept=kept)
        witness = None if sizes is None else self._check(sizes)
        self._witnesses.see(witness)
        return witness is not None
