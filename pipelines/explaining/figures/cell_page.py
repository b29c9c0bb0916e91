"""The page of a figure of a public measure: every record behind it, and whether they add up.

Border: reading the records stands in ``records.py``, naming them in ``listing.py``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.answers.cells import FLANDERS, PANEL, Cell, PublishedFigure
from pipelines.explaining.figures.figure_parts import bounds_part, checks_part, what_part
from pipelines.explaining.figures.keys import CellKey
from pipelines.explaining.figures.listing import Listing
from pipelines.explaining.figures.overlaps import Overlap, read_overlaps
from pipelines.explaining.figures.records import (
    COMPONENTS,
    COUNTED,
    CREDITS,
    WITHOUT_CREDITS,
    ZERO,
    Unit,
    bounds_of,
    read_units,
)
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Block, Finding, Grid, Note, Page, Part
from pipelines.explaining.telling import TONES

OVERLAP_WIDTHS = (0, 0, 10)


def cell_page(tell: FigureTeller, asked: CellKey, figure: PublishedFigure) -> Page:
    """Return the page of a cell of a public measure."""
    if asked.is_overlap:
        found = read_overlaps(tell.source.connection, asked)
        return _page(tell, asked, figure, *_overlap(tell, asked, figure, found))
    units = read_units(tell.source.connection, asked)
    listed = [one for one in units if one.amount(asked.cell.measure) != ZERO]
    bounds = bounds_of(listed, asked.cell.measure)
    parts = [
        *_rules(tell, listed, asked.cell.definition),
        *_lists(tell, asked, figure, listed),
        *_without_credits(tell, asked, units),
        *_institutions(tell, asked, listed),
    ]
    return _page(tell, asked, figure, parts, bounds, units)


def _page(
    tell: FigureTeller,
    asked: CellKey,
    figure: PublishedFigure,
    parts: Sequence[Part],
    bounds: tuple[Decimal, Decimal],
    units: Sequence[Unit] = (),
) -> Page:
    agrees = all(
        published is None or published == found
        for published, found in zip((figure.lower, figure.upper), bounds, strict=True)
    )
    checks = checks_part(tell, asked.key, figure, "list_agrees" if agrees else None)
    following = _next(tell, asked.cell, units)
    every = (what_part(tell, asked), bounds_part(tell, asked, figure), *parts, checks, *following)
    return tell.page(tell.title(figure), every)


def _rules(tell: FigureTeller, units: Sequence[Unit], definition: str) -> list[Part]:
    """Return how many units each rule decided, those that count first."""
    tallied: dict[tuple[str, str | None], int] = {}
    for unit in units:
        place = (unit.verdict, unit.head.deciding)
        tallied[place] = tallied.get(place, 0) + 1
    findings = []
    ordered = sorted(tallied.items(), key=lambda one: (one[0][0] != COUNTED, -one[1], str(one[0])))
    for (verdict, deciding), count in ordered:
        name = "number_in" if verdict == COUNTED else "number_open"
        findings.append(
            Finding(
                outcome=tell.say(name, number=tell.amount(count)),
                tone=TONES.get(verdict, ""),
                subject=tell.rule(deciding, definition),
                asides=tell.teller.rule(deciding),
            )
        )
    return [tell.part("rules", *findings)] if findings else []


def _lists(
    tell: FigureTeller, asked: CellKey, figure: PublishedFigure, units: Sequence[Unit]
) -> list[Part]:
    """Return the units that count, and those that only the upper bound counts."""
    measure = asked.cell.measure
    listing = Listing(tell, asked.cell, asked.rules)
    counted = [one for one in units if one.verdict == COUNTED]
    still_open = [one for one in units if one.verdict != COUNTED]
    parts = []
    if figure.is_known or counted:
        mismatch = _mismatch(tell, figure.lower, bounds_of(counted, measure)[1])
        blocks = listing.counted(counted)
        parts.append(_list(tell, "counted", measure, counted, figure.lower, [*mismatch, *blocks]))
    if figure.upper is None and still_open:
        total = tell.amount(bounds_of(still_open, measure)[1])
        amount = _of(tell, measure, total, still_open)
        parts.append(tell.part("open_unbounded", *listing.open(still_open), found=amount))
    if figure.upper is not None and (still_open or not figure.is_single):
        more = figure.upper - (figure.lower or ZERO)
        mismatch = _mismatch(tell, more, bounds_of(still_open, measure)[1])
        blocks = listing.open(still_open)
        parts.append(_list(tell, "open", measure, still_open, more, [*mismatch, *blocks]))
    return parts


def _list(
    tell: FigureTeller,
    name: str,
    measure: str,
    units: Sequence[Unit],
    published: Decimal | None,
    blocks: Iterable[Block],
) -> Part:
    said = tell.words.text("figure.missing_mark") if published is None else tell.amount(published)
    found = tell.amount(bounds_of(units, measure)[1])
    return tell.part(name, *blocks, found=found, published=_of(tell, measure, said, units))


def _of(tell: FigureTeller, measure: str, amount: str, units: Sequence[Unit]) -> str:
    """Return an amount; of credits also from how many units."""
    if measure != CREDITS:
        return amount
    return tell.say("unit_of_list.credits", amount=amount, count=tell.amount(len(units)))


def _mismatch(tell: FigureTeller, published: Decimal | None, found: Decimal) -> list[Note]:
    if published is None or published == found:
        return []
    numbers = {"published": tell.amount(published), "found": tell.amount(found)}
    return [Note(tell.say("mismatch", **numbers))]


def _without_credits(tell: FigureTeller, asked: CellKey, units: Sequence[Unit]) -> list[Part]:
    """Return how many units state no credits, beside a sum of credits."""
    if asked.cell.measure != CREDITS:
        return []
    without = {
        one.head.unit_id(WITHOUT_CREDITS, asked.is_for_several)
        for one in units
        if one.credits is None
    }
    if not without:
        return []
    cell = replace(asked.cell, measure=WITHOUT_CREDITS)
    count = tell.amount(len(without))
    said = tell.say("without_credits", count=count, key=cell.key(asked.rules))
    return [tell.part("without_credits", Note(said))]


def _institutions(tell: FigureTeller, asked: CellKey, units: Sequence[Unit]) -> list[Part]:
    """Return how many units stand at each institution; a joint one stands at each of its own."""
    if asked.cell.institution not in (FLANDERS, PANEL) or not units:
        return []
    measure = asked.cell.measure
    rows = []
    for institution_id in tell.source.institutions:
        own = [
            Unit(one.unit_id, records, is_together=False)
            for one in units
            if (records := tuple(r for r in one.records if r.institution_id == institution_id))
        ]
        lower, upper = bounds_of([one for one in own if one.verdict != "out"], measure)
        if upper:
            name = tell.institution(institution_id)
            rows.append((name, tell.amount(lower), tell.amount(upper - lower)))
    columns = tell.words.texts("count.columns.institutions")
    notes = [] if measure == COMPONENTS else [Note(tell.say("institutions_note"))]
    return [tell.part("institutions", Grid(columns, tuple(rows)), *notes)]


def _overlap(
    tell: FigureTeller, asked: CellKey, figure: PublishedFigure, found: Sequence[Overlap]
) -> tuple[list[Part], tuple[Decimal, Decimal]]:
    """Return the units that the parts count more than once, and what they add up to."""
    bounds = (sum((one.lower for one in found), ZERO), sum((one.upper for one in found), ZERO))
    shown, more = tell.cut_to_limit(found)
    listing = Listing(tell, asked.cell, asked.rules)
    blocks: list[Block] = [Note(tell.say("overlap_explained"))]
    for published, total in zip((figure.lower, figure.upper), bounds, strict=True):
        blocks.extend(_mismatch(tell, published, total))
    columns = tell.words.texts("count.columns.overlap")
    for place, one in enumerate(shown):
        row = (_title_of(tell, one.unit), tell.parts(asked.cell, one.parts), _excess(tell, one))
        blocks.append(Grid(columns, (row,), OVERLAP_WIDTHS, has_heading=place == 0))
        blocks.extend(listing.rows(one.unit))
    lower, upper = (tell.amount(one) for one in bounds)
    return [tell.part("overlap", *blocks, *more, lower=lower, upper=upper)], bounds


def _title_of(tell: FigureTeller, unit: Unit) -> str:
    return unit.head.title or tell.words.text("title.untitled")


def _excess(tell: FigureTeller, one: Overlap) -> str:
    """Return how much is counted too much: one number, or those of both bounds."""
    lower, upper = tell.amount(one.lower), tell.amount(one.upper)
    return lower if lower == upper else f"{lower} / {upper}"


def _next(tell: FigureTeller, cell: Cell, units: Sequence[Unit]) -> list[Part]:
    """Return how to go on from a record."""
    if cell.measure == COMPONENTS or not units:
        return []
    head = units[0].head
    said = tell.say("next.one", offering_id=head.record_id, year=head.academic_year)
    return [tell.part("next", Note(said))]
