"""What stands above an answer: notices, its title, who asked what, by when, and as of when.

Border: no figure stands here.
"""

import shlex

from pipelines.answers.questions import Question
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.notices import notices


def answer_title(material: Material) -> str:
    """Return the title: of a question that was asked, of an example, or of one's own."""
    question, words = material.question, material.words
    if question.asked_on is None:
        return words.text("title_own", subject=question.title.in_language(words.language))
    name = "title_example" if question.is_example else "title"
    day = material.printer.day(question.asked_on)
    return words.text(name, number=question.number, day=day)


def command(question: Question) -> str | None:
    """Return the command that asks a question of one's own again."""
    if not question.is_own:
        return None
    return shlex.join(["staalkaart", "answer", *question.asked_with])


def head_lines(material: Material) -> tuple[tuple[str, str], ...]:
    """Return the lines above the answer, notices first; what a question lacks has no line."""
    question, words, printer = material.question, material.words, material.printer
    language = words.language
    lines = {
        "subject": question.title.in_language(language),
        "asker": question.asker.in_language(language) if question.asker else None,
        "addressee": question.addressee.in_language(language) if question.addressee else None,
        "command": command(material.question),
        "asked_on": printer.day(question.asked_on) if question.asked_on else None,
        "deadline": printer.day(material.deadline.day) if material.deadline else None,
        "window": material.join_years(question.window.years),
        "scope": material.scope_name() or None,
        "as_of": printer.day(material.published.build.as_of),
    }
    told = [(words.text("head.notice"), notice) for notice in notices(material)]
    said = [(words.text(f"head.{name}"), text) for name, text in lines.items() if text]
    return (*told, *said)


def identity(material: Material) -> dict[str, str]:
    """Return what names the question in the JSON file, with its deadline and where that is set."""
    question, language = material.question, material.words.language
    window, deadline = question.window, material.deadline
    said = {
        "number": question.number,
        "asker": question.asker.in_language(language) if question.asker else None,
        "addressee": question.addressee.in_language(language) if question.addressee else None,
        "asked_on": question.asked_on.isoformat() if question.asked_on else None,
        "title": question.title.in_language(language),
        "from_year": window.from_year,
        "to_year": window.to_year,
        "years": "|".join(window.years),
    }
    if deadline is not None:
        term = deadline.term
        said |= {
            "deadline": deadline.day.isoformat(),
            "term": f"{term.length} {term.unit}",
            "term_source": f"{term.source.nl if language == 'nl' else term.source.en} "
            f"({term.source.url})",
        }
    if not question.scope.is_everybody:
        said["institutions"] = "|".join(one.institution_id for one in material.institutions())
    if question.is_example:
        said["is_example"] = "true"
    said["command"] = command(question)
    return {name: text for name, text in said.items() if text is not None}
