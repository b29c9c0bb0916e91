"""Whether a series rises or falls, judged so that only a safe claim is made.

"Rises" needs, on the like-for-like panel and on published numbers, the last lower bound above the
first upper bound (counting.md, The answer). The panel is the institutions with accepted data in
both years (``panels``). For persons a published number stands for everything that rounds to it.

Border: no sentence is made here.
"""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.cells import PublishedFigure
from pipelines.answers.disclosure import true_bounds
from pipelines.answers.panels import panel_of
from pipelines.answers.sections.material import Material

Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Direction:
    """What can be said of a series between its first and last known year.

    Attributes:
        claim: rises, falls, equal, overlapping, open (an upper bound is not known), no_panel, or
            not_comparable (other institutions reported, and how much they count is not known).
        panel: The institutions with accepted data in both years.
        first, last: The printed figure of the panel in the first and the last known year; absent
            with claims no_panel and not_comparable.
    """

    claim: str
    panel: tuple[str, ...] = ()
    first: PublishedFigure | None = None
    last: PublishedFigure | None = None


def judge(material: Material, measure: str, definition: str) -> Direction:
    """Return what may be claimed about a measure under a reading over the window."""
    panel = panel_of(material, measure, definition)
    first, last = panel.first, panel.last
    if first is None or last is None:
        return Direction("not_comparable" if panel.institutions else "no_panel")
    return Direction(
        claim=_claim(true_bounds(first, material.rules), true_bounds(last, material.rules)),
        panel=panel.institutions,
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
