"""How long the audit of cross tables takes: solves and seconds by the number of cells.

Give ``python -m tests.bench.disclosure``; the numbers stand in the README.

Border: whether the audit is right is tested in ``tests/unit/disclosing``.
"""

import random
import time

import numpy as np
from rich.console import Console

from pipelines.disclosing.audit import Auditor
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import NO_BOUND, Knowledge, SparseRows

SMALLEST = 5
SIZES = ((18, 128), (18, 384))  # institutions by other values: 2,304 and 6,912 cells


def rounded_table(rows: int, columns: int, seed: int = 1) -> tuple[Knowledge, SparseRows]:
    """Return a table with its margins, all rounded, and its small cells."""
    maker = random.Random(seed)  # noqa: S311
    count = rows * columns
    truth = [maker.choice((0, 1, 2, 3, 6, 11, 24, 60)) for _ in range(count)]
    sums = [[(cell, 1)] for cell in range(count)]
    sums += [[(row * columns + column, 1) for column in range(columns)] for row in range(rows)]
    sums += [[(row * columns + column, 1) for row in range(rows)] for column in range(columns)]
    sums.append([(cell, 1) for cell in range(count)])
    said = [_said(sum(truth[cell] for cell, _ in one)) for one in sums]
    knowledge = Knowledge(
        SparseRows(sums, count),
        np.array([low for low, _ in said]),
        np.array([high for _, high in said]),
        np.array(truth, dtype=np.int64),
    )
    small = [[(cell, 1)] for cell in range(count) if 0 < truth[cell] < SMALLEST]
    return knowledge, SparseRows(small, count)


def suppressed_table(rows: int, columns: int, seed: int = 1) -> tuple[Knowledge, SparseRows]:
    """Return a table with exact margins and its smaller cells hidden."""
    knowledge, groups = rounded_table(rows, columns, seed)
    values = knowledge.statements.times(knowledge.truth)
    is_hidden = (values < 4 * SMALLEST) & (np.arange(len(values)) < rows * columns)
    lowest, highest = np.where(is_hidden, 0, values), np.where(is_hidden, NO_BOUND, values)
    return Knowledge(knowledge.statements, lowest, highest, knowledge.truth), groups


def _said(true: int) -> tuple[float, float]:
    if true < SMALLEST:
        return 0.0, SMALLEST - 1.0
    nearest = SMALLEST * ((2 * true + SMALLEST) // (2 * SMALLEST))
    return float(max(nearest - 2, SMALLEST)), float(nearest + 2)


def main() -> None:
    """Print what auditing tables of several sizes takes."""
    console = Console()
    for name, make, kind in (
        ("rounded", rounded_table, "doubt"),
        ("suppressed", suppressed_table, "reach"),
    ):
        for rows, columns in SIZES:
            knowledge, groups = make(rows, columns)
            started, cpu = time.monotonic(), time.process_time()
            audit = Auditor(knowledge, groups, Demand(kind, SMALLEST)).run()  # type: ignore[arg-type]
            console.print(
                f"{name}: {rows * columns} cells, {len(groups)} groups, "
                f"{len(audit.exposures)} exposed, {audit.work.linear} solves, "
                f"{time.monotonic() - started:.1f} s, {time.process_time() - cpu:.1f} s CPU"
            )


if __name__ == "__main__":
    main()
