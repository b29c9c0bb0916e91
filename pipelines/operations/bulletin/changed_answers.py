"""Which answers would print other numbers today than the ones in their folder.

What an answer would print now comes from ``answers`` itself, so that numbers about people are
compared as they are printed: rounded.

Border: why a number differs is found in ``causes.py``; no answer is written here.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pipelines.console import StaalkaartError, run_watch
from pipelines.operations.bulletin.causes import Causes
from pipelines.operations.bulletin.published import PublishedFacts, read_published_facts
from pipelines.operations.bulletin.wording import load_bulletin_words
from pipelines.operations.clock import now
from pipelines.operations.recorded_answers import (
    Change,
    RecordedAnswer,
    differences,
    note_rewritten,
    recorded_answers,
)
from pipelines.settings import Settings

State = Literal["current", "changed", "unreadable", "not_comparable"]


@dataclass(frozen=True)
class AnswerToday:
    """An answer folder beside what would be printed today.

    Attributes:
        state: ``current`` also where the build differs and no number does; ``not_comparable``
            where the question or what it asks is no longer there, with ``problem`` saying so.
    """

    folder: Path
    state: State
    number: str = ""
    changes: tuple[Change, ...] = ()
    problem: str = ""
    answer: RecordedAnswer | None = None


def answers_today(
    settings: Settings, published: PublishedFacts, language: str, here: str
) -> list[AnswerToday]:
    """Return every answer folder beside what would be printed today.

    Args:
        settings: Where the answers and the published file are.
        published: The facts of that file.
        language: In which causes are told.
        here: The version of the code that would print.
    """
    return [
        AnswerToday(found, "unreadable")
        if isinstance(found, Path)
        else _today(settings, published, found, language, here)
        for found in recorded_answers(settings.answers_dir)
    ]


def _today(
    settings: Settings, published: PublishedFacts, answer: RecordedAnswer, language: str, here: str
) -> AnswerToday:
    build = published.build
    as_of = build.as_of.isoformat() if build.as_of else None
    if (answer.landing_hash, answer.code_version, answer.as_of) == (
        build.landing_hash,
        here,
        as_of,
    ):
        return AnswerToday(answer.folder, "current", answer.number, answer=answer)
    try:
        printed = printed_today(settings, answer)
    except StaalkaartError as problem:
        text = str(problem)
        return AnswerToday(
            answer.folder, "not_comparable", answer.number, problem=text, answer=answer
        )
    versions = (answer.rule_set_version, build.rule_set_version)
    found = with_causes(
        differences(answer.numbers, printed, versions), answer, published, language, here
    )
    state: State = "changed" if found else "current"
    return AnswerToday(answer.folder, state, answer.number, tuple(found), answer=answer)


def printed_today(settings: Settings, answer: RecordedAnswer) -> dict[str, str]:
    """Return what the question of an answer prints per key from the published file.

    Raises:
        StaalkaartError: The question is not there any more, or asks for what is not published.
    """
    from pipelines.answers.answer import read_material
    from pipelines.answers.asking import asked_again
    from pipelines.answers.composition import compose
    from pipelines.answers.safeguarding import Treatment
    from pipelines.answers.wording import load_wording

    words = load_wording(answer.language)
    if answer.method != "rounding":
        raise StaalkaartError(load_bulletin_words(answer.language).text("answers.exact"))
    treatment = Treatment(coarser={key: Decimal(base) for key, base in answer.bases.items()})
    question = asked_again(answer.number, answer.command)
    composed = compose(read_material(settings, question, words, treatment))
    return {number.key: number.text for number in composed.numbers().values()}


def note_rewritten_answer(
    settings: Settings, before: RecordedAnswer | None, after: RecordedAnswer | None
) -> None:
    """Keep what a run printed otherwise than the answer it replaced, for the bulletin.

    Nothing is kept of an answer in another language, or where there was none. Whatever goes wrong
    here is said and does not end the run: the answer is written.
    """
    if before is None or after is None or before.language != after.language:
        return
    try:
        published = read_published_facts(settings, before.language)
        if published is not None:
            versions = (before.rule_set_version, after.rule_set_version)
            changes = differences(before.numbers, after.numbers, versions)
            here = after.code_version or ""
            found = with_causes(changes, before, published, before.language, here)
            note_rewritten(settings, after.number, now(), found)
    except Exception as fault:
        run_watch().side_problems.append(
            f"Wat in antwoord {after.number} veranderde, kon niet worden bijgehouden "
            f"({type(fault).__name__})."
        )


def with_causes(
    changes: list[Change],
    answer: RecordedAnswer,
    published: PublishedFacts,
    language: str,
    here: str,
) -> list[Change]:
    """Return changes with the cause of each, in words."""
    causes = Causes(answer, published, load_bulletin_words(language), here)
    return [replace(change, cause=causes.of(change.key)) for change in changes]
