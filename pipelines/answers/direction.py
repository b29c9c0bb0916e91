"""Whether a series rises or falls, judged so that only a safe claim is made.

"Rises" needs, on the like-for-like panel and on published numbers, the last lower bound above the
first upper bound (counting.md, The answer). The panel, the institutions with accepted data in both
years, is counted in the table ``growth``. For persons a published number stands for everything
that rounds to it.

Border: no sentence is made here.
"""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.cells import PublishedFigure
from pipelines.answers.disclosure import true_bounds
from pipelines.answers.sections.material import Material

Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Direction:
    """What can be said of a series between its first and last known year.

    Attributes:
        claim: rises, falls, equal, overlapping, open (an upper bound is not known) or no_panel.
        panel: The institutions with accepted data in both years.
        first, last: The printed figure of the panel in the first and the last known year; absent
            with claim no_panel.
    """

    claim: str
    panel: tuple[str, ...] = ()
    first: PublishedFigure | None = None
    last: PublishedFigure | None = None


def judge(material: Material, measure: str, definition: str) -> Direction:
    """Return what may be claimed about a measure under a reading over the window."""
    ends = material.book.panel(measure, definition)
    if not ends:
        return Direction("no_panel")
    first, last = ends
    kind = material.published.measures[measure].kind
    last_reporters = material.reporters(kind, last.cell.year)
    return Direction(
        claim=_claim(true_bounds(first, material.rules), true_bounds(last, material.rules)),
        panel=tuple(
            one for one in material.reporters(kind, first.cell.year) if one in last_reporters
        ),
        first=first,
        last=last,
    )


def _claim(first: Bounds, last: Bounds) -> str:
    if last[0] is not None and first[1] is not None and last[0] > first[1]:
        return "rises"
    if first[0] is not None and last[1] is not None and last[1] < first[0]:
        return "falls"
    if None in (*first, *last):
        return "open"
    return "equal" if first == last and first[0] == first[1] else "overlapping"
