"""Statements written as differences from one another, so that a linear program holds few numbers.

Printed totals repeat what their parts say, and the upper bound of a cell nearly repeats its lower
one. So the sum of a statement gets a column of its own where other statements can be written as
that sum and a few atoms. The program is the same; it holds a quarter of the numbers.

Border: what the sums mean, and what is asked of them, is not known here.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import highspy
import numpy as np
from scipy import sparse

from pipelines.disclosing.knowledge import NO_BOUND, Floats, Knowledge, SparseRows

Matrix: TypeAlias = Any  # of scipy, which tells no types
SAVED = 1  # coefficients that a base must save before it is worth its own


@dataclass(frozen=True)
class Condensed:
    """What is known, with a column for every sum that others are written with.

    Attributes:
        matrix: The statements in their order, then what each sum is made of; the atoms come first
            among the columns.
        atoms, sums: How many there are of each.
    """

    matrix: Matrix
    atoms: int
    sums: int

    def program(self, knowledge: Knowledge, ceiling: float) -> highspy.HighsLp:
        """Return the linear program without a goal, each atom from nobody to the ceiling."""
        model, nothing = highspy.HighsLp(), np.zeros(self.sums)
        model.num_row_, model.num_col_ = self.matrix.shape
        model.col_cost_ = np.zeros(self.atoms + self.sums)
        model.col_lower_ = np.concatenate([np.zeros(self.atoms), np.full(self.sums, -NO_BOUND)])
        model.col_upper_ = np.concatenate(
            [np.full(self.atoms, ceiling), np.full(self.sums, NO_BOUND)]
        )
        model.row_lower_ = np.concatenate([knowledge.lowest, nothing])
        model.row_upper_ = np.concatenate([knowledge.highest, nothing])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = self.matrix.indptr
        model.a_matrix_.index_ = self.matrix.indices
        model.a_matrix_.value_ = self.matrix.data
        return model


def condensed(statements: SparseRows) -> Condensed:
    """Return statements as few numbers."""
    whole = _matrix(statements)
    bases = _bases(whole)
    parts = (whole - bases @ whole).tocsr()
    parts.eliminate_zeros()
    named = np.unique(bases.indices)
    with_sums = bases[:, named]
    is_sum = sparse.identity(len(statements), format="csr")[:, named]
    # A sum that has a column is that column; below stands what it is made of.
    others = sparse.diags(1.0 - np.asarray(is_sum.sum(axis=1)).ravel())
    rows = sparse.hstack([others @ parts, others @ with_sums + is_sum])
    made_of = sparse.hstack([parts, with_sums - is_sum]).tocsr()[named]
    matrix = sparse.vstack([rows, made_of]).tocsr()
    matrix.eliminate_zeros()
    return Condensed(matrix, statements.width, len(named))


def _matrix(rows: SparseRows) -> Matrix:
    return sparse.csr_matrix(
        (rows.value.astype(np.float64), rows.index, rows.start), shape=(len(rows), rows.width)
    )


def _bases(whole: Matrix) -> Matrix:
    """Return per row which others to take from it, so that little is left; smaller rows first.

    Rows count nearly everybody once, so the squared length of what is left is how many are left.
    """
    lengths = np.asarray(whole.multiply(whole).sum(axis=1)).ravel()
    shared = (whole @ whole.T).tocsr()
    is_done = np.zeros(len(lengths), dtype=bool)
    taken: list[tuple[int, int]] = []
    for row in np.argsort(lengths, kind="stable"):
        common, left = _row(shared, row), lengths[row]
        while True:
            after = np.where(is_done, left + lengths - 2 * common, NO_BOUND)
            base = int(np.argmin(after))
            if not after[base] + SAVED < left:
                break
            taken.append((int(row), base))
            left, common = after[base], common - _row(shared, base)
        is_done[row] = True
    where = np.array(taken, dtype=np.int32).reshape(-1, 2).T
    shape = (len(lengths), len(lengths))
    return sparse.csr_matrix((np.ones(len(taken)), (where[0], where[1])), shape=shape)


def _row(rows: Matrix, row: int) -> Floats:
    found = np.zeros(rows.shape[1])
    part = slice(rows.indptr[row], rows.indptr[row + 1])
    found[rows.indices[part]] = rows.data[part]
    return found
