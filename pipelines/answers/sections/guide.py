"""How to read the figures: what two bounds, "at least", "no data" and the rounding mean.

Said once, so that tables need only what holds for themselves.

Border: how it was counted stands in ``method``.
"""

from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.answers.document import Inline, ListBlock, Section, filled
from pipelines.answers.sections.material import Material

# Over a window these count what ran or was taken in each year (counting.md, Years).
SUMMED_MEASURES = frozenset(
    {
        "credits_offered",
        "offerings_without_credits",
        "enrolments",
        "contracts",
        "credits_taken",
    }
)


def guide_section(material: Material) -> Section:
    """Return the points a reader needs for every table."""
    words, window = material.words, material.question.window
    is_everybody = material.question.scope.is_everybody
    names = ["range", "at_least", "missing"]
    names += ["institutions" if is_everybody else "institutions_asked", *_of_periods(material)]
    if window.running_year:
        names.append("running")
    if any(measure not in PUBLIC_MEASURES for measure in material.question.measures):
        names.append("rounded" if material.rules.method == "rounding" else "hidden")
    names.append("campus")
    reusing = [
        one.name
        for one in material.institutions()
        if one.institution_id in material.published.reusing
    ]
    if reusing and len(window.years) > 1:
        names.append("reused")
    places: dict[str, Inline] = {
        "reusing": material.join(reusing),
        "base": material.parameter("disclosure_base"),
        "year": material.printer.period(window.running_year or window.to_year),
    }
    points = [filled(words.template(f"guide.{name}"), places) for name in names]
    return Section("leeswijzer", words.text("section.guide"), (ListBlock(tuple(points)),))


def _of_periods(material: Material) -> list[str]:
    """Return what the row of all years counts, or that there is none and why."""
    if len(material.question.window.years) < 2:
        return []
    is_summed = [measure in SUMMED_MEASURES for measure in material.question.measures]
    if material.window_label() is None:
        return ["no_window" if not all(is_summed) else "no_window_summed"]
    distinct = [] if all(is_summed) else ["window"]
    return [*distinct, *(["window_summed"] if any(is_summed) else [])]
