"""What the printed figures of an answer say of the populations behind them.

One number says which numbers print like it, a range that somebody is between its ends, a range that
the audit made coarser where its ends are and no more, and a hidden figure nothing. Source:
reliability.md, Disclosure rules.

Border: what follows from all of it together is found in ``proving.py``.
"""

from collections.abc import Mapping

from pipelines.answers.audited_scene import Scene
from pipelines.answers.cells import OVERLAP
from pipelines.answers.disclosure import Method, ProtectedFigure
from pipelines.disclosing.knowledge import NO_BOUND
from pipelines.disclosing.populations import Population
from pipelines.disclosing.statements import ANYTHING, Interval, Printed


def said(scene: Scene, method: Method, bases: Mapping[str, int]) -> list[Printed]:
    """Return what the printed figures of a scene say."""
    smallest = int(scene.rules.base)
    if method == "suppression":
        return [
            _said_when_exact(key, figure, scene.pairs[key]) for key, figure in scene.figures.items()
        ]
    return [
        _said_when_rounded(key, figure, scene.pairs[key], bases.get(key, smallest), smallest)
        for key, figure in scene.figures.items()
    ]


def _said_when_rounded(
    key: str,
    figure: ProtectedFigure,
    pair: tuple[Population, Population | None],
    base: int,
    smallest: int,
) -> Printed:
    """Return what a rounded figure says of its populations."""
    lower, upper = pair
    is_overlap = OVERLAP in (figure.cell.institution, figure.cell.split_value)
    if figure.hidden == "all" or figure.lower is None:
        return Printed(key, lower, upper, ANYTHING)
    if base > smallest:
        first, last = int(figure.lower), figure.upper
        to: Interval = ANYTHING if last is None else (int(last) - base, int(last) - 1)
        return Printed(key, lower, upper, (first, first + base - 1), to)
    if figure.below is not None:
        small: Interval = (0, base - 1)
        return Printed(key, lower, upper, small, small, (0, 0))
    low, high = int(figure.lower), None if figure.upper is None else int(figure.upper)
    if low == high:
        near: Interval = (max(low - base // 2, smallest), low + (base - 1) // 2)
        return Printed(key, lower, upper, near, near, (0, 0))
    at_most: Interval = ANYTHING if high is None else (high - base + 1, high)
    apart: Interval = ANYTHING if is_overlap else (1, NO_BOUND)
    return Printed(key, lower, upper, (low, low + base - 1), at_most, apart)


def _said_when_exact(
    key: str, figure: ProtectedFigure, pair: tuple[Population, Population | None]
) -> Printed:
    """Return what an exact figure says of its populations."""
    lower, upper = pair
    if figure.hidden == "all" or figure.lower is None:
        return Printed(key, lower, upper, ANYTHING)
    low = float(figure.lower)
    if upper is None or figure.upper is None or figure.hidden:
        return Printed(key, lower, upper, (low, low))
    high = float(figure.upper)
    return Printed(key, lower, upper, (low, low), (high, high))
