"""The page of a term of growth: every offering in it, with what it was in both years.

About persons a term is printed rounded, and only the terms that an answer prints.

Border: what became of an offering is read in ``growth_units.py``.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from pipelines.answers.cells import FLANDERS, PANEL, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.explaining.figures.figure_parts import checks_part
from pipelines.explaining.figures.growth_units import (
    COVERAGE,
    DIFFERENCE,
    FIRST,
    LAST,
    OFFERINGS,
    SIGNS,
    GrowthUnit,
    YearRun,
    read_growth_units,
)
from pipelines.explaining.figures.keys import GrowthKey
from pipelines.explaining.figures.reasons import read_panel
from pipelines.explaining.figures.records import ZERO
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Block, Finding, Grid, Note, Page, Part

TERMS = (FIRST, *SIGNS, COVERAGE, DIFFERENCE, LAST)
LEARNER_TERMS = ("stayed", "left", "entered")


def growth_page(tell: FigureTeller, asked: GrowthKey) -> Page:
    """Return the page of a term of growth."""
    figure = _figure(tell, asked)
    if asked.measure in PUBLIC_MEASURES:
        return _public(tell, asked, figure)
    return _protected(tell, asked, figure)


def _figure(tell: FigureTeller, asked: GrowthKey) -> PublishedFigure | None:
    """Return the figure of the term; None where it is not printed."""
    return tell.source.by_key([asked.key]).get(asked.key)


def _public(tell: FigureTeller, asked: GrowthKey, figure: PublishedFigure | None) -> Page:
    published = figure.lower if figure else None
    units = read_growth_units(tell.source.connection, asked)
    adding = [one for one in units if one.adds_to(asked.term) != ZERO]
    found = sum((one.adds_to(asked.term) for one in adding), ZERO)
    agrees = published is not None and published == found
    blocks: list[Block] = []
    if published is not None and not agrees:
        numbers = {"published": tell.amount(published), "found": tell.amount(found)}
        blocks.append(Note(tell.say("mismatch_growth", **numbers)))
    shown, more = tell.cut_to_limit(sorted(adding, key=_order(asked)))
    blocks += [_finding(tell, asked, one) for one in shown]
    blocks += more or ([] if adding else [Note(tell.say("none_counted"))])
    term = _term(tell, asked, asked.term)
    heading = (
        tell.say("growth.unbounded", term=term)
        if published is None
        else tell.say(
            "growth.part", term=term, found=tell.amount(found), published=tell.amount(published)
        )
    )
    parts = [_what(tell, asked, figure), _terms(tell, asked, TERMS), Part(heading, tuple(blocks))]
    if figure is not None:
        parts.append(checks_part(tell, asked.key, figure, "list_agrees" if agrees else None))
    return tell.page(_title(tell, asked, figure), parts)


def _protected(tell: FigureTeller, asked: GrowthKey, figure: PublishedFigure | None) -> Page:
    base = tell.amount(tell.source.rules.base)
    notes = [Note(tell.say("protected.rounded", base=base))]
    if figure is None:
        notes.insert(0, Note(tell.say("growth.not_printed_because")))
    parts = [_what(tell, asked, figure, *notes), _terms(tell, asked, LEARNER_TERMS)]
    if figure is not None:
        parts += _institutions(tell, asked)
        parts.append(checks_part(tell, asked.key, figure, None))
    return tell.page(_title(tell, asked, figure), parts)


def _title(tell: FigureTeller, asked: GrowthKey, figure: PublishedFigure | None) -> str:
    said = tell.figure(figure) if figure else tell.say("growth.not_printed")
    is_rounded = figure is not None and asked.measure not in PUBLIC_MEASURES
    what = tell.say(
        "growth.what",
        measure=tell.measure(asked.measure),
        reading=tell.reading(asked.definition),
        place=tell.place(asked.institution),
        bound=tell.word("bound", asked.bound),
        term=_term(tell, asked, asked.term),
        **_years(tell, asked),
    )
    return tell.say("title_rounded" if is_rounded else "title", what=what, figure=said)


def _years(tell: FigureTeller, asked: GrowthKey) -> dict[str, str]:
    years = {"from_year": asked.from_year, "to_year": asked.to_year}
    return {name: tell.printer.period(year) for name, year in years.items()}


def _term(tell: FigureTeller, asked: GrowthKey, term: str) -> str:
    year = asked.from_year if term == FIRST else asked.to_year
    return tell.words.text(f"term.{term}", year=tell.printer.period(year))


def _what(
    tell: FigureTeller, asked: GrowthKey, figure: PublishedFigure | None, *notes: Note
) -> Part:
    reading = tell.background.definitions.get(asked.definition)
    bounds = {"lower": "growth.certain", "upper": "growth.possible"}
    rows = {
        "term": f"{_term(tell, asked, asked.term)}. {tell.say(f'growth.explained.{asked.term}')}",
        "bound": f"{tell.word('bound', asked.bound)}. {tell.say(bounds[asked.bound])}",
        "reading": reading.name if reading else asked.definition,
        "source": reading.source if reading else "",
        "rules": asked.rules,
        "period": tell.printer.period(f"{asked.from_year}..{asked.to_year}"),
        "institution": tell.place(asked.institution),
        "panel": _panel(tell, asked),
        "status": tell.word("status", figure.standing.status) if figure else "",
    }
    return tell.part("what", tell.facts(rows), tell.key(asked.key), *notes)


def _panel(tell: FigureTeller, asked: GrowthKey) -> str:
    """Return how many institutions a growth of several is like for like at."""
    if asked.institution not in (FLANDERS, PANEL):
        return ""
    kind = tell.source.measures[asked.measure].kind
    found = read_panel(tell.source.connection, kind, asked.from_year, asked.to_year)
    return tell.say("growth.panel", count=str(len(found)), kind=tell.words.label("kind", kind))


def _terms(tell: FigureTeller, asked: GrowthKey, terms: Sequence[str]) -> Part:
    """Return every printed term of the same decomposition; for persons both years beside them."""
    keys = {term: asked.other(term) for term in terms}
    found = tell.source.by_key(keys.values())
    rows = [
        (_term(tell, asked, term), tell.figure(found[key]), term)
        for term, key in keys.items()
        if key in found
    ]
    notes = [Note(tell.say("growth.other_terms", term=asked.term))]
    if asked.measure not in PUBLIC_MEASURES:
        for term, year in ((FIRST, asked.from_year), (LAST, asked.to_year)):
            total = asked.total(year)
            figure = tell.source.figure(total.cell, total.rules)
            rows.append((_term(tell, asked, term), tell.figure(figure), ""))
            notes.append(Note(tell.say("next.figure", key=total.key)))
    grid = Grid(tell.words.texts("count.growth.columns"), tuple(rows))
    return Part(tell.say("growth.terms"), (grid, *notes))


def _institutions(tell: FigureTeller, asked: GrowthKey) -> list[Part]:
    """Return the same term at each institution, as published: rounded on its own."""
    if asked.institution != FLANDERS:
        return []
    keys = {one: asked.other(asked.term, one) for one in tell.source.institutions}
    found = tell.source.by_key(keys.values())
    missing = tell.words.text("figure.missing")
    rows = tuple(
        (tell.institution(one), tell.figure(found[key]) if key in found else missing)
        for one, key in keys.items()
    )
    return [tell.part("institutions", Grid(tell.words.texts("count.columns.listed"), rows))]


def _order(asked: GrowthKey) -> Callable[[GrowthUnit], tuple[int, str, str]]:
    """Return the order of the units of a term; those of a difference stand by their own term."""
    places = {term: place for place, term in enumerate(TERMS)}

    def order(unit: GrowthUnit) -> tuple[int, str, str]:
        fate = places.get(unit.fate, 0) if asked.term == DIFFERENCE else 0
        return (fate, unit.runs[0].institution_id, unit.unit_id)

    return order


def _finding(tell: FigureTeller, asked: GrowthKey, unit: GrowthUnit) -> Finding:
    """Return one unit with its rows in both years."""
    value: Decimal = unit.adds_to(asked.term)
    newest = max(unit.runs, key=lambda run: run.academic_year)
    subject = f"{newest.title or tell.words.text('title.untitled')} ({newest.offering_id})"
    if asked.term == DIFFERENCE:
        subject = f"{subject}: {_term(tell, asked, unit.fate)}"
    details: list[str] = []
    for year in (asked.from_year, asked.to_year):
        runs = [run for run in unit.runs if run.academic_year == year]
        for run in runs:
            details += [_run(tell, run), _run_place(tell, run)]
        if not runs:
            details.append(tell.say("growth.no_run", year=tell.printer.period(year)))
    if asked.term in (FIRST, LAST):
        return Finding(tell.say("growth.counts"), "good", subject, tuple(details))
    sign, tone = ("plus", "good") if value > ZERO else ("minus", "bad")
    return Finding(tell.say(f"growth.{sign}"), tone, subject, tuple(details))


def _run(tell: FigureTeller, run: YearRun) -> str:
    own = (
        tell.say("growth.label", label=run.label_raw or "")
        if run.is_labelled
        else tell.say("growth.no_label")
    )
    return tell.say(
        "growth.run",
        year=tell.printer.period(run.academic_year),
        title=run.title or tell.words.text("title.untitled"),
        offering_id=run.offering_id,
        kind=tell.teller.kind(run.offering_kind),
        label=own,
        verdict=tell.words.label("verdict", run.verdict),
        deciding=tell.deciding(run.deciding),
    )


def _run_place(tell: FigureTeller, run: YearRun) -> str:
    file = tell.file(OFFERINGS, run.delivery_id)
    return tell.say(
        "growth.run_place",
        place=tell.row(OFFERINGS, run.delivery_id, run.row_number),
        file=file.file_name if file else tell.words.text("origin.nowhere"),
        day=tell.received(file),
    )
