"""Choosing what to hide where there are too many numbers for the cheapest choice.

Groups are pushed to their ends as in an audit, but numbers that may be hidden may be left at their
loss: those that the solution leaves are hidden. So each solution is a witness of the choice that it
makes, and what more is hidden later takes nothing from it. That is slow, so it is done once for
every group; an audit with the choice fixed looks for the rest. What it still finds revealed is
pushed alone, at any loss.

Border: which numbers may be hidden, and what that loses, is told; the cheapest choice where there
are few numbers is ``suppression.py``.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import Floats, Knowledge, SparseRows
from pipelines.disclosing.pushing import Push, Pushing
from pipelines.disclosing.solver import Work
from pipelines.disclosing.witnesses import Witnesses
from pipelines.disclosing.witnessing import Together

AT_ANY_LOSS = 100.0  # what a person is worth for whom nothing else was found
LEAST_LOSS, MOST_LOSS = 0.1, 100.0  # of a number, where the middle one loses one


class Hider:
    """Hides numbers until every group can have the sizes that are demanded.

    Args:
        knowledge: What is known when every number is shown; the numbers come first.
        groups: The atoms of every group.
        demand: What must stay possible.
        losses: What hiding each number loses; infinite where it may not be hidden.
        closed: Returns numbers with those that are hidden with them.
        work: Where solves are counted.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        groups: SparseRows,
        demand: Demand,
        losses: Floats,
        closed: Callable[[Iterable[int]], frozenset[int]],
        work: Work,
    ) -> None:
        self._groups = groups
        self._demand = demand
        self._closed = closed
        self._witnesses = Witnesses(groups, demand, knowledge.truth)
        finite = losses[np.isfinite(losses)]
        middle = float(np.median(finite)) if len(finite) else 1.0
        scaled = np.where(
            np.isfinite(losses), np.clip(losses / middle, LEAST_LOSS, MOST_LOSS), np.inf
        )
        self._pushing = Pushing(knowledge, groups, demand.size, work, scaled)
        self._together = Together(
            groups, demand, self._witnesses, self._pushing, lambda sizes: sizes, self.hide
        )
        self.hidden: frozenset[int] = frozenset()

    @property
    def found(self) -> list[Floats]:
        """The witnesses that the choice was made with."""
        return self._witnesses.found

    def hide(self, numbers: Iterable[int]) -> None:
        """Hide numbers, and those that are hidden with them."""
        more = self._closed(numbers) - self.hidden
        self._pushing.let_leave(sorted(more))
        self.hidden |= more

    def protect(self) -> None:
        """Hide what it takes to bring each group to both ends once, in company of others."""
        self._together.sweep()

    def protect_alone(self, group: int, person: int | None) -> bool:
        """Push one group for everybody or for one person at any loss; return whether it hides."""
        before = self.hidden
        persons = np.zeros(self._groups.width)
        kept: Sequence[int] = ()
        if person is not None:
            persons[person] = AT_ANY_LOSS**2
            kept = [person] if person in self._groups.atoms_of(group).tolist() else ()
        for push in (
            Push(filled=[group], persons=persons),
            Push(emptied=[group], persons=persons, kept=kept),
        ):
            sizes, left = self._pushing.solve(push)
            self.hide(left)
            self._witnesses.see(sizes)
        return self.hidden != before
