"""Which sizes of a group must stay possible, so that it is not revealed.

Exact figures with hidden cells must leave everything from nobody to k members possible. A rounded
figure says by itself that it is below k or near a multiple of it, so that cannot be asked of it;
what nobody may be certain of is that there are 1 to k - 1: nobody or k must stay possible.
Source: reliability.md, Disclosure rules; the second is the first as far as rounding allows.

Border: nothing is solved here.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Demand:
    """What must stay possible of every group.

    Attributes:
        kind: ``reach``: nobody and ``size``; ``doubt``: nobody or ``size``.
        size: The smallest group that may be known: k.
    """

    kind: Literal["reach", "doubt"]
    size: int

    def is_met(self, lowest: float, highest: float, is_member: bool = False) -> bool:
        """Return whether an interval is wide enough.

        Args:
            lowest: The smallest possible size of the group.
            highest: The largest possible size.
            is_member: Whether the reader is one of the group, who knows that it is not empty; then
                it must be possible that there is nobody else.
        """
        return self.both(lowest <= (1 if is_member else 0), highest >= self.size)

    def both(self, is_empty_possible: bool, is_large_possible: bool) -> bool:
        """Return whether enough is possible, when this is."""
        if self.kind == "reach":
            return is_empty_possible and is_large_possible
        return is_empty_possible or is_large_possible
