"""The page of a figure about persons: rounded, per institution, delivery and rule; nobody listed.

Every number arrives rounded from ``pipelines.answers.disclosure``, where the exact ones stay.

Border: which lines are behind the figure is written as a query in ``lines.py``.
"""

from dataclasses import replace

from pipelines.answers.cells import OVERLAP, Cell, PublishedFigure
from pipelines.answers.disclosure import ProtectedRecount, ProtectedTally, read_protected_recount
from pipelines.explaining.figures.figure_parts import bounds_part, checks_part, what_part
from pipelines.explaining.figures.keys import CellKey, years_of
from pipelines.explaining.figures.lines import HISTORIES, recount_query
from pipelines.explaining.figures.records import COUNTED
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Finding, Grid, Note, Page, Part
from pipelines.explaining.telling import TONES

ENROLMENTS = "enrolments"
KIND_SPLIT = "institution_kind"


def protected_page(tell: FigureTeller, asked: CellKey, figure: PublishedFigure) -> Page:
    """Return the page of a cell about persons."""
    query = recount_query(asked, list(tell.source.institutions))
    recount = (
        read_protected_recount(tell.source.connection, query, asked.key, tell.source.rules)
        if query is not None and figure.is_known
        else None
    )
    parts = [
        what_part(tell, asked),
        _bounds(tell, asked, figure),
        *_places(tell, asked),
        *_years(tell, asked),
        *(_recounted(tell, asked, recount) if recount else ()),
        checks_part(tell, asked.key, figure, _agreement(recount)),
    ]
    return tell.page(tell.title(figure), parts)


def _bounds(tell: FigureTeller, asked: CellKey, figure: PublishedFigure) -> Part:
    """Return bounds and status, how they are rounded, and that nobody is listed."""
    part = bounds_part(tell, asked, figure)
    base = tell.amount(tell.source.rules.base)
    said = [tell.say("protected.rounded", base=base), tell.say("protected.no_persons")]
    if asked.is_overlap:
        said.append(tell.say("protected.overlap"))
    return replace(part, blocks=(*part.blocks, *(Note(one) for one in said)))


def _agreement(recount: ProtectedRecount | None) -> str | None:
    if recount is None:
        return None
    return "lines_agree" if recount.agrees else "lines_differ"


def _places(tell: FigureTeller, asked: CellKey) -> list[Part]:
    """Return the same cell at each institution, as published."""
    if not asked.is_for_several:
        return []
    cells = {tell.institution(one): _at(asked.cell, one) for one in _institutions(tell, asked)}
    return [_figures(tell, "institutions", cells, asked.rules)]


def _institutions(tell: FigureTeller, asked: CellKey) -> list[str]:
    """Return the institutions a cell is about: all of them, those of one kind, or of a panel."""
    cell = asked.cell
    is_of_kind = cell.split == KIND_SPLIT and cell.split_value != OVERLAP
    return [
        one.institution_id
        for one in tell.source.institutions.values()
        if (not is_of_kind or one.kind == cell.split_value)
        and (not asked.panel or one.institution_id in asked.panel)
    ]


def _at(cell: Cell, institution: str) -> Cell:
    """Return a cell at one institution; the kind of institution cuts all of them together only."""
    if cell.split != KIND_SPLIT:
        return replace(cell, institution=institution)
    total = replace(cell.total(), institution=institution)
    if cell.second_split is None:
        return total
    return replace(total, split=cell.second_split, split_value=cell.second_split_value or "")


def _years(tell: FigureTeller, asked: CellKey) -> list[Part]:
    """Return the same cell in each year of a window, as published."""
    years = years_of(asked.cell.year)
    if len(years) == 1:
        return []
    cells = {tell.printer.period(year): replace(asked.cell, year=year) for year in years}
    return [_figures(tell, "years", cells, asked.rules)]


def _figures(tell: FigureTeller, name: str, cells: dict[str, Cell], rules: str) -> Part:
    found = tell.source.figures(cells.values(), rules)
    rows = tuple((where, tell.figure(figure)) for where, figure in zip(cells, found, strict=True))
    grid = Grid(tell.words.texts("count.columns.figures"), rows)
    example = next(iter(cells.values())).key(rules)
    return tell.part(name, grid, Note(tell.say("next.figure", key=example)))


def _recounted(tell: FigureTeller, asked: CellKey, recount: ProtectedRecount) -> list[Part]:
    """Return what each delivery adds, and under which rules its lines fall."""
    unit = tell.source.measures[asked.cell.measure].unit
    by_part: dict[str, list[ProtectedTally]] = {}
    for tally in recount.tallies:
        by_part.setdefault(tally.part, []).append(tally)
    rows = tuple(_delivery(tell, one) for one in by_part.get("delivery", ()))
    deliveries = tell.part(
        "deliveries",
        Grid(tell.words.texts("count.columns.deliveries"), rows),
        Note(tell.say("protected.deliveries_of", unit=unit)),
    )
    findings = [_rule(tell, asked, one) for one in by_part.get("rule", ())]
    rules = tell.part("line_rules", *findings, Note(tell.say("protected.lines", unit=unit)))
    return [deliveries, rules]


def _delivery(tell: FigureTeller, tally: ProtectedTally) -> tuple[str, str, str]:
    number = tell.figure(tally.figure)
    if tally.name == HISTORIES:
        said = tell.say("protected.histories", institution=tell.institution(tally.place))
        return (said, "", number)
    file = tell.file(ENROLMENTS, tally.name)
    name = file.file_name if file else tell.words.text("origin.nowhere")
    return (name, tell.received(file), number)


def _rule(tell: FigureTeller, asked: CellKey, tally: ProtectedTally) -> Finding:
    verdict, rule_id = tally.place, tally.name
    name = "number_in" if verdict == COUNTED else "number_open"
    return Finding(
        outcome=tell.say(name, number=tell.figure(tally.figure)),
        tone=TONES.get(verdict, ""),
        subject=tell.rule(rule_id or None, asked.cell.definition),
    )
