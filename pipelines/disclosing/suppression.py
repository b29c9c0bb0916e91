"""Which exact numbers to hide, so that nothing is revealed and as little as possible is lost.

Numbers of 1 to k - 1 are hidden. The audit then says which groups are revealed all the same, and
the linear program which printed numbers together reveal one: at least one of those must be hidden.
The cheapest choice that hides one of every such set is made, and audited again, until nothing is
revealed. Each set is a necessary condition, so the last choice is the cheapest there is. Where that
takes too many rounds, or there are too many atoms, numbers are hidden as ``hiding.py`` does.

Border: numbers only; what a number is worth, and which may be hidden at all, is decided elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from pipelines.disclosing.audit import Audit, Auditor, Exposure
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.hiding import Hider
from pipelines.disclosing.knowledge import Floats, Integers, Knowledge, SparseRows
from pipelines.disclosing.solver import MOST_WHOLE, Solver, Work

MOST_EXACT_ROUNDS = 40
MOST_ROUNDS = 60
AT_ONCE = 40  # exposures that one round of choosing looks for


@dataclass(frozen=True)
class ExactNumbers:
    """Exact numbers that may be published.

    Attributes:
        rows: The atoms that each number counts.
        truth: The true size of every atom.
        losses: What is lost when a number is hidden, more than nothing.
        may_hide: Whether a number may be hidden at all.
        with_it: Pairs of numbers: where the first is hidden, the second is too.
        known: What was published before: statements that stay.
    """

    rows: SparseRows
    truth: Integers
    losses: Sequence[float]
    may_hide: Sequence[bool]
    with_it: Sequence[tuple[int, int]] = ()
    known: Knowledge | None = None

    def values(self) -> Floats:
        """Return the true numbers."""
        return self.rows.times(self.truth)

    def shown(self, hidden: Iterable[int]) -> list[int]:
        """Return the numbers that are not hidden."""
        left_out = set(hidden)
        return [row for row in range(len(self.rows)) if row not in left_out]

    def knowledge(self, shown: Sequence[int]) -> Knowledge:
        """Return what is known when these numbers are published."""
        values = self.values()[shown]
        entries = [self.rows.entries(row) for row in shown]
        if self.known is None:
            return Knowledge(SparseRows(entries, self.rows.width), values, values, self.truth)
        before = self.known.statements
        entries += [before.entries(row) for row in range(len(before))]
        return Knowledge(
            SparseRows(entries, self.rows.width),
            np.concatenate([values, self.known.lowest]),
            np.concatenate([values, self.known.highest]),
            self.truth,
        )


@dataclass(frozen=True)
class Choice:
    """Which numbers to hide.

    Attributes:
        hidden: All of them.
        primary: Those that are small themselves.
        audit: The audit of what is left.
        refused: A group that no hiding of what may be hidden protects, if there is one.
        rounds: How many times was chosen.
    """

    hidden: frozenset[int]
    primary: frozenset[int]
    audit: Audit
    refused: Exposure | None
    rounds: int

    @property
    def complementary(self) -> frozenset[int]:
        """The numbers that are hidden to protect others."""
        return self.hidden - self.primary


def choose_hidden(numbers: ExactNumbers, groups: SparseRows, demand: Demand) -> Choice:
    """Return the cheapest numbers to hide.

    Args:
        numbers: The numbers.
        groups: The atoms of every group that must not be revealed.
        demand: What must stay possible of each.
    """
    values, work = numbers.values(), Work()
    small = {row for row, value in enumerate(values) if 0 < value < demand.size}
    primary = _closed(small, numbers.with_it)
    sets = _differences(numbers, groups)
    hidden = _cheapest(numbers, primary, sets)
    most = MOST_EXACT_ROUNDS if len(numbers.truth) <= MOST_WHOLE else 0
    for rounds in range(1, most + 1):
        shown = numbers.shown(hidden)
        knowledge = numbers.knowledge(shown)
        audit = Auditor(knowledge, groups, demand, work).run(AT_ONCE)
        if audit.is_passed:
            return Choice(hidden, primary, audit, None, rounds)
        solver = Solver(knowledge, work)
        for exposure in audit.exposures:
            found = _revealing(numbers, groups, exposure, demand, solver, shown)
            if not found:
                return Choice(hidden, primary, audit, exposure, rounds)
            sets += [one for one in found if one not in sets]
        hidden = _cheapest(numbers, primary, sets)
    return _hide_many(numbers, groups, demand, primary, hidden, work)


def _hide_many(
    numbers: ExactNumbers,
    groups: SparseRows,
    demand: Demand,
    primary: frozenset[int],
    hidden: frozenset[int],
    work: Work,
) -> Choice:
    """Hide more numbers until an audit passes, without looking for the cheapest choice."""
    many = range(len(numbers.rows))
    losses = np.array(
        [one if may else np.inf for one, may in zip(numbers.losses, numbers.may_hide, strict=True)]
    )
    hider = Hider(
        numbers.knowledge(many),
        groups,
        demand,
        losses,
        lambda some: _closed(some, numbers.with_it),
        work,
    )
    hider.hide(hidden)
    hider.protect()
    found: list[Floats] = []
    for rounds in range(1, MOST_ROUNDS + 1):
        knowledge = numbers.knowledge(numbers.shown(hider.hidden))
        auditor = Auditor(knowledge, groups, demand, work)
        # What agreed with what was shown agrees with less, too.
        audit = auditor.run(AT_ONCE, [*hider.found, *found])
        found = auditor.witnesses.found
        if audit.is_passed:
            return Choice(hider.hidden, primary, audit, None, rounds)
        # What hides nothing more is revealed whatever is hidden, or by whole numbers only.
        if not any([hider.protect_alone(one.group, one.person) for one in audit.exposures]):
            break
    return Choice(hider.hidden, primary, audit, audit.exposures[0], rounds)


def _differences(numbers: ExactNumbers, groups: SparseRows) -> list[frozenset[int]]:
    """Return pairs of numbers whose difference is a group, of which one must be hidden."""
    by_members = {frozenset(numbers.rows.entries(row)): row for row in range(len(numbers.rows))}
    found = []
    for group in range(len(groups)):
        few = set(groups.entries(group))
        for members, row in by_members.items():
            other = by_members.get(members - few) if few < members else None
            if other is not None:
                pair = frozenset(one for one in (row, other) if numbers.may_hide[one])
                found += [pair] if pair else []
    return list(dict.fromkeys(found))


def _closed(hidden: Iterable[int], with_it: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Return numbers with those that are hidden with them."""
    found = set(hidden)
    while True:
        more = {second for first, second in with_it if first in found} - found
        if not more:
            return frozenset(found)
        found |= more


def _revealing(
    numbers: ExactNumbers,
    groups: SparseRows,
    exposure: Exposure,
    demand: Demand,
    solver: Solver,
    shown: Sequence[int],
) -> list[frozenset[int]]:
    """Return sets of printed numbers of which one must be hidden to protect a group."""
    weights = groups.total([exposure.group])
    at_least = np.zeros(len(numbers.truth))
    if exposure.person is not None:
        at_least[exposure.person] = 1
    members = groups.atoms_of(exposure.group)
    least = 1 if exposure.person is not None and exposure.person in members else 0
    ends = [(-weights, exposure.lowest > least), (weights, exposure.highest < demand.size)]
    found = []
    for direction, is_too_near in ends:
        if not is_too_near:
            continue
        rows = [row for row, _ in solver.reasons(direction, at_least) if row < len(shown)]
        hideable = frozenset(shown[row] for row in rows if numbers.may_hide[shown[row]])
        if not hideable:
            # Not what the linear program says, but whole numbers: something more must be hidden.
            bound = solver.largest(direction, at_least).bound
            wanted = -least if direction is ends[0][0] else demand.size
            if bound < wanted:
                return []
            hideable = frozenset(row for row in shown if numbers.may_hide[row])
        found.append(hideable)
    return [one for one in found if one]


def _cheapest(
    numbers: ExactNumbers, primary: frozenset[int], sets: Sequence[frozenset[int]]
) -> frozenset[int]:
    """Return the cheapest numbers that hold the small ones and one of every set."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(name, value)
    used = sorted({row for one in sets for row in one} | set(primary))
    used = sorted(_closed(used, numbers.with_it))
    column = {row: place for place, row in enumerate(used)}
    for row in used:
        solver.addVar(1 if row in primary else 0, 1)
    count = len(used)
    places = np.arange(count, dtype=np.int32)
    # Of choices that lose as much the first numbers are hidden.
    losses = np.array([numbers.losses[row] * (1 + 1e-7 * row) for row in used])
    solver.changeColsCost(count, places, losses)
    solver.changeColsIntegrality(count, places, np.array([highspy.HighsVarType.kInteger] * count))
    for one in sets:
        some = np.array([column[row] for row in sorted(one)], dtype=np.int32)
        solver.addRow(1, np.inf, len(some), some, np.ones(len(some)))
    for first, second in numbers.with_it:
        if first in column:
            pair = np.array([column[second], column[first]], dtype=np.int32)
            solver.addRow(0, np.inf, 2, pair, np.array([1.0, -1.0]))
    solver.run()
    chosen = np.array(solver.getSolution().col_value) > 0.5
    return frozenset(row for row, is_hidden in zip(used, chosen, strict=True) if is_hidden)
