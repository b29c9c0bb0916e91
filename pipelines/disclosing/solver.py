"""The smallest and largest sum that the statements allow, by HiGHS.

A linear program bounds from outside, so what it excludes is excluded. What it allows is proved by
whole numbers where there are few atoms: its own solution where that is whole, else one of the
mixed-integer solver. Where there are many, the solution of the linear program is taken as it is.
Counted are solves, never seconds, so that the same question always gives the same account.

Border: what the sums mean is not known here.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from pipelines.disclosing.condensed import condensed
from pipelines.disclosing.knowledge import ALMOST, NO_BOUND, Floats, Knowledge

CEILING = 1e6  # of the size of an atom, so that every search has an end
MOST_WHOLE = 400  # atoms for which whole numbers are searched
MOST_NODES = 20_000  # of one mixed-integer search; what is not decided then counts as excluded
QUICK_NODES, QUICK_GAP = 50, 0.05


@dataclass
class Work:
    """How much was solved."""

    linear: int = 0
    whole: int = 0


@dataclass(frozen=True)
class Found:
    """What one search found.

    Attributes:
        bound: What the sum cannot be above (below when minimised), by the linear program.
        sizes: Sizes of the atoms that agree with every statement, if any were found.
    """

    bound: float
    sizes: Floats | None


class Solver:
    """Searches the sizes of atoms that agree with what is published."""

    def __init__(self, knowledge: Knowledge, work: Work | None = None) -> None:
        self.knowledge = knowledge
        self.work = work if work is not None else Work()
        self.is_whole = len(knowledge.truth) <= MOST_WHOLE
        self._atoms = np.arange(len(knowledge.truth), dtype=np.int32)
        self._linear = opened(knowledge)
        self._whole: highspy.Highs | None = None

    def largest(
        self,
        weights: Floats,
        at_least: Floats | None = None,
        wanted: float | None = None,
        is_thorough: bool = True,
    ) -> Found:
        """Return the largest weighted sum, and sizes that reach it.

        Args:
            weights: The weight of each atom.
            at_least: The least size of each atom; nothing where not given.
            wanted: What is enough; the search may stop there.
            is_thorough: Whether to go on until it is decided; else whatever is found quickly.
        """
        lower = at_least if at_least is not None else np.zeros(len(weights))
        bound, sizes = self._linear_largest(weights, lower)
        if sizes is None or not self.is_whole:
            return Found(bound, sizes)
        sizes = np.rint(sizes)
        # Whole numbers beside a solution that is not whole may agree and still not be the best.
        enough = np.floor(bound + ALMOST) if wanted is None else min(wanted, bound)
        is_enough = not is_thorough or weights @ sizes >= enough - ALMOST
        if is_enough and self.knowledge.allows(sizes) and np.all(sizes >= lower):
            return Found(bound, sizes)
        if wanted is not None and bound < wanted - ALMOST:
            return Found(bound, None)
        return self._whole_largest(weights, lower, bound, wanted, is_thorough)

    def smallest(
        self,
        weights: Floats,
        at_least: Floats | None = None,
        wanted: float | None = None,
        is_thorough: bool = True,
    ) -> Found:
        """Return the smallest weighted sum, and sizes that reach it; as ``largest``."""
        opposite = None if wanted is None else -wanted
        found = self.largest(-weights, at_least, opposite, is_thorough)
        return Found(-found.bound, found.sizes)

    def reasons(self, weights: Floats, at_least: Floats) -> list[tuple[int, bool]]:
        """Return the statements that together keep a weighted sum from being larger.

        Each with whether it is its lower end that does.
        """
        bound, _ = self._linear_largest(weights, at_least)
        if bound == -NO_BOUND or bound >= CEILING:
            return []
        solution = self._linear.getSolution()
        prices = np.array(solution.row_dual[: len(self.knowledge.lowest)])
        rows = np.flatnonzero(np.abs(prices) > ALMOST)
        return [(int(row), bool(prices[row] > 0)) for row in rows]

    def _linear_largest(self, weights: Floats, lower: Floats) -> tuple[float, Floats | None]:
        """Return the bound and a solution that reaches it."""
        self.work.linear += 1
        solver = self._linear
        _ask(solver, self._atoms, weights, lower)
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return -NO_BOUND, None
        return -solver.getObjectiveValue(), _sizes(solver, len(weights))

    def _whole_largest(
        self,
        weights: Floats,
        lower: Floats,
        bound: float,
        wanted: float | None,
        is_thorough: bool,
    ) -> Found:
        self.work.whole += 1
        if self._whole is None:
            self._whole = opened(self.knowledge, is_whole=True)
        solver = self._whole
        solver.setOptionValue("objective_target", -NO_BOUND if wanted is None else -wanted)
        solver.setOptionValue("mip_rel_gap", 0.0 if is_thorough else QUICK_GAP)
        solver.setOptionValue("mip_max_nodes", MOST_NODES if is_thorough else QUICK_NODES)
        _ask(solver, self._atoms, weights, lower)
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Found(-NO_BOUND, None)
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Found(bound, None)
        sizes = np.rint(_sizes(solver, len(weights)))
        if status == highspy.HighsModelStatus.kOptimal and is_thorough:
            bound = min(bound, -info.objective_function_value)
        return Found(bound, sizes if self.knowledge.allows(sizes) else None)


def _ask(solver: highspy.Highs, atoms: NDArray[np.int32], weights: Floats, lower: Floats) -> None:
    count = len(atoms)
    solver.changeColsCost(count, atoms, -weights)
    solver.changeColsBounds(count, atoms, lower, np.full(count, CEILING))
    solver.run()


def _sizes(solver: highspy.Highs, atoms: int) -> Floats:
    return np.array(solver.getSolution().col_value[:atoms])


def opened(knowledge: Knowledge, is_whole: bool = False) -> highspy.Highs:
    """Return HiGHS with every statement.

    The atoms come first among its columns, and the statements first among its rows.
    """
    statements = condensed(knowledge.statements)
    model = statements.program(knowledge, CEILING)
    if is_whole:
        kinds = [highspy.HighsVarType.kInteger] * statements.atoms
        model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * statements.sums
    return solver_of(model)


def solver_of(model: highspy.HighsLp) -> highspy.Highs:
    """Return HiGHS with a program, silent and on one thread, so that it repeats itself."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 1)
    solver.passModel(model)
    return solver
