"""What a printed figure says of the numbers behind it holds for them, and no more than it shows."""

from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.answers.cells import Cell, Standing
from pipelines.answers.disclosure import (
    Bounds,
    DisclosureRules,
    ProtectedFigure,
    coarsened,
    rounded,
)
from pipelines.answers.printed_statements import said
from pipelines.disclosing.populations import Population
from pipelines.disclosing.statements import Printed

RULES = DisclosureRules(Decimal(5), Decimal(25), Decimal("0.2"))
CELL = Cell("learners", "label", "2023-2024", "ugent")
KEY = "learners:label:2023-2024:ugent:none:2025.1"
PAIR = Population(CELL, "lower"), Population(CELL, "upper")
sizes = st.integers(0, 200)
near = st.integers(-6, 6)
coarser_bases = st.sampled_from([10, 20, 40, 80])


@dataclass(frozen=True)
class OneFigure:
    """As much of a scene as statements are made of."""

    figures: dict[str, ProtectedFigure]
    rules: DisclosureRules = RULES
    pairs: dict[str, tuple[Population, Population]] = field(default_factory=lambda: {KEY: PAIR})


def statement(bounds: Bounds, bases: dict[str, int]) -> Printed:
    figure = ProtectedFigure(KEY, CELL, "learners", Standing("final"), *bounds)
    (printed,) = said(OneFigure({KEY: figure}), "rounding", bases)  # type: ignore[arg-type]
    return printed


def is_true(printed: Printed, low: int, high: int) -> bool:
    return all(
        least <= number <= most
        for number, (least, most) in (
            (low, printed.lower_says),
            (high, printed.upper_says),
            (high - low, printed.relation),
        )
    )


@given(sizes, sizes)
def test_what_a_rounded_figure_says_is_true(low: int, more: int) -> None:
    printed = statement(rounded(Decimal(low), Decimal(low + more), RULES), {})
    assert is_true(printed, low, low + more)


@given(sizes, sizes, coarser_bases)
def test_what_a_coarser_figure_says_is_true(low: int, more: int, base: int) -> None:
    bounds = coarsened(Decimal(low), Decimal(low + more), Decimal(base))
    assert is_true(statement(bounds, {KEY: base}), low, low + more)


@given(sizes, st.integers(0, 20), near, st.integers(0, 20), coarser_bases)
def test_a_coarser_figure_says_the_same_of_all_that_print_like_it(
    low: int, more: int, shift: int, other_more: int, base: int
) -> None:
    """A reader who sees it can exclude none of them, also not that both bounds are equal."""
    other = max(0, low + shift)
    bounds = coarsened(Decimal(low), Decimal(low + more), Decimal(base))
    alike = coarsened(Decimal(other), Decimal(other + other_more), Decimal(base))
    printed = statement(bounds, {KEY: base})
    assert is_true(printed, other, other + other_more) == (alike == bounds)


@given(sizes, coarser_bases)
def test_a_coarser_figure_is_always_a_range_around_the_number(low: int, base: int) -> None:
    first, last, below = coarsened(Decimal(low), Decimal(low), Decimal(base))
    assert first is not None
    assert last is not None
    assert below is None
    assert (first <= low < last, last - first) == (True, base)


@given(sizes, st.integers(0, 12), near, near)
def test_rounded_figures_that_print_alike_are_told_apart_by_nobody(
    low: int, more: int, shift: int, other_shift: int
) -> None:
    bounds = rounded(Decimal(low), Decimal(low + more), RULES)
    other, other_high = low + shift, low + more + other_shift
    assume(0 <= other <= other_high)
    assume(rounded(Decimal(other), Decimal(other_high), RULES) == bounds)
    assert is_true(statement(bounds, {}), other, other_high)


def test_without_an_upper_bound_nothing_is_said_of_it() -> None:
    printed = statement(coarsened(Decimal(7), None, Decimal(10)), {KEY: 10})
    assert printed.lower_says == (0, 9)
    assert is_true(printed, 7, 10**6)
