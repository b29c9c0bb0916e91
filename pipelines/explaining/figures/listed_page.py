"""The pages of numbers that count institutions or open verdicts: every one of them listed.

Border: figures of the cube have pages of their own.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from pipelines.answers.cells import FLANDERS, Cell
from pipelines.explaining.figures.keys import CellKey, find_cell, years_of
from pipelines.explaining.figures.lines import HISTORIES
from pipelines.explaining.figures.listing import OFFERINGS, Listing
from pipelines.explaining.figures.openness import read_judged, run_of
from pipelines.explaining.figures.reasons import read_panel
from pipelines.explaining.figures.records import OPEN, Unit, grouped, read_records
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Grid, Note, Page, Part
from pipelines.explaining.published import rows_of

REGISTER_KEY = "institutions:all"
COVERAGE_KEY = re.compile(r"coverage:(?P<kind>[a-z_]+):(?P<year>[-0-9]+):institutions")
PANEL_KEY = re.compile(
    r"panel:(?P<measure>[a-z_]+):(?P<definition>[a-z_]+):(?P<from_year>[-0-9]+)\.\."
    r"(?P<to_year>[-0-9]+):institutions"
)
REPORTING_KEY = re.compile(r"(?P<key>.+):institutions_reporting")
OPEN_KEY = re.compile(r"offering_verdicts:(?P<definition>[a-z_]+):(?P<year>[-0-9]+):undetermined")
CRITERION_KEY = re.compile(
    r"offering_criteria:(?P<definition>[a-z_]+):(?P<year>[-0-9]+):(?P<criterion>[^:]+)"
)
NOT_EVIDENCED = "not_evidenced"
CARRIED = "carried_forward"
SUPPLIED = ("institution", "year", "file", "received_on")
Row = tuple[str, ...]

SUPPLIERS_SQL = """
    select institution_id, academic_year, status, delivery_id
    from coverage
    where kind = $kind
        and list_contains($years, academic_year)
        and status in ('delivered', 'carried_forward')
    order by academic_year
"""


def institutions_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of a number of institutions, None for another key."""
    if key == REGISTER_KEY:
        return _register(tell, key)
    if named := COVERAGE_KEY.fullmatch(key):
        return _reporting(tell, key, named["kind"], named["year"])
    if named := PANEL_KEY.fullmatch(key):
        return _panel(tell, key, named["measure"], named["from_year"], named["to_year"])
    if named := REPORTING_KEY.fullmatch(key):
        asked = find_cell(tell.source.connection, named["key"])
        if asked is not None:
            kind = tell.source.measures[asked.cell.measure].kind
            return _reporting(tell, key, kind, asked.cell.year, asked.cell.institution)
    return None


def open_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of a number of offerings that stay undetermined, None for another key."""
    if named := OPEN_KEY.fullmatch(key):
        asked = _open_cell(tell, named["definition"], named["year"])
        return _open(tell, key, asked, _open_units(tell, asked), "undetermined", {})
    if named := CRITERION_KEY.fullmatch(key):
        asked = _open_cell(tell, named["definition"], named["year"])
        units = _lacking(tell, asked, named["criterion"])
        criterion = tell.rule(named["criterion"], named["definition"])
        return _open(tell, key, asked, units, "criterion", {"criterion": criterion})
    return None


def _register(tell: FigureTeller, key: str) -> Page:
    rows: list[Row] = [
        (one.name, tell.word("kind_of_institution", one.kind))
        for one in tell.source.institutions.values()
    ]
    title = tell.say("listed.institutions", count=str(len(rows)))
    return _page(tell, key, title, ("institution", "kind"), rows)


def _reporting(
    tell: FigureTeller, key: str, kind: str, period: str, institution: str = FLANDERS
) -> Page:
    """Return the institutions with data of a kind in a period, with the files it is in."""
    supplies = rows_of(
        tell.source.connection, SUPPLIERS_SQL, kind=kind, years=list(years_of(period))
    )
    within: Collection[str] = tell.source.institutions
    if institution != FLANDERS:
        within = (institution,)
    rows = _suppliers(tell, kind, supplies, within)
    title = tell.say(
        "listed.reporting",
        kind=tell.words.label("kind", kind),
        period=tell.printer.period(period),
        count=str(len({name for name, *_ in rows})),
    )
    return _page(tell, key, title, SUPPLIED, rows)


def _panel(tell: FigureTeller, key: str, measure: str, from_year: str, to_year: str) -> Page | None:
    """Return the institutions with data in both years of a comparison."""
    if measure not in tell.source.measures:
        return None
    kind = tell.source.measures[measure].kind
    panel = read_panel(tell.source.connection, kind, from_year, to_year)
    years = [from_year, to_year]
    supplies = rows_of(tell.source.connection, SUPPLIERS_SQL, kind=kind, years=years)
    rows = _suppliers(tell, kind, supplies, panel)
    title = tell.say(
        "listed.panel",
        kind=tell.words.label("kind", kind),
        from_year=tell.printer.period(from_year),
        to_year=tell.printer.period(to_year),
        count=str(len(panel)),
    )
    return _page(tell, key, title, SUPPLIED, rows)


def _suppliers(
    tell: FigureTeller, kind: str, supplies: Sequence[dict[str, Any]], within: Collection[str]
) -> list[Row]:
    """Return a row per institution, in the order of the register, and year: file and day."""
    rows: list[Row] = []
    for institution_id in tell.source.institutions:
        own = [one for one in supplies if one["institution_id"] == institution_id]
        if institution_id in within:
            name = tell.institution(institution_id)
            rows += [_supplier(tell, kind, name, supply) for supply in own]
    return rows


def _supplier(tell: FigureTeller, kind: str, name: str, supply: dict[str, Any]) -> Row:
    year = tell.printer.period(supply["academic_year"])
    file = tell.file(kind, supply["delivery_id"])
    if file is not None and file.stream == HISTORIES:
        return (name, year, tell.say("listed.histories"), "")
    said = file.file_name if file else tell.words.text("origin.nowhere")
    if supply["status"] == CARRIED:
        said = tell.say("listed.carried", file=said)
    return (name, year, said, tell.received(file))


def _page(
    tell: FigureTeller,
    key: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Row],
) -> Page:
    headings = tuple(tell.word("listed.columns", name) for name in columns)
    return tell.page(title, [tell.part("listed", tell.key(key), Grid(headings, tuple(rows)))])


def _open_cell(tell: FigureTeller, definition: str, year: str) -> CellKey:
    return CellKey(Cell(OFFERINGS, definition, year), tell.background.rule_set_version)


def _open_units(tell: FigureTeller, asked: CellKey) -> list[Unit]:
    """Return every offering of an institution whose own verdict is open; joint ones are apart."""
    records = read_records(tell.source.connection, asked)
    units = grouped(records, lambda one: one.record_id)
    return [one for one in units if one.verdict == OPEN]


def _lacking(tell: FigureTeller, asked: CellKey, criterion: str) -> list[Unit]:
    """Return the offerings whose verdict is open and that do not show a criterion."""
    units = _open_units(tell, asked)
    heads = [one.head for one in units]
    judged = read_judged(tell.source.connection, heads, asked.rules)
    return [
        one
        for one in units
        if (found := judged[run_of(one.head)].criteria.get(criterion)) is not None
        and found.outcome == NOT_EVIDENCED
    ]


def _open(
    tell: FigureTeller,
    key: str,
    asked: CellKey,
    units: Sequence[Unit],
    name: str,
    places: dict[str, str],
) -> Page | None:
    if asked.cell.definition not in tell.background.definitions:
        return None
    count = tell.amount(len(units))
    title = tell.say(
        f"listed.{name}",
        reading=tell.reading(asked.cell.definition),
        period=tell.printer.period(asked.cell.year),
        count=count,
        **places,
    )
    notes = [Note(tell.say("listed.each_row"))]
    if name == "criterion":
        notes.append(Note(tell.say("listed.criterion_row")))
    listing = Listing(tell, asked.cell, asked.rules)
    heading = tell.say("listed.part", count=count)
    parts = [
        tell.part("what", tell.key(key), *notes),
        Part(heading, tuple(listing.open(units))),
    ]
    return tell.page(title, parts)
