"""How to read the figures: what two bounds, "at least", "no data" and the rounding mean.

Said once, so that tables need only what holds for themselves.

Border: how it was counted stands in ``method``.
"""

from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.answers.document import Inline, ListBlock, Section, filled
from pipelines.answers.sections.material import Material


def guide_section(material: Material) -> Section:
    """Return the points a reader needs for every table."""
    words, window = material.words, material.question.window
    names = ["range", "at_least", "missing", "institutions", "window"]
    if window.running_year:
        names.append("running")
    if any(measure not in PUBLIC_MEASURES for measure in material.question.measures):
        names.append("rounded")
    names.append("campus")
    places: dict[str, Inline] = {
        "base": material.parameter("disclosure_base"),
        "year": material.printer.period(window.running_year or window.to_year),
    }
    points = [filled(words.template(f"guide.{name}"), places) for name in names]
    return Section("leeswijzer", words.text("section.guide"), (ListBlock(tuple(points)),))
