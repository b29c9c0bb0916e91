"""The like-for-like panel of a place: the same institutions in the first and the last known year.

For all institutions together the panel is counted in the published table ``growth``, for the
windows it has. Elsewhere it is bounded from printed figures: of a year in which more institutions
reported, at most what those others count falls away. One institution is its own panel.

Border: what may be claimed of a panel is judged in ``direction``.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from pipelines.answers.cells import PublicFigure, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES, true_bounds
from pipelines.answers.sections.material import Material

ZERO = Decimal(0)


@dataclass(frozen=True)
class Panel:
    """The panel of a measure under a reading.

    Attributes:
        institutions: Those with accepted data in both years.
        first, last: What it counts in the first and the last known year; absent where no
            institution has data for two years, or where what it counts cannot be bounded.
    """

    institutions: tuple[str, ...] = ()
    first: PublishedFigure | None = None
    last: PublishedFigure | None = None


def panel_of(material: Material, measure: str, definition: str) -> Panel:
    """Return the panel of the material's place."""
    published = _published(material, measure, definition)
    totals = [
        figure
        for year in material.question.window.years
        if (figure := material.total(measure, definition, year)).is_known
    ]
    ends = published or (totals[0], totals[-1]) if published or len(totals) > 1 else None
    if ends is None:
        return Panel()
    kind = material.published.measures[measure].kind
    first, last = ends
    reporters = [material.reporters(kind, figure.cell.year) for figure in ends]
    both = tuple(one for one in reporters[0] if one in reporters[1])
    if published or not both:
        return Panel(both, *(ends if published else (None, None)))
    bounded = [
        _without(material, figure, [one for one in there if one not in both])
        for figure, there in zip((first, last), reporters, strict=True)
    ]
    if None in bounded:
        return Panel(both)
    return Panel(both, bounded[0], bounded[1])


def _published(
    material: Material, measure: str, definition: str
) -> tuple[PublishedFigure, PublishedFigure] | None:
    """Return the panel that ``growth`` counts, where it is of these years and everybody."""
    found = material.book.panel(measure, definition)
    years = material.question.window.years
    if not found or not material.place.is_everybody:
        return None
    is_asked = all(figure.cell.year in years for figure in found)
    return (found[0], found[-1]) if is_asked else None


def _without(
    material: Material, figure: PublishedFigure, others: list[str]
) -> PublishedFigure | None:
    """Return bounds on what is left of a figure without some institutions; None if there are none.

    What they count may also be counted elsewhere, so it may fall away or not.
    """
    if not others:
        return figure
    cell = figure.cell
    figures = [material.book.total(cell.measure, cell.definition, cell.year, one) for one in others]
    uppers = [true_bounds(one, material.rules)[1] for one in figures]
    known = [upper for upper in uppers if upper is not None]
    lower, upper = true_bounds(figure, material.rules)
    if len(known) < len(uppers) or lower is None:
        return None
    lowest = max(ZERO, lower - sum(known, ZERO))
    if cell.measure not in PUBLIC_MEASURES:
        # Bounds about persons stay multiples of the rounding base, and become no narrower.
        base = material.rules.base
        lowest = (lowest / base).to_integral_value(ROUND_FLOOR) * base
        if upper is not None:
            upper = (upper / base).to_integral_value(ROUND_CEILING) * base
    return PublicFigure(
        key=f"derived:panel:{figure.key}",
        cell=cell,
        unit=figure.unit,
        standing=replace(figure.standing, status="partial"),
        lower=lowest,
        upper=upper,
        table="derived",
        derived_from=(figure.key, *(one.key for one in figures)),
    )
