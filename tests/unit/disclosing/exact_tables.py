"""Random tables of exact numbers: places by statuses with totals, under nested definitions.

Border: what is hidden in them is decided by who asks.
"""

import random

import numpy as np

from pipelines.disclosing.knowledge import SparseRows
from pipelines.disclosing.suppression import ExactNumbers

SMALLEST = 5
SIZES = (0, 1, 2, 3, 5, 8, 12, 20, 30)
Row = list[tuple[int, int]]


def plain_table(seed: int, places: int, statuses: int) -> tuple[ExactNumbers, SparseRows]:
    """Return a table of cells with totals; only the total of all may not be hidden."""
    maker = random.Random(seed)  # noqa: S311
    count = places * statuses
    truth = [maker.choice(SIZES) for _ in range(count)]
    cells: list[Row] = [[(atom, 1)] for atom in range(count)]
    by_place: list[Row] = [
        [(place * statuses + status, 1) for status in range(statuses)] for place in range(places)
    ]
    by_status: list[Row] = [
        [(place * statuses + status, 1) for place in range(places)] for status in range(statuses)
    ]
    margins = [*by_place, *by_status]
    everybody: Row = [(atom, 1) for atom in range(count)]
    return _numbers([*cells, *margins, everybody], truth, len(cells), [*cells, *margins])


def nested_table(seed: int, places: int) -> tuple[ExactNumbers, SparseRows]:
    """Return places with totals under three definitions, each within the next.

    Of a place those who are in one definition and not in the one within it are a group too.
    """
    maker = random.Random(seed)  # noqa: S311
    levels = 3  # in the narrowest definition, in the next only, in the widest only
    truth = [maker.choice(SIZES) for _ in range(places * levels)]
    cells: list[Row] = []
    groups: list[Row] = []
    for place in range(places):
        atoms = [place * levels + level for level in range(levels)]
        for level in range(levels):
            cells.append([(atom, 1) for atom in atoms[: level + 1]])
            groups.append([(atoms[level], 1)])
    totals: list[Row] = [
        [(place * levels + inner, 1) for place in range(places) for inner in range(level + 1)]
        for level in range(levels)
    ]
    return _numbers([*cells, *totals], truth, len(cells), [*cells, *groups])


def _numbers(
    rows: list[Row], truth: list[int], cells: int, groups: list[Row]
) -> tuple[ExactNumbers, SparseRows]:
    values = [sum(truth[atom] for atom, _ in row) for row in rows]
    small = [row for row in groups if 0 < sum(truth[atom] for atom, _ in row) < SMALLEST]
    numbers = ExactNumbers(
        SparseRows(rows, len(truth)),
        np.array(truth, dtype=np.int64),
        [max(1, value) * (1 if row < cells else 10) for row, value in enumerate(values)],
        [row < len(rows) - 1 for row in range(len(rows))],
    )
    return numbers, SparseRows(small, len(truth))
