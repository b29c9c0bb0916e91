"""With many atoms the audit says exactly what the plain linear program says of each group.

The tables are small, and the audit is told that they are large.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipelines.disclosing import solver
from pipelines.disclosing.audit import Auditor
from pipelines.disclosing.condensed import condensed
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import ALMOST, Knowledge, SparseRows
from pipelines.disclosing.nearby import Nearby
from pipelines.disclosing.solver import Solver, Work
from tests.unit.disclosing.enumeration import SMALLEST, SmallTable, enumerated, small_table

DEMANDS = (Demand("reach", SMALLEST), Demand("doubt", SMALLEST))
TABLES = 300


@pytest.fixture(autouse=True)
def _every_table_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "MOST_WHOLE", 0)


def plain_end(
    knowledge: Knowledge, weights: np.ndarray, person: int | None, *, is_high: bool
) -> float:
    """Return the end of an interval by another front door to a linear program."""
    rows = np.array([knowledge.statements.total([row]) for row in range(len(knowledge.lowest))])
    is_bounded = np.isfinite(knowledge.highest)
    least = np.zeros(len(weights))
    if person is not None:
        least[person] = 1
    found = linprog(
        -weights if is_high else weights,
        A_ub=np.concatenate([rows[is_bounded], -rows]),
        b_ub=np.concatenate([knowledge.highest[is_bounded], -knowledge.lowest]),
        bounds=[(one, None) for one in least],
    )
    if found.status == 3:
        return np.inf
    assert found.status == 0, found.message
    return -found.fun if is_high else found.fun


def is_exposed(table: SmallTable, group: int, demand: Demand, person: int | None) -> bool:
    weights = table.groups.total([group])
    low = plain_end(table.knowledge, weights, person, is_high=False)
    high = plain_end(table.knowledge, weights, person, is_high=True)
    is_member = person is not None and person in table.groups.atoms_of(group)
    return not demand.is_met(low - ALMOST, high + ALMOST, is_member)


def test_the_audit_of_many_atoms_equals_the_plain_linear_program() -> None:
    ends = [0, 0, 0]
    for seed in range(TABLES):
        table, demand = small_table(seed), DEMANDS[seed % 2]
        exposed = {
            one.group: one for one in Auditor(table.knowledge, table.groups, demand).run().exposures
        }
        for group in range(len(table.groups)):
            to_all = is_exposed(table, group, demand, None)
            to_one = any(
                is_exposed(table, group, demand, int(person))
                for person in table.knowledge.persons()
            )
            exposure = exposed.get(group)
            assert (exposure is not None) == (to_all or to_one), (seed, group)
            assert (exposure is not None and exposure.person is None) == to_all, (seed, group)
            ends[0 if to_all else 1 if to_one else 2] += 1
    assert min(ends) > 10, ends


def test_what_many_atoms_expose_is_exposed_in_whole_numbers_too() -> None:
    for seed in range(0, TABLES, 3):
        table, demand = small_table(seed), DEMANDS[seed % 2]
        truth = enumerated(table, demand)
        for one in Auditor(table.knowledge, table.groups, demand).run().exposures:
            assert truth[one.group].is_exposed or truth[one.group].is_exposed_to_a_person


@given(st.integers(0, 5_000), st.data())
@settings(max_examples=150, deadline=None)
def test_a_witness_near_the_truth_is_one(seed: int, data: st.DataObject) -> None:
    """It agrees with every statement and the wish; there is none only where none can be."""
    table = small_table(seed)
    group = data.draw(st.integers(0, len(table.groups) - 1))
    person = data.draw(st.sampled_from([None, *table.knowledge.persons().tolist()]))
    nearby = Nearby(table.knowledge, table.groups, Work())
    weights = table.groups.total([group])
    for wanted, is_high in ((0, False), (SMALLEST, True)):
        kept = [] if person is None else [person]
        bounds = {"lowest": wanted} if is_high else {"highest": wanted}
        sizes = nearby.find(group, kept=kept, **bounds)
        end = plain_end(table.knowledge, weights, person, is_high=is_high)
        if sizes is None:
            assert end < wanted - ALMOST if is_high else end > wanted + ALMOST
            continue
        assert table.knowledge.allows(sizes)
        assert person is None or sizes[person] >= 1 - ALMOST
        assert weights @ sizes >= wanted - ALMOST if is_high else weights @ sizes <= ALMOST


@st.composite
def nested_sums(draw: st.DrawFn) -> SparseRows:
    """Return sums of which many contain each other nearly, some of them counting atoms twice."""
    width = draw(st.integers(1, 12))
    atoms = st.integers(0, width - 1)
    rows: list[dict[int, int]] = []
    for _ in range(draw(st.integers(1, 12))):
        row = dict(draw(st.sampled_from(rows))) if rows and draw(st.booleans()) else {}
        for atom in draw(st.lists(atoms, max_size=3)):
            row[atom] = row.get(atom, 0) + 1
        rows.append(row)
    return SparseRows([sorted(row.items()) for row in rows], width)


@given(nested_sums())
@settings(max_examples=150, deadline=None)
def test_condensed_statements_say_the_same(rows: SparseRows) -> None:
    """Solved for the sums that have columns, they are the rows again."""
    made = condensed(rows)
    matrix = made.matrix.toarray()
    many, atoms = len(rows), made.atoms
    plain = np.array([rows.total([row]) for row in range(many)])
    # The lower part says: what the sum is made of, minus the sum, is nothing.
    sums = np.linalg.solve(matrix[many:, atoms:], -matrix[many:, :atoms])
    assert np.allclose(matrix[:many, :atoms] + matrix[:many, atoms:] @ sums, plain)


def test_condensed_statements_hold_fewer_numbers() -> None:
    """Forty totals of which each has one atom more than the last."""
    rows = SparseRows([[(atom, 1) for atom in range(last + 1)] for last in range(40)], 40)
    made = condensed(rows)
    assert len(rows.index) == 820
    assert made.matrix.nnz < 160


def test_the_largest_sum_is_that_of_the_plain_program() -> None:
    for seed in range(60):
        table = small_table(seed)
        weights = table.groups.total([0])
        found = Solver(table.knowledge).largest(weights)
        end = plain_end(table.knowledge, weights, None, is_high=True)
        assert min(end, solver.CEILING) == pytest.approx(min(found.bound, solver.CEILING))
