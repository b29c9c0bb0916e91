"""The pages of numbers that an answer makes from printed figures: ends, differences and shares.

Each names the figures it was made from, with their keys, and makes the number again from them.

Border: the records behind those figures stand on their own pages.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.answers.cells import PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES, ProtectedShare, share_of
from pipelines.explaining.figures.keys import find_cell
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Finding, Note, Page, Part

# An answer writes ``derived:`` before each of them.
BOUND_KEY = re.compile(r"(?:derived:)?(?P<bound>lower|upper):(?P<key>.+)")
DIFFERENCE_KEY = re.compile(
    r"(?:derived:)?difference:(?P<first>.+)\.\.(?P<last>[a-z_]+:.+):(?P<end>lowest|highest)"
)
SHARE_KEY = re.compile(r"(?:derived:)?share:working:(?P<key>.+)")
STATUS_SPLIT, WORKING, UNKNOWN = "working_status", "working", "unknown"
NOT_WORKING = ("job_seeking", "not_active")


def difference_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of one end of the interval a difference lies in, None for another key."""
    named = DIFFERENCE_KEY.fullmatch(key)
    if named is None:
        return None
    found = tell.source.by_key([named["first"], named["last"]])
    first, last = found.get(named["first"]), found.get(named["last"])
    if first is None or last is None:
        return None
    is_lowest = named["end"] == "lowest"
    ends = (last.lower, first.upper) if is_lowest else (last.upper, first.lower)
    if None in ends:
        return None
    value = (ends[0] or Decimal(0)) - (ends[1] or Decimal(0))
    what = tell.say(
        "derived.difference", what=tell.what(last.cell), bound=tell.word("end", named["end"])
    )
    formula = tell.say(f"derived.difference_{named['end']}")
    parts = [_made_from(tell, key, formula, [first, last])]
    return tell.page(tell.say("title", what=what, figure=tell.amount(value)), parts)


def share_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of the share that works, None for another key."""
    named = SHARE_KEY.fullmatch(key)
    asked = find_cell(tell.source.connection, named["key"]) if named else None
    if asked is None:
        return None
    cells = [
        replace(asked.cell, split=STATUS_SPLIT, split_value=status)
        for status in (WORKING, *NOT_WORKING, UNKNOWN)
    ]
    figures = tell.source.figures(cells, asked.rules)
    working, *rest, unknown = figures
    share = share_of(working, rest, unknown, tell.source.rules)
    what = tell.say("derived.share_of", what=tell.what(asked.cell))
    title = tell.say("title", what=what, figure=share_text(tell, share))
    parts = [_made_from(tell, key, tell.say("derived.share"), figures)]
    return tell.page(title, parts)


def bound_of(key: str) -> tuple[str, str] | None:
    """Return which end of which figure a key names, None for another key."""
    named = BOUND_KEY.fullmatch(key)
    return (named["bound"], named["key"]) if named else None


def bound_title(tell: FigureTeller, bound: str, figure: PublishedFigure) -> str:
    """Return the title of the page about one end of a figure."""
    value = figure.lower if bound == "lower" else figure.upper
    said = tell.words.text("figure.missing") if value is None else tell.amount(value)
    what = tell.say(f"derived.{bound}_of", what=tell.what(figure.cell))
    is_public = figure.cell.measure in PUBLIC_MEASURES
    return tell.say("title" if is_public else "title_rounded", what=what, figure=said)


def bound_part(tell: FigureTeller, key: str, figure: PublishedFigure) -> Part:
    """Return the part that says which figure a number is one end of."""
    return _made_from(tell, key, tell.say("derived.one_end"), [figure])


def share_text(tell: FigureTeller, share: ProtectedShare | None) -> str:
    """Return a share as an answer prints it."""
    if share is None:
        return tell.words.text("figure.no_percentage")
    percentage = tell.printer.percentage
    lowest, highest = percentage(share.lowest), percentage(share.highest)
    if share.share is None:
        return tell.words.text("figure.interval", lowest=lowest, highest=highest)
    middle = percentage(share.share)
    if lowest == highest:
        return middle
    return tell.words.text("figure.share", share=middle, lowest=lowest, highest=highest)


def _made_from(
    tell: FigureTeller, key: str, formula: str, figures: Sequence[PublishedFigure]
) -> Part:
    facts = tell.facts({"formula": formula})
    findings = [
        Finding(tell.figure(one), "", tell.what(one.cell), asides=(one.key,)) for one in figures
    ]
    return tell.part("made_from", facts, tell.key(key), *findings, Note(tell.say("next.each")))
