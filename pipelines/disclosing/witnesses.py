"""What the witnesses so far show: which sizes each group can have, for everybody and each person.

A witness is a solution: sizes of the atoms that agree with everything published. It shows sizes of
all groups at once, to everybody and to each person whose own record it has room for: whoever knows
the own record knows that the atom it is in is not empty.

Border: witnesses are looked for in ``witnessing.py`` and ``audit.py``.
"""

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import ALMOST, Floats, Integers, SparseRows

Mask = NDArray[np.bool_]


class Witnesses:
    """The witnesses found, and what they show.

    Args:
        groups: The atoms of each group.
        demand: What must stay possible.
        truth: The true sizes of the atoms, which are the first witness.

    Attributes:
        found: The witnesses.
        lowest, highest: The interval of each group that they show to everybody.
        persons: The atoms that have members: whose own record somebody may know.
        inside: Per group the places among ``persons`` of its own members.
    """

    def __init__(self, groups: SparseRows, demand: Demand, truth: Integers) -> None:
        self._groups = groups
        self._demand = demand
        self.persons = np.flatnonzero(truth > 0)
        self._open = {
            end: np.ones((len(groups), len(self.persons)), dtype=bool) for end in ("low", "high")
        }
        place_of = {int(atom): place for place, atom in enumerate(self.persons)}
        self.inside = [
            np.array(
                [place_of[atom] for atom in groups.atoms_of(group).tolist() if atom in place_of],
                dtype=np.int64,
            )
            for group in range(len(groups))
        ]
        sizes = groups.times(truth).astype(np.int64)
        self.lowest, self.highest = sizes.copy(), sizes.copy()
        self.found: list[Floats] = []
        self.see(truth.astype(np.float64))

    def see(self, sizes: Floats | None) -> None:
        """Note what a witness shows."""
        if sizes is None:
            return
        self.found.append(sizes)
        sums = self._groups.times(sizes)
        np.minimum(self.lowest, np.ceil(sums - ALMOST).astype(np.int64), out=self.lowest)
        np.maximum(self.highest, np.floor(sums + ALMOST).astype(np.int64), out=self.highest)
        is_empty = sizes[self.persons] < 1 - ALMOST
        self._open["high"][sums >= self._demand.size - ALMOST] &= is_empty
        self._open["low"][sums <= ALMOST] &= is_empty
        for group in np.flatnonzero(sums <= 1 + ALMOST):
            inside = self.inside[group]
            self._open["low"][group, inside] &= is_empty[inside]

    def is_met(self, group: int) -> bool:
        """Return whether the interval shown to everybody is wide enough."""
        return self._demand.is_met(self.lowest[group], self.highest[group])

    def open_persons(self, group: int, end: str = "") -> Mask:
        """Return to which persons not enough of a group is shown yet.

        Args:
            group: The group.
            end: ``low`` or ``high``: only those for whom this end would help.
        """
        low, high = self._open["low"][group], self._open["high"][group]
        found: Mask = low | high if self._demand.kind == "reach" else low & high
        return found & self._open[end][group] if end else found

    def needs(self, group: int, end: str) -> bool:
        """Return whether a witness at this end of a group would show something new."""
        if self._demand.kind == "doubt" and self.is_met(group):
            return bool(self.open_persons(group, end).any())
        if self.open_persons(group, end).any():
            return True
        if end == "low":
            return bool(self.lowest[group] > 0)
        return bool(self.highest[group] < self._demand.size)
