"""Charts on paper: the same drawing as on the page, in a typeface that every machine has here.

Border: nothing is drawn here; the drawing comes with the answer.
"""

from functools import lru_cache

import vl_convert
from lxml import etree  # type: ignore[import-untyped]

from pipelines.answers.document import Chart

POINTS_PER_PIXEL = 0.75
SCALE = 2  # a drawing as picture has twice the pixels it is shown at, and stays sharp in print
TYPEFACE = "Liberation Sans"  # comes with the drawing library, and runs as wide as Arial
LARGEST_HEIGHT = 560.0  # points


def vector(chart: Chart, typeface: str) -> str:
    """Return the drawing with every word in one typeface, so that no machine's own is used."""
    drawing = etree.fromstring(chart.svg.encode("utf-8"))
    for element in drawing.iter():
        if element.get("font-family"):
            element.set("font-family", typeface)
    return str(etree.tostring(drawing, encoding="unicode"))


@lru_cache(maxsize=16)
def picture(chart: Chart) -> bytes:
    """Return the drawing as a PNG picture, made once for all forms that show it."""
    return bytes(vl_convert.svg_to_png(vector(chart, TYPEFACE), scale=SCALE))


def shown_width(chart: Chart, widest: float) -> float:
    """Return how wide a drawing is shown, in points, so that it stays on its sheet."""
    drawing = etree.fromstring(chart.svg.encode("utf-8"))
    width, height = (float(number) for number in drawing.get("viewBox").split()[2:])
    return min(width * POINTS_PER_PIXEL, widest, LARGEST_HEIGHT * width / height)
