"""The example of the README: three institutions, two statuses, one cell of three."""

import numpy as np

from pipelines.disclosing.audit import Auditor
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import SparseRows
from pipelines.disclosing.suppression import ExactNumbers, choose_hidden

DEMAND = Demand("reach", 5)
# Per institution working and seeking; then the totals of rows, of columns, of all.
CELLS = (40, 21, 33, 3, 14, 12)
NAMES = (
    *("ugent working", "ugent seeking", "odisee working", "odisee seeking"),
    *("ucll working", "ucll seeking", "ugent", "odisee", "ucll", "working", "seeking", "all"),
)
SUMS = ((0,), (1,), (2,), (3,), (4,), (5,), (0, 1), (2, 3), (4, 5), (0, 2, 4), (1, 3, 5))
EVERYBODY = tuple(range(len(CELLS)))


def example() -> ExactNumbers:
    rows = [[(atom, 1) for atom in one] for one in (*SUMS, EVERYBODY)]
    truth = np.array(CELLS, dtype=np.int64)
    values = [sum(CELLS[atom] for atom in one) for one in (*SUMS, EVERYBODY)]
    kept = {"all", "working", "seeking", "ugent", "odisee", "ucll"}
    return ExactNumbers(
        SparseRows(rows, len(CELLS)), truth, values, [name not in kept for name in NAMES]
    )


def test_the_least_is_hidden_and_the_totals_stay() -> None:
    numbers, groups = example(), SparseRows([[(3, 1)]], len(CELLS))
    choice = choose_hidden(numbers, groups, DEMAND)
    assert {NAMES[row] for row in choice.hidden} == {
        *("odisee seeking", "odisee working", "ucll working", "ucll seeking"),
    }
    assert choice.audit.is_passed
    knowledge = numbers.knowledge(numbers.shown(choice.hidden))
    assert Auditor(knowledge, groups, DEMAND).interval(0) == (0, 15)


def test_the_small_cell_alone_is_no_protection() -> None:
    numbers, groups = example(), SparseRows([[(3, 1)]], len(CELLS))
    alone = Auditor(numbers.knowledge(numbers.shown({3})), groups, DEMAND).run()
    assert [(one.lowest, one.highest) for one in alone.exposures] == [(3, 3)]
