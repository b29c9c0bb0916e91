"""How old the headline figures are: the newest delivery behind each.

Headline figures are the numbers in the summaries of the answers; their values are those printed.

Border: no figure is computed or rounded here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipelines.operations.bulletin.lights import quarters_of
from pipelines.operations.bulletin.published import IN_FORCE, PublishedFacts
from pipelines.operations.recorded_answers import RecordedAnswer

POSITIONS = "positions"


@dataclass(frozen=True)
class FigureAge:
    """A headline figure and the newest delivery behind it.

    Attributes:
        measure: The measure, or ``positions`` for the working status.
        value: As printed, under the first reading of the summary; empty for the working status.
        newest_on: When the newest delivery behind it came; None when nothing came.
        sender: Who sent that one.
        reporting: Institutions behind the figure.
    """

    measure: str
    year: str
    value: str
    definition: str
    newest_on: date | None
    sender: str
    reporting: int | None


def figure_ages(published: PublishedFacts, answers: Iterable[RecordedAnswer]) -> list[FigureAge]:
    """Return the age of every headline figure, each measure and year once, in their order."""
    shown: dict[tuple[str, str], tuple[str, str]] = {}
    for answer in answers:
        for key in answer.headline:
            measure, _, rest = key.partition(":")
            definition, _, rest = rest.partition(":")
            year = rest.partition(":")[0]
            if measure in published.measures and key in answer.numbers:
                shown.setdefault((measure, year), (answer.numbers[key], definition))
    found = [
        _age(published, measure, year, value, definition)
        for (measure, year), (value, definition) in shown.items()
    ]
    return [*found, *_working_status(published, found)]


def _age(
    published: PublishedFacts, measure: str, year: str, value: str, definition: str
) -> FigureAge:
    kind = published.measures[measure].kind
    newest_on, sender = _newest(published, kind, {year})
    cell = published.cells.get((measure, year))
    reporting = cell.institutions_reporting if cell else None
    return FigureAge(measure, year, value, definition, newest_on, sender, reporting)


def _working_status(published: PublishedFacts, found: list[FigureAge]) -> list[FigureAge]:
    """Return the age of the register positions of the newest year that people are counted in."""
    years = [one.year for one in found if published.measures[one.measure].kind == "enrolments"]
    if not years:
        return []
    year = max(years)
    newest_on, sender = _newest(published, POSITIONS, quarters_of(year))
    return [FigureAge(POSITIONS, year, "", "", newest_on, sender, None)]


def _newest(published: PublishedFacts, kind: str, scopes: set[str]) -> tuple[date | None, str]:
    behind = [
        one
        for one in published.deliveries
        if one.kind == kind and one.status == IN_FORCE and (one.scopes & scopes or not one.scopes)
    ]
    if not behind:
        return None, ""
    newest = max(behind, key=lambda one: (one.received_on, one.institution_id))
    return newest.received_on, newest.institution_id
