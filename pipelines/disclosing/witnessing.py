"""Looking for witnesses of many groups together, so that few solutions show nearly everything.

Groups are pushed in batches, each to both ends: first with every person in sight, then with those
whom the solutions so far left out, and for members of emptied groups with one member kept. What is
still not shown then has to be looked for one by one.

Border: what is shown is kept in ``witnesses.py``; what nothing shows is decided in ``audit.py``.
"""

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import Floats, SparseRows
from pipelines.disclosing.pushing import Push, Pushing
from pipelines.disclosing.witnesses import Mask, Witnesses

BATCHES, SMALLEST_BATCH = 10, 120
MOST_ROUNDS = 3
MIXING, MODULUS = 7_919, 10_007  # primes that put groups in an order without a pattern
ENDS = ("low", "high")
IN_SIGHT = 0.01  # what a person is worth who needs no witness any more
Check = Callable[[Floats], Floats | None]


class Together:
    """Pushes groups together.

    Args:
        groups: The atoms of each group.
        demand: What must stay possible.
        witnesses: Where what is found is noted.
        pushing: The linear program.
        check: Returns the witness that a solution of it is, if it is one.
        left: Told which statements a solution leaves.
    """

    def __init__(
        self,
        groups: SparseRows,
        demand: Demand,
        witnesses: Witnesses,
        pushing: Pushing,
        check: Check,
        left: Callable[[Sequence[int]], None] | None = None,
    ) -> None:
        self._groups = groups
        self._ends = ("high", "low") if demand.kind == "reach" else ("low", "high")
        self._witnesses = witnesses
        self._pushing = pushing
        self._check = check
        self._left = left
        self._batch = max(SMALLEST_BATCH, -(-len(groups) // BATCHES))

    def push_all(self) -> None:
        """Push all groups in batches, several times in other company.

        Of two groups that are emptied together neither shows anything to the members of the other.
        """
        several, size = len(self._groups), self._batch
        many = -(-several // size) or 1
        for factor, modulus in ((1, several + 1), (1, many), (MIXING, MODULUS)):
            order = sorted(range(several), key=lambda one: (one * factor % modulus, one))
            wanting = [one for one in order if any(map(self._witnesses.needs, (one, one), ENDS))]
            for first in range(0, len(wanting), size):
                self.push(wanting[first : first + size])

    def sweep(self) -> None:
        """Push every group to both ends once, with every person in sight."""
        for first in range(0, len(self._groups), self._batch):
            groups = range(first, min(first + self._batch, len(self._groups)))
            for end in self._ends:
                self._push_once(groups, end, 0, 1.0)

    def push(self, groups: Sequence[int], worth: float = 1.0) -> None:
        """Push groups to both ends until that shows nothing new.

        Args:
            groups: The groups.
            worth: What it is worth that a person finds the own record.
        """
        for end in self._ends:
            for number in range(MOST_ROUNDS):
                wanting = [group for group in groups if self._witnesses.needs(group, end)]
                if not wanting or not self._push_once(wanting, end, number, worth):
                    break
            if end == "low":
                self._keep_members(groups, worth)

    def _push_once(self, groups: Sequence[int], end: str, number: int, worth: float) -> bool:
        """Push groups to an end; return whether that showed something new."""
        persons = np.full(self._groups.width, IN_SIGHT * worth)
        is_open = np.any([self._outsiders_open(group, end) for group in groups], axis=0)
        if end == "low":
            for group in groups:
                is_open[self._witnesses.inside[group]] = False
        if number and not is_open.any():
            return False
        persons[self._witnesses.persons[is_open | (number == 0)]] = worth
        before = self._still_open(groups, end)
        if end == "high":
            self._solve(Push(filled=groups, persons=persons))
        else:
            self._solve(Push(emptied=groups, persons=persons))
        return self._still_open(groups, end) < before

    def _keep_members(self, groups: Sequence[int], worth: float) -> None:
        """Empty groups but for one member each, until every member has been that one."""
        for _ in range(MOST_ROUNDS):
            kept, wanting = self._kept(groups)
            if not kept:
                return
            before = self._still_open(wanting, "low")
            persons = np.full(self._groups.width, IN_SIGHT * worth)
            self._solve(
                Push(emptied=wanting, persons=persons, kept=kept),
                kept_worth=worth,
            )
            if self._still_open(wanting, "low") == before:
                return

    def _kept(self, groups: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return atoms of members who still need a witness, no two in one of their groups."""
        kept: list[int] = []
        wanting: list[int] = []
        banned: set[int] = set()
        for group in groups:
            inside = self._witnesses.inside[group]
            is_open = self._witnesses.open_persons(group, "low")[inside]
            atoms = self._witnesses.persons[inside[is_open]].tolist()
            free = [atom for atom in atoms if atom not in banned]
            if free and not banned & set(self._groups.atoms_of(group).tolist()):
                kept.append(free[0])
                wanting.append(group)
                banned |= set(self._groups.atoms_of(group).tolist())
        return kept, wanting

    def _outsiders_open(self, group: int, end: str) -> Mask:
        found = self._witnesses.open_persons(group, end).copy()
        if end == "low":
            found[self._witnesses.inside[group]] = False
        return found

    def _still_open(self, groups: Sequence[int], end: str) -> int:
        return sum(
            int(self._witnesses.open_persons(group, end).sum())
            + int(self._witnesses.needs(group, end))
            for group in groups
        )

    def _solve(self, push: Push, kept_worth: float = 0.0) -> None:
        if push.kept:
            push.persons[list(push.kept)] = kept_worth
        sizes, left = self._pushing.solve(push)
        if left and self._left is not None:
            self._left(left)
        if sizes is not None:
            self._witnesses.see(self._check(sizes))
