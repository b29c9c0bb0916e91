"""What a reader of everything published knows, as numbers: statements about sums of atoms.

Border: where atoms and statements come from is not known here, nor what follows from them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
NO_BOUND = np.inf
ALMOST = 1e-6


class SparseRows:
    """Rows of integer coefficients over atoms, most of them zero.

    Args:
        rows: Per row the atoms it holds with their coefficients.
        width: How many atoms there are.
    """

    def __init__(self, rows: Iterable[Sequence[tuple[int, int]]], width: int) -> None:
        entries = [list(row) for row in rows]
        lengths = [len(row) for row in entries]
        self.width = width
        self.start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        flat = [one for row in entries for one in row]
        self.index = np.array([atom for atom, _ in flat], dtype=np.int32)
        self.value = np.array([coefficient for _, coefficient in flat], dtype=np.int64)
        self._row_of = np.repeat(np.arange(len(entries)), lengths).astype(np.int64)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.start) - 1

    def times(self, sizes: Floats | Integers) -> Floats:
        """Return the sum of every row when the atoms have these sizes."""
        weights = self.value * sizes[self.index]
        sums = np.bincount(self._row_of, weights=weights, minlength=len(self))
        return sums.astype(np.float64)

    def atoms_of(self, row: int) -> NDArray[np.int32]:
        """Return the atoms of a row."""
        return self.index[self.start[row] : self.start[row + 1]]

    def only(self, rows: Iterable[int]) -> "SparseRows":
        """Return some of the rows."""
        return SparseRows([self.entries(row) for row in rows], self.width)

    def entries(self, row: int) -> list[tuple[int, int]]:
        """Return the atoms of a row with their coefficients."""
        part = slice(self.start[row], self.start[row + 1])
        return list(zip(self.index[part].tolist(), self.value[part].tolist(), strict=True))

    def total(self, rows: Iterable[int]) -> Floats:
        """Return the sum of some rows as one row with every atom."""
        found = np.zeros(self.width)
        for row in rows:
            part = slice(self.start[row], self.start[row + 1])
            np.add.at(found, self.index[part], self.value[part])
        return found


@dataclass(frozen=True)
class Knowledge:
    """Everything published, and the sizes that the atoms truly have.

    Attributes:
        statements: One row per statement, over the atoms.
        lowest, highest: What each statement says that its sum is.
        truth: The true size of every atom; zero for those that are only possible.
    """

    statements: SparseRows
    lowest: Floats
    highest: Floats
    truth: Integers

    def allows(self, sizes: Floats | Integers) -> bool:
        """Return whether sizes of the atoms agree with every statement."""
        sums = self.statements.times(sizes)
        is_within = np.all(sums >= self.lowest - ALMOST) and np.all(sums <= self.highest + ALMOST)
        return bool(is_within and np.all(sizes >= 0))

    def persons(self) -> NDArray[np.int64]:
        """Return the atoms that have members: whose own record somebody may know."""
        return np.flatnonzero(self.truth > 0)
