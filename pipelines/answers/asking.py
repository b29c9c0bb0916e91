"""What somebody asks on the command line, and what is said about the answer that was written.

Border: what an answer holds is decided elsewhere; the command line itself is ``cli``.
"""

import shlex
from pathlib import Path

from pipelines.answers.ad_hoc import Options, options_of, question_of
from pipelines.answers.answer import write_answer
from pipelines.answers.circumstances import terminal_lines
from pipelines.answers.deadline import deadline_of
from pipelines.answers.formatting import Printer
from pipelines.answers.questions import (
    Question,
    QuestionError,
    find_question,
    listed_questions,
    load_questions,
)
from pipelines.answers.safeguarding import EXACT, Protection
from pipelines.answers.wording import Wordbook, load_wording
from pipelines.settings import Settings

DISCLOSURES = ("rounding", "suppression")


def answer_asked(
    settings: Settings,
    number: str | None,
    options: Options,
    language: str,
    out: Path | None,
    disclosure: str,
    is_audited: bool = False,
    compared_with: Path | None = None,
) -> list[str]:
    """Write the answer to what was asked, and return the lines that say so.

    Args:
        settings: Where the published warehouse is.
        number: The number of a question that has a file, or None.
        options: A question without a file, or nothing.
        language: The language of the answer.
        out: The folder to write; below ``<data>/answers`` when not given.
        disclosure: How numbers about persons are protected.
        is_audited: Whether that is proved; exact numbers always are.
        compared_with: An earlier answer folder, to say what changed and why.

    Raises:
        StaalkaartError: Both or none of them were given, or the answer cannot be made (exit 2).
    """
    words = load_wording(language)
    if disclosure not in DISCLOSURES:
        raise QuestionError(
            f"--disclosure {disclosure} bestaat niet. Wel: {', '.join(DISCLOSURES)}."
        )
    question = _asked(number, options)
    from pipelines.operations.compared_answers import Comparison

    comparison = (
        Comparison.with_folder(compared_with, question.number)
        if compared_with is not None
        else None
    )
    protection = EXACT if disclosure == "suppression" else Protection(is_audited=is_audited)
    folder = write_answer(settings, question, language, out, protection)
    return [
        *terminal_lines(folder, settings.status_file, words),
        words.text("told.answer", number=question.number, folder=str(folder)),
        *_deadline(question, words),
        *(comparison.lines(settings, folder, language) if comparison is not None else []),
    ]


def _asked(number: str | None, options: Options) -> Question:
    given = options.given()
    if number is None and not given:
        raise QuestionError(
            "Er is niets gevraagd. Geef het nummer van een vraag:\n"
            f"{listed_questions(load_questions())}\n"
            "of stel er zelf een: staalkaart answer --measure learners --definition framework "
            "--by institution_kind,working_status --years 2022-2023:2023-2024"
        )
    if number is None:
        return question_of(options)
    if given:
        raise QuestionError(
            f"Vraag {number!r} en {', '.join(given)} gaan niet samen: een vraag met een bestand "
            "zegt zelf wat ze vraagt. Laat het nummer weg, of die opties."
        )
    return find_question(number)


def asked_again(number: str, command: str | None) -> Question:
    """Return the question of an answer folder: that of its file, or of the command that asked it.

    Raises:
        QuestionError: There is no such question any more (exit 2).
    """
    if command is None:
        return find_question(number)
    return question_of(options_of(shlex.split(command)[2:]))


def _deadline(question: Question, words: Wordbook) -> list[str]:
    """Return until when the question may be answered, if somebody asked it."""
    deadline = deadline_of(question)
    if deadline is None or question.asked_on is None:
        return []
    printer = Printer(words)
    said = words.text(
        "told.deadline",
        deadline=printer.day(deadline.day),
        length=printer.number(deadline.term.length),
        asked_on=printer.day(question.asked_on),
    )
    return [said]
