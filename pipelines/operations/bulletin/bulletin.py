"""From an installation to the page of its bulletin: read, conclude, say.

Border: nothing is shown or written here.
"""

from pipelines.explaining.page import Block, Finding, Note, Page, Part
from pipelines.operations.bulletin.advice import read_advice
from pipelines.operations.bulletin.answer_parts import (
    answers_part,
    figures_part,
    renewal_options,
)
from pipelines.operations.bulletin.changed_answers import answers_today
from pipelines.operations.bulletin.institution_part import first_thing, institutions_part
from pipelines.operations.bulletin.lights import lights
from pipelines.operations.bulletin.published import read_published_facts
from pipelines.operations.bulletin.run_parts import gate_part, published_part, run_part
from pipelines.operations.bulletin.telling import Situation, Teller
from pipelines.operations.bulletin.wording import load_bulletin_words
from pipelines.operations.clock import now
from pipelines.operations.freshness import freshness
from pipelines.operations.health import holding_of
from pipelines.operations.parameters import load_parameters
from pipelines.operations.recorded_answers import read_rewritten
from pipelines.operations.run_record import read_run_record
from pipelines.settings import Settings
from pipelines.warehouse.fingerprint import code_version

MOST_FIRST = 5


def look(settings: Settings, language: str, most_changes: int) -> Situation:
    """Return how an installation is now.

    Args:
        settings: Its folders.
        language: In which names and causes are told.
        most_changes: How many changed numbers are listed per answer.

    Raises:
        StaalkaartError: There is no such language (exit 2).
    """
    words = load_bulletin_words(language)
    moment, parameters = now(), load_parameters()
    found = read_run_record(settings.status_file)
    published = read_published_facts(settings, language)
    department = words.label("sender", "department")
    here = code_version(settings.project_root)
    return Situation(
        moment=moment,
        freshness=freshness(found.record, moment, parameters),
        found=found,
        is_killed=holding_of(settings, moment) is None,
        published=published,
        here=here,
        lights=tuple(lights(published, found.record, department)) if published else (),
        answers=tuple(answers_today(settings, published, language, here)) if published else (),
        rewritten=tuple(read_rewritten(settings)),
        advice=read_advice(settings, language),
        most_changes=most_changes,
    )


def bulletin_page(situation: Situation, language: str) -> Page:
    """Return the page of a bulletin."""
    words = load_bulletin_words(language)
    teller = Teller(words, load_parameters().stale_hours)
    published = situation.published
    return Page(
        words.text("title", day=teller.moment(situation.moment)),
        words.text("stamp") if published and published.build.is_synthetic else None,
        (
            _short_part(teller, situation),
            _first_part(teller, situation),
            institutions_part(teller, situation),
            figures_part(teller, situation),
            answers_part(teller, situation),
            gate_part(teller, situation),
            run_part(teller, situation),
            published_part(teller, situation),
        ),
    )


def _short_part(teller: Teller, situation: Situation) -> Part:
    """Return the bulletin in five lines."""
    words = teller.words
    lines = [("fresh", "good" if situation.is_fresh else "bad", teller.freshness(situation))]
    if situation.outcome is not None and situation.record is not None:
        is_good = situation.record.is_successful and not situation.record.is_something_refused
        is_going_on = situation.outcome == "running"
        tone = "good" if is_good or is_going_on else "open"
        tone = tone if situation.record.is_successful or is_going_on else "bad"
        text = f"{words.label('outcome', situation.outcome)}."
        lines.append(("run", tone, text[:1].upper() + text[1:]))
    if situation.published is not None:
        lines += [_institutions(teller, situation), _gate(teller, situation)]
        lines.append(_answers(teller, situation))
    blocks: list[Block] = [
        Finding(words.text(f"state.{tone}"), tone, words.text(f"short.subject.{name}"), (text,))
        for name, tone, text in lines
    ]
    return Part(words.text("part.short"), tuple(blocks))


def _institutions(teller: Teller, situation: Situation) -> tuple[str, str, str]:
    tones = [light.tone for light in situation.lights]
    counts = {tone: str(tones.count(tone)) for tone in ("good", "open", "bad")}  # type: ignore[arg-type]
    worst = next((tone for tone in ("bad", "open") if tone in tones), "good")
    return "institutions", worst, teller.words.text("short.institutions", **counts)


def _gate(teller: Teller, situation: Situation) -> tuple[str, str, str]:
    words, published = teller.words, situation.published
    if situation.outcome == "gate_failed":
        return "gate", "bad", words.text("short.gate_bad")
    unmet = sum(suite.unmet for suite in published.suites) if published else 0
    if unmet:
        return "gate", "open", words.text("short.gate_open", number=str(unmet))
    return "gate", "good", words.text("short.gate_good")


def _answers(teller: Teller, situation: Situation) -> tuple[str, str, str]:
    words = teller.words
    changed = [one for one in situation.answers if one.state == "changed"]
    others = [one for one in situation.answers if one.state in {"unreadable", "not_comparable"}]
    said = []
    if changed:
        numbers = str(sum(len(one.changes) for one in changed))
        said.append(words.text("short.answers_open", answers=str(len(changed)), numbers=numbers))
    if others:
        said.append(words.text("short.answers_other", answers=str(len(others))))
    if not said:
        return "answers", "good", words.text("short.answers_good")
    return "answers", "open", " ".join(said)


def _first_part(teller: Teller, situation: Situation) -> Part:
    """Return the first things to do, the most urgent first."""
    words, record = teller.words, situation.record
    todo: list[str] = []
    if situation.freshness.state == "future":
        todo.append(words.text("first.clock"))
    elif not situation.is_fresh:
        todo.append(words.text("first.run"))
    if record is not None and situation.outcome == "gate_failed":
        todo += [
            words.text(
                "first.gate",
                suite=words.label("suite", one.suite),
                subject=one.subject,
                advice=situation.advice_on(one),
            )
            for one in record.unmet_checks
            if one.is_blocking
        ]
    elif record is not None and record.message:
        todo.append(words.text("first.failed", message=record.message))
    todo += [
        words.text("first.light", institution=light.name, first=_bare(first_thing(teller, light)))
        for light in situation.lights
        if light.tone == "bad"
    ]
    todo += [
        words.text("first.answer", number=one.number, lang=renewal_options(one))
        for one in situation.answers
        if one.state == "changed"
    ]
    if not todo:
        todo = [words.text("first.nothing")]
    shown = [Note(f"{place}. {text}") for place, text in enumerate(todo[:MOST_FIRST], start=1)]
    more = len(todo) - len(shown)
    if more:
        shown.append(Note(words.text("more", number=str(more))))
    return Part(words.text("part.first"), tuple(shown))


def _bare(first: str) -> str:
    """Return what to do without the word that opens it in the list of institutions."""
    return first.partition(": ")[2]
