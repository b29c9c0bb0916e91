"""Whether a series rises or falls, judged so that only a safe claim is made.

"Rises" needs, on the like-for-like panel and on published numbers, the last lower bound above the
first upper bound (counting.md, The answer). The panel is the institutions with accepted data in
both years. For persons a published number stands for everything that rounds to it.

Border: no sentence is made here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.cells import OVERLAP, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES, true_bounds
from pipelines.answers.sections.material import Material

Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Direction:
    """What can be said of a series between its first and last known year.

    Attributes:
        claim: rises, falls, equal, overlapping, open (an upper bound is not known) or no_panel.
        panel: The institutions with accepted data in both years.
        first, last: Printable bounds of the panel; None where only words may be used.
        made_from: The printed figures the bounds come from.
    """

    claim: str
    panel: tuple[str, ...] = ()
    first_year: str = ""
    last_year: str = ""
    first: Bounds | None = None
    last: Bounds | None = None
    first_figures: tuple[PublishedFigure, ...] = ()
    last_figures: tuple[PublishedFigure, ...] = ()


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
    whole = first_reporters == last_reporters
    first = _panel_figures(material, measure, definition, first_year, panel, whole)
    last = _panel_figures(material, measure, definition, last_year, panel, whole)
    first_bounds = _bounds(
        material, first, _overlap(material, measure, definition, first_year, whole)
    )
    last_bounds = _bounds(material, last, _overlap(material, measure, definition, last_year, whole))
    may_print = whole or measure in PUBLIC_MEASURES
    return Direction(
        claim=_claim(first_bounds, last_bounds),
        panel=panel,
        first_year=first_year,
        last_year=last_year,
        first=_printable(first, first_bounds, whole) if may_print else None,
        last=_printable(last, last_bounds, whole) if may_print else None,
        first_figures=first,
        last_figures=last,
    )


def _panel_figures(
    material: Material,
    measure: str,
    definition: str,
    year: str,
    panel: Sequence[str],
    whole: bool,
) -> tuple[PublishedFigure, ...]:
    """Return the Flemish figure where the panel is everybody, else one per panel institution."""
    if whole:
        return (material.book.total(measure, definition, year),)
    return tuple(material.book.total(measure, definition, year, one) for one in panel)


def _overlap(
    material: Material, measure: str, definition: str, year: str, whole: bool
) -> Decimal | None:
    """Return how many units may stand at several institutions; None where that is not known."""
    if whole:
        return Decimal(0)
    figure = material.book.total(measure, definition, year, OVERLAP)
    if figure.is_known:
        return true_bounds(figure, material.rules)[1]
    return Decimal(0) if measure in PUBLIC_MEASURES else None


def _bounds(
    material: Material, figures: Sequence[PublishedFigure], overlap: Decimal | None
) -> Bounds:
    """Return safe bounds of a panel: a unit at two institutions must not lift the lower one."""
    pairs = [true_bounds(figure, material.rules) for figure in figures]
    lowers = [lower for lower, _ in pairs if lower is not None]
    uppers = [upper for _, upper in pairs if upper is not None]
    lower = sum(lowers, Decimal(0)) - overlap if overlap is not None and lowers else None
    upper = sum(uppers, Decimal(0)) if len(uppers) == len(pairs) else None
    return lower if len(lowers) == len(pairs) else None, upper


def _claim(first: Bounds, last: Bounds) -> str:
    if last[0] is not None and first[1] is not None and last[0] > first[1]:
        return "rises"
    if first[0] is not None and last[1] is not None and last[1] < first[0]:
        return "falls"
    if None in (*first, *last):
        return "open"
    return "equal" if first == last and first[0] == first[1] else "overlapping"


def _printable(figures: Sequence[PublishedFigure], bounds: Bounds, whole: bool) -> Bounds | None:
    if whole:
        return figures[0].lower, figures[0].upper
    return bounds if bounds[0] is not None else None
