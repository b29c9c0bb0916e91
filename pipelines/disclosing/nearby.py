"""Witnesses near the truth: one group at an end, and as few units as possible moved for it.

What is near the truth leaves nearly everybody the own record, so it serves nearly every person at
once; and the solver starts at the last answer and is soon done. Where there is no such witness the
program has no solution at all, which proves it.

Border: when a group is wanted at an end, and for whom, is decided in ``alone.py``.
"""

from collections.abc import Iterable

import highspy
import numpy as np
from scipy import sparse

from pipelines.disclosing.condensed import condensed
from pipelines.disclosing.knowledge import NO_BOUND, Floats, Knowledge, SparseRows
from pipelines.disclosing.solver import CEILING, Work, solver_of

FACTOR, MODULUS = 7_919, 10_007  # primes that make no two moves cost the same
SPREAD = 0.1  # how much more the dearest move costs than the cheapest


class Nearby:
    """Looks for witnesses near the truth.

    Args:
        knowledge: The statements and the truth.
        groups: The atoms of each group.
        work: Where solves are counted.
    """

    def __init__(self, knowledge: Knowledge, groups: SparseRows, work: Work) -> None:
        self._work = work
        self._truth = knowledge.truth.astype(np.float64)
        statements = condensed(knowledge.statements)
        count = statements.atoms
        model = statements.program(knowledge, CEILING)
        costs = 1 + SPREAD * (np.arange(count) * FACTOR % MODULUS) / MODULUS
        model.col_cost_ = np.concatenate([costs, np.zeros(statements.sums)])
        model.col_lower_ = np.concatenate([self._truth, np.full(statements.sums, -NO_BOUND)])
        self._solver = solver_of(model)
        self._solver.setOptionValue("presolve", "off")
        # Who leaves an atom stands in columns of their own, so that each move costs what it is.
        leaving = -statements.matrix[:, :count].tocsc()
        self._leaving = count + statements.sums + np.arange(count, dtype=np.int32)
        self._solver.addCols(
            count,
            costs * (1 + SPREAD),
            np.zeros(count),
            self._truth,
            leaving.nnz,
            leaving.indptr[:-1],
            leaving.indices,
            leaving.data,
        )
        self._first = self._solver.getNumRow()
        self._add_groups(groups)

    def _add_groups(self, groups: SparseRows) -> None:
        """Add the size of each group, free as long as it is not wanted at an end."""
        several = len(groups)
        count = len(self._truth)
        of_group = sparse.csr_matrix(
            (groups.value, groups.index, groups.start), shape=(several, count)
        )
        between = sparse.csr_matrix((several, int(self._leaving[0]) - count))
        rows = sparse.hstack([of_group, between, -of_group]).tocsr()
        self._solver.addRows(
            several,
            np.full(several, -NO_BOUND),
            np.full(several, NO_BOUND),
            rows.nnz,
            rows.indptr[:-1],
            rows.indices,
            rows.data.astype(np.float64),
        )

    def find(
        self, group: int, lowest: float = 0, highest: float = NO_BOUND, kept: Iterable[int] = ()
    ) -> Floats | None:
        """Return sizes near the truth that give a group a wanted size; nothing if there are none.

        Args:
            group: The group.
            lowest: The smallest size that is wanted.
            highest: The largest size that is wanted.
            kept: Atoms that must keep a member.
        """
        self._work.linear += 1
        solver, row = self._solver, self._first + group
        most = self._truth.copy()
        most[list(kept)] -= 1
        count = len(most)
        solver.changeColsBounds(count, self._leaving, np.zeros(count), most)
        solver.changeRowBounds(row, lowest, highest)
        solver.run()
        is_found = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        values = np.array(solver.getSolution().col_value)
        solver.changeRowBounds(row, -NO_BOUND, NO_BOUND)
        return np.maximum(values[:count] - values[self._leaving], 0) if is_found else None
