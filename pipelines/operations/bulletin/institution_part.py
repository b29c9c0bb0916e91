"""The part about the institutions: a light each, the first thing to do, and what it blocks.

Border: which light it is was decided in ``lights.py``.
"""

from pipelines.answers.questions import load_questions
from pipelines.explaining.page import Block, Finding, Note, Part
from pipelines.operations.bulletin.lights import Amiss, Light
from pipelines.operations.bulletin.published import PublishedFacts
from pipelines.operations.bulletin.telling import Situation, Teller, sentence

# What the absence of these makes unknown is said in a text of its own.
MAKES_KNOWN = ("components",)
WITH_FIGURES = ("refused", "missing")


def institutions_part(teller: Teller, situation: Situation) -> Part:
    """Return a finding per institution that wants attention, and one for all the others."""
    words = teller.words
    heading = words.text("part.institutions")
    if situation.published is None:
        return Part(heading, (Note(words.text("fresh.unpublished")),))
    blocks: list[Block] = [
        _finding(teller, situation.published, light)
        for light in situation.lights
        if light.tone != "good"
    ]
    good = [light.name for light in situation.lights if light.tone == "good"]
    if good:
        title = words.text("light.all_good", number=str(len(good)))
        blocks.append(Finding(words.text("tone.good"), "good", title, (teller.listed(good),)))
    return Part(heading, tuple(blocks))


def first_thing(teller: Teller, light: Light) -> str:
    """Return the first thing to do about an institution."""
    return _first(teller, light, light.amiss[0])


def _finding(teller: Teller, published: PublishedFacts, light: Light) -> Finding:
    words = teller.words
    worst, *others = light.amiss
    details = [
        what(teller, worst),
        sentence(_first(teller, light, worst)),
        _blocks(teller, published, worst),
    ]
    asides = [
        f"{words.text('light.also', what=what(teller, other))} {_blocks(teller, published, other)}"
        for other in others
    ]
    tone = words.text(f"tone.{light.tone}")
    return Finding(tone, light.tone, light.name, tuple(details), tuple(asides))


def what(teller: Teller, amiss: Amiss) -> str:
    """Return what is amiss in one sentence."""
    text = teller.words.text(
        f"light.amiss.{amiss.what}",
        detail=amiss.detail,
        files=teller.files(amiss.files),
        kind=teller.kind(amiss.kind) if amiss.kind else "",
        years=teller.years(amiss.years),
        share=_at_most(teller, amiss.share),
    )
    return sentence(text)


def _at_most(teller: Teller, share: float) -> str:
    """Return a share as a whole percentage that it does not exceed."""
    return f"{-int(-share * 100 // 1)}\u00a0%"


def _first(teller: Teller, light: Light, amiss: Amiss) -> str:
    return teller.words.text(
        f"light.first.{amiss.what}",
        unit=light.unit,
        institution=light.name,
        file=teller.file(amiss.kind) if amiss.kind else "",
        years=teller.years(amiss.years),
    )


def _blocks(teller: Teller, published: PublishedFacts, amiss: Amiss) -> str:
    """Return which figures become partial or missing, and in which answers they stand."""
    words = teller.words
    years = teller.years(amiss.years)
    if amiss.what not in WITH_FIGURES:
        return words.text(f"light.blocks.{amiss.what}", years=years)
    if amiss.kind in MAKES_KNOWN:
        return words.text("light.blocks.components", years=years)
    measures = published.measures_of(amiss.kind)
    names = teller.listed([one.name.lower() for one in measures])
    status = _status(teller, published, measures[0].measure if measures else "", amiss.years)
    said = words.text("light.blocks.own", measures=names, years=years, status=status)
    numbers = _answers(amiss, [one.measure for one in measures])
    if not numbers:
        return said
    return said + words.text("light.in_answers", numbers=teller.listed(numbers))


def _status(teller: Teller, published: PublishedFacts, measure: str, years: tuple[str, ...]) -> str:
    """Return the status of the Flemish figure of the least complete of the years."""
    cells = [published.cells[measure, year] for year in years if (measure, year) in published.cells]
    reporting = min((one.institutions_reporting or 0 for one in cells), default=0)
    status = "missing" if not reporting else "partial"
    register = str(len(published.institutions))
    return teller.words.text(f"cell.{status}", reporting=str(reporting), register=register)


def _answers(amiss: Amiss, measures: list[str]) -> list[str]:
    """Return the numbers of the questions that print a measure of one of the years."""
    return [
        number
        for number, question in sorted(load_questions().items())
        if set(amiss.years) & set(question.window.shown_years)
        and set(measures) & set(question.measures)
    ]
