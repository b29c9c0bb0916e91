"""The parts every page about a cell has: what is counted, its bounds and status, its checks.

Border: the records behind the cell stand in ``cell_page.py``, those about persons in
``protected_page.py``.
"""

from collections.abc import Sequence
from decimal import Decimal

from pipelines.answers.cells import Certificate, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.explaining.figures.keys import CellKey
from pipelines.explaining.figures.reasons import (
    Reason,
    Supply,
    read_supplies,
    reasons_of,
)
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Finding, Note, Part
from pipelines.explaining.published import rows_of

SUBJECT_SQL = """
    select suite, string_agg(distinct subject, '; ' order by subject) as subject
    from check_results
    where count_key = $key
    group by suite
"""
TABLE_CHECKS_SQL = """
    select
        count(*) as checks,
        count(*) filter (where success and not could_not_run) as succeeded
    from check_results
    where table_name = $table and count_key is null
"""


def what_part(tell: FigureTeller, asked: CellKey) -> Part:
    """Return what the cell counts, under which reading and rule set."""
    cell = asked.cell
    measure = tell.source.measures[cell.measure]
    reading = tell.background.definitions.get(cell.definition)
    rows = {
        "measure": f"{measure.name}. {tell.say(f'measure.{cell.measure}')}",
        "unit": measure.unit,
        "reading": reading.name if reading else cell.definition,
        "source": reading.source if reading else "",
        "rules": asked.rules,
        "period": tell.printer.period(cell.year),
        "institution": tell.place(cell.institution),
        "split": ", ".join(tell.cuts(cell)),
    }
    return tell.part("what", tell.facts(rows), tell.key(asked.key))


def bounds_part(tell: FigureTeller, asked: CellKey, figure: PublishedFigure) -> Part:
    """Return both bounds, the status, and the deliveries that make the status what it is."""
    kind = tell.source.measures[asked.cell.measure].kind
    share = tell.source.parameters["max_rejected_share"].value
    supplies = read_supplies(tell.source.connection, asked, kind, share)
    reasons = reasons_of(supplies, kind, asked.cell.definition)
    standing = figure.standing
    rows = {
        "lower": _lower(tell, figure),
        "upper": _upper(tell, figure) if figure.is_known else "",
        "status": tell.word("status", standing.status),
        "reporting": tell.say(
            "reporting",
            count=str(len(asked.panel) or standing.institutions_reporting or 0),
            register=str(len(tell.source.institutions)),
        )
        if asked.is_for_several
        else "",
        "provisional": tell.say("provisional") if standing.is_provisional else "",
    }
    notes = [Note(_reason(tell, one, supplies)) for one in reasons]
    if figure.is_known and figure.upper is None and not _explains_upper(reasons):
        notes.append(Note(tell.say("reason.open_records")))
    return tell.part("bounds", tell.facts(rows), *notes)


def _explains_upper(reasons: Sequence[Reason]) -> bool:
    return any(one.name == "incomplete" for one in reasons)


def _lower(tell: FigureTeller, figure: PublishedFigure) -> str:
    if figure.lower is None:
        return tell.say("lower_missing")
    if figure.below is not None:
        return tell.figure(figure)
    return tell.say("lower_is", number=tell.amount(figure.lower))


def _upper(tell: FigureTeller, figure: PublishedFigure) -> str:
    if figure.upper is None:
        return tell.say("upper_unknown")
    if figure.below is not None:
        return tell.figure(figure)
    number = tell.amount(figure.upper)
    if figure.is_single:
        return tell.say("upper_same", number=number)
    if figure.cell.measure not in PUBLIC_MEASURES:
        return tell.say("upper_is_rounded", number=number)
    more = figure.upper - (figure.lower or Decimal(0))
    return tell.say("upper_is", number=number, more=tell.amount(more))


def _reason(tell: FigureTeller, reason: Reason, supplies: Sequence[Supply]) -> str:
    share = tell.printer.percentage(tell.source.parameters["max_rejected_share"].value)
    places = {"share": share} if reason.name == "rejected" else {}
    return tell.say(f"reason.{reason.name}", where=_where(tell, reason, supplies), **places)


def _where(tell: FigureTeller, reason: Reason, supplies: Sequence[Supply]) -> str:
    """Return the institutions with their years; for all of them alike, that it is everyone."""
    everyone = {supply.institution_id for supply in supplies}
    alike = set(reason.years_by_institution.values())
    if len(everyone) > 1 and len(alike) == 1 and reason.years_by_institution.keys() == everyone:
        return tell.say("everyone", years=tell.years(next(iter(alike))))
    return "; ".join(
        tell.say("where", institution=tell.institution(one), years=tell.years(years))
        for one, years in reason.years_by_institution.items()
    )


def checks_part(
    tell: FigureTeller, key: str, figure: PublishedFigure, list_agrees: str | None
) -> Part:
    """Return the checks that certified a figure, or that looked at its table as a whole."""
    blocks: list[Finding | Note] = []
    subjects = {
        row["suite"]: row["subject"]
        for row in rows_of(tell.source.connection, SUBJECT_SQL, key=key)
    }
    for one in figure.certificates:
        suite = tell.words.label("suite", one.suite)
        subject = subjects.get(one.suite, one.expectation)
        outcome = _outcome(tell, figure, one)
        blocks.append(Note(tell.say("check.own", suite=suite, subject=subject, outcome=outcome)))
    if not figure.certificates:
        blocks.append(Note(_table_checks(tell, figure.table)))
    if list_agrees:
        blocks.append(Note(tell.say(f"check.{list_agrees}")))
    return tell.part("checks", *blocks)


def _outcome(tell: FigureTeller, figure: PublishedFigure, one: Certificate) -> str:
    if one.observed is None:
        hidden = "agrees_hidden" if figure.cell.measure not in PUBLIC_MEASURES else "succeeded"
        return tell.say(f"check.{hidden}" if one.succeeded else "check.failed")
    observed = Decimal(one.observed)
    bounds = {figure.upper: "upper", figure.lower: "lower"}
    if one.succeeded and observed in bounds:
        bound = tell.word("bound", bounds[observed])
        return tell.say("check.agrees", observed=tell.amount(observed), bound=bound)
    return tell.say("check.differs", observed=tell.amount(observed))


def _table_checks(tell: FigureTeller, table: str) -> str:
    named = "growth" if table == "growth" else "counts"
    found = rows_of(tell.source.connection, TABLE_CHECKS_SQL, table=named)[0]
    return tell.say(
        "check.none", table=named, count=str(found["checks"]), succeeded=str(found["succeeded"])
    )
