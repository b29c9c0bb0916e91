"""Numbers about persons leave ``disclosure`` rounded, once, and nothing else leaves it."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest

import pipelines.answers
from pipelines.answers.cells import Cell, PublicFigure, Standing
from pipelines.answers.disclosure import (
    DisclosureRules,
    ProtectedFigure,
    absent_cell,
    rounded,
    share_of,
    true_bounds,
)
from pipelines.answers.sections.material import Material
from tests.unit.answers.world import WINDOW, YEARS, key_of

RULES = DisclosureRules(Decimal(5), Decimal(25), Decimal("0.20"))
CELL = Cell("learners", "label", YEARS[4])
ANSWERS = Path(pipelines.answers.__file__).parent


def protected(lower: str | None, upper: str | None) -> ProtectedFigure:
    """Return the figure a cell with these exact bounds becomes."""
    exact = [None if one is None else Decimal(one) for one in (lower, upper)]
    low, high, below = rounded(exact[0], exact[1], RULES)
    return ProtectedFigure("k", CELL, "personen", Standing("final"), low, high, below)


@pytest.mark.parametrize(
    ("lower", "upper", "printed"),
    [
        ("0", "0", ("0", "4", "5")),
        ("4", "4", ("0", "4", "5")),
        ("0", "3", ("0", "5", None)),
        ("2", "4", ("0", "5", None)),
        ("0", "5", ("0", "5", None)),
        ("5", "6", ("5", "10", None)),
        ("5", "5", ("5", "5", None)),
        ("7", "7", ("5", "5", None)),
        ("8", "8", ("10", "10", None)),
        ("12.5", "12.5", ("15", "15", None)),
        ("123456", "123456", ("123455", "123455", None)),
        ("11", "14", ("10", "15", None)),
        ("10", "12", ("10", "15", None)),
        ("3", "12", ("0", "15", None)),
        ("38", None, ("35", None, None)),
        (None, None, (None, None, None)),
        (None, "9", (None, None, None)),
    ],
)
def test_a_cell_is_rounded_so_that_the_truth_stays_inside(
    lower: str | None, upper: str | None, printed: tuple[str | None, ...]
) -> None:
    figure = protected(lower, upper)
    expected = tuple(None if one is None else Decimal(one) for one in printed)
    assert (figure.lower, figure.upper, figure.below) == expected


def test_a_true_zero_and_four_look_alike() -> None:
    assert protected("0", "0") == protected("4", "4")


def test_no_print_identifies_a_number_below_five_or_bounds_at_its_edge() -> None:
    """Every print has several pairs of bounds behind it, among them no lone end below the base."""
    behind: dict[tuple[Decimal | None, ...], set[tuple[int, int]]] = {}
    for upper in range(21):
        for lower in range(upper + 1):
            shown = rounded(Decimal(lower), Decimal(upper), RULES)
            behind.setdefault(shown, set()).add((lower, upper))
    for printed, pairs in behind.items():
        if printed[1] is not None and printed[1] <= 15:
            assert len(pairs) > 1, printed
            lowers, uppers = ({pair[end] for pair in pairs} for end in (0, 1))
            assert len(uppers) > 1, printed
            assert min(lowers) >= 5 or len(lowers) > 1, printed
        is_range = any(lower < upper for lower, upper in pairs)
        assert not (is_range and printed[2]), printed
        assert len({lower < upper for lower, upper in pairs}) == 1, printed
    assert behind[Decimal(0), Decimal(4), Decimal(5)] == {(one, one) for one in range(5)}
    edge = behind[Decimal(0), Decimal(5), None]
    assert edge == {(low, high) for high in range(1, 6) for low in range(min(high, 5))}


def test_missing_is_not_fewer_than_five() -> None:
    assert not protected(None, None).is_known


def test_the_value_the_gate_observed_is_never_read_for_persons(material: Material) -> None:
    certified = material.book.total("learners", "framework", YEARS[4])
    assert [one.expectation for one in certified.certificates] == ["recounted"]
    assert certified.certificates[0].observed is None
    assert certified.certificates[0].observed_upper is None


def test_the_value_the_gate_observed_is_kept_for_public_measures(material: Material) -> None:
    certified = material.book.total("offerings", "label", YEARS[4])
    assert [one.observed for one in certified.certificates] == ["20"]


def test_a_difference_about_persons_is_not_read_from_exact_numbers(material: Material) -> None:
    terms = {one.term for one in material.book.growth("learners", "framework")}
    assert terms == {"stayed", "entered", "left"}


def test_an_absent_row_about_persons_prints_like_a_zero() -> None:
    total = protected("100", "100")
    absent = absent_cell(CELL, key_of("learners", "label", WINDOW), total, RULES)
    assert (absent.below, absent.derived_from) == (Decimal(5), ("k",))


def single(number: str) -> ProtectedFigure:
    return protected(number, number)


def test_a_share_comes_from_published_numbers_with_the_interval_of_the_unknown() -> None:
    share = share_of(single("81"), [single("19")], single("10"), RULES)
    assert share is not None
    assert share.share == Decimal(80) / Decimal(100)
    assert share.lowest == Decimal(80) / Decimal(110)
    assert share.highest == Decimal(90) / Decimal(110)


def test_an_unknown_number_below_five_widens_the_interval_by_four() -> None:
    share = share_of(single("80"), [single("20")], single("1"), RULES)
    assert share is not None
    assert share.highest == Decimal(84) / Decimal(104)


@pytest.mark.parametrize(
    ("working", "not_working", "unknown"),
    [
        (("10", "10"), ("10", "10"), ("0", "0")),  # the published base is twenty
        (("80", "80"), ("20", "20"), ("30", "30")),  # more than a fifth unknown
        (("80", None), ("20", "20"), ("0", "0")),  # no upper bound
        (("80", "80"), (None, None), ("0", "0")),  # missing
        (("80", "80"), ("20", "20"), (None, None)),
    ],
)
def test_no_share_is_made_where_none_may_be_printed(
    working: tuple[str, str], not_working: tuple[str, str], unknown: tuple[str, str]
) -> None:
    figures = [protected(*bounds) for bounds in (working, not_working, unknown)]
    assert share_of(figures[0], [figures[1]], figures[2], RULES) is None


def test_ranges_leave_an_interval_without_a_share() -> None:
    share = share_of(protected("80", "90"), [protected("20", "31")], single("10"), RULES)
    assert share is not None
    assert share.share is None
    assert share.lowest == Decimal(80) / Decimal(80 + 35 + 10)
    assert share.highest == Decimal(100) / Decimal(100 + 20)


def test_a_rest_below_five_leaves_an_interval() -> None:
    share = share_of(single("80"), [single("3")], single("10"), RULES)
    assert share is not None
    assert (share.share, share.lowest) == (None, Decimal(80) / Decimal(94))


def test_a_rounded_number_stands_for_all_that_rounds_to_it() -> None:
    assert true_bounds(single("100"), RULES) == (Decimal("97.5"), Decimal("102.5"))
    public = PublicFigure("k", CELL, "", Standing("final"), Decimal(100), Decimal(100))
    assert true_bounds(public, RULES) == (Decimal(100), Decimal(100))


def test_only_figures_and_disclosure_read_the_cube() -> None:
    """Exact rows must not reach a module that words or renders."""
    readers = set()
    for file in sorted(ANSWERS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "pipelines.answers.cube":
                readers.add(file.stem)
    assert readers == {"disclosure", "figures"}, (
        "read figures from a FigureBook; exact rows are for disclosure.py and figures.py"
    )
