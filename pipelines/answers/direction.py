"""Whether a series rises or falls, judged so that only a safe claim is made.

"Rises" needs, on the like-for-like panel and on published numbers, the last lower bound above the
first upper bound (counting.md, The answer). The panel is the institutions with accepted data in
both years. For persons a published number stands for everything that rounds to it.

Border: no sentence is made here.
"""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.cells import OVERLAP, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES, true_bounds
from pipelines.answers.sections.material import Material

Bounds = tuple[Decimal | None, Decimal | None]
ZERO = Decimal(0)


@dataclass(frozen=True)
class PanelYear:
    """The like-for-like panel in one year.

    Attributes:
        bounds: The bounds a claim may rest on.
        figures: The printed figures they come from.
        printed: The published figure that is the panel's, where there is one.
        has_printable_sum: Whether the bounds may be printed as a number of their own.
    """

    bounds: Bounds
    figures: tuple[PublishedFigure, ...]
    printed: PublishedFigure | None = None
    has_printable_sum: bool = False


@dataclass(frozen=True)
class Direction:
    """What can be said of a series between its first and last known year.

    Attributes:
        claim: rises, falls, equal, overlapping, open (an upper bound is not known) or no_panel.
        panel: The institutions with accepted data in both years.
        first, last: The panel in the first and the last known year.
    """

    claim: str
    panel: tuple[str, ...] = ()
    first_year: str = ""
    last_year: str = ""
    first: PanelYear | None = None
    last: PanelYear | None = None


def judge(material: Material, measure: str, definition: str) -> Direction:
    """Return what may be claimed about a measure under a reading over the window."""
    years = [
        year
        for year in material.question.window.years
        if material.book.total(measure, definition, year).is_known
    ]
    if len(years) < 2:
        return Direction("no_panel")
    first_year, last_year = years[0], years[-1]
    kind = material.published.measures[measure].kind
    first_reporters = material.reporters(kind, first_year)
    last_reporters = material.reporters(kind, last_year)
    panel = tuple(one for one in first_reporters if one in last_reporters)
    if not panel:
        return Direction("no_panel")
    first = _panel(material, measure, definition, first_year, panel, first_reporters)
    last = _panel(material, measure, definition, last_year, panel, last_reporters)
    if measure in PUBLIC_MEASURES:
        first, last = _by_identity(material, measure, definition, first, last)
    return Direction(
        claim=_claim(first.bounds, last.bounds),
        panel=panel,
        first_year=first_year,
        last_year=last_year,
        first=first,
        last=last,
    )


def _panel(
    material: Material,
    measure: str,
    definition: str,
    year: str,
    panel: tuple[str, ...],
    reporters: tuple[str, ...],
) -> PanelYear:
    """Return the panel in one year: the Flemish figure where nobody else reported, else a sum.

    A unit at two institutions must not lift the lower bound of a sum, so the published overlap is
    taken off; where that is not known for persons, neither is the lower bound.
    """
    if set(reporters) <= set(panel):
        figure = material.book.total(measure, definition, year)
        return PanelYear(true_bounds(figure, material.rules), (figure,), printed=figure)
    figures = tuple(material.book.total(measure, definition, year, one) for one in panel)
    pairs = [true_bounds(figure, material.rules) for figure in figures]
    lowers = [lower for lower, _ in pairs if lower is not None]
    uppers = [upper for _, upper in pairs if upper is not None]
    overlap = _overlap(material, measure, definition, year)
    lower = upper = None
    if overlap is not None and len(lowers) == len(pairs):
        lower = sum(lowers, ZERO) - overlap
    if len(uppers) == len(pairs):
        upper = sum(uppers, ZERO)
    may_print = measure in PUBLIC_MEASURES and lower is not None and overlap == 0
    return PanelYear((lower, upper), figures, has_printable_sum=may_print)


def _overlap(material: Material, measure: str, definition: str, year: str) -> Decimal | None:
    """Return how many units may stand at several institutions; None where that is not known."""
    figure = material.book.total(measure, definition, year, OVERLAP)
    if figure.is_known:
        return true_bounds(figure, material.rules)[1]
    return ZERO if measure in PUBLIC_MEASURES else None


def _by_identity(
    material: Material, measure: str, definition: str, first: PanelYear, last: PanelYear
) -> tuple[PanelYear, PanelYear]:
    """Return the panel's years exactly where the terms of growth give them.

    The term ``coverage`` is what institutions outside the panel count, last minus first; where
    nobody outside reported in one of the years, it is all of the other year's difference.
    """
    coverage = {
        one.bound: one.figure
        for one in material.book.growth(measure, definition)
        if one.term == "coverage" and one.figure.is_known
    }
    if first.printed is None and last.printed is not None and coverage:
        figure = material.book.total(measure, definition, _year_of(first))
        return _shifted(figure, coverage, 1), last
    if last.printed is None and first.printed is not None and coverage:
        figure = material.book.total(measure, definition, _year_of(last))
        return first, _shifted(figure, coverage, -1)
    return first, last


def _year_of(panel_year: PanelYear) -> str:
    return panel_year.figures[0].cell.year


def _shifted(figure: PublishedFigure, coverage: dict[str, PublishedFigure], sign: int) -> PanelYear:
    """Return a Flemish figure without what institutions outside the panel count."""
    bounds: list[Decimal | None] = []
    for value, bound in ((figure.lower, "lower"), (figure.upper, "upper")):
        outside = coverage[bound].lower if bound in coverage else None
        is_known = value is not None and outside is not None
        bounds.append((value or ZERO) + sign * (outside or ZERO) if is_known else None)
    return PanelYear((bounds[0], bounds[1]), (figure, *coverage.values()), has_printable_sum=True)


def _claim(first: Bounds, last: Bounds) -> str:
    if last[0] is not None and first[1] is not None and last[0] > first[1]:
        return "rises"
    if first[0] is not None and last[1] is not None and last[1] < first[0]:
        return "falls"
    if None in (*first, *last):
        return "open"
    return "equal" if first == last and first[0] == first[1] else "overlapping"
