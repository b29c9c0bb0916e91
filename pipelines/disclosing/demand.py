"""How many sizes of a group must stay possible, so that it is not revealed.

Exact figures with hidden cells must leave everything from nobody to k members possible. A rounded
figure says by itself that it is near a multiple of k or below k, so of a group behind rounded
figures as many sizes must stay possible as one rounded number leaves: k.
Source: reliability.md, Disclosure rules.

Border: nothing is solved here.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Demand:
    """What must stay possible of every group.

    Attributes:
        kind: ``reach``: from nobody to ``size``; ``width``: ``size`` sizes in a row.
        size: The smallest group that may be known: k.
    """

    kind: Literal["reach", "width"]
    size: int

    def is_met(self, lowest: float, highest: float, is_member: bool = False) -> bool:
        """Return whether an interval is wide enough.

        Args:
            lowest: The smallest possible size of the group.
            highest: The largest possible size.
            is_member: Whether the reader is one of the group, who knows that it is not empty; then
                the others are asked about, of whom there is one less.
        """
        least = 1 if is_member else 0
        if self.kind == "reach":
            return lowest <= least and highest >= self.size
        return highest - lowest >= self.size - 1 - least

    def highest_from(self, lowest: int) -> int:
        """Return the largest size that must be possible where ``lowest`` is the smallest."""
        return self.size if self.kind == "reach" else lowest + self.size - 1
