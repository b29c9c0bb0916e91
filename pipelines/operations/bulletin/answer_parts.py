"""The parts about the headline figures and about answers that would differ today.

Border: whether a number differs and why was found in ``changed_answers.py`` and ``causes.py``.
"""

from collections.abc import Sequence

from pipelines.explaining.page import Block, Grid, Note, Part
from pipelines.operations.bulletin.changed_answers import AnswerToday
from pipelines.operations.bulletin.figure_ages import POSITIONS, FigureAge, figure_ages
from pipelines.operations.bulletin.telling import Situation, Teller, sentence
from pipelines.operations.recorded_answers import Change


def figures_part(teller: Teller, situation: Situation) -> Part:
    """Return the headline figures with the newest delivery behind each."""
    words, published = teller.words, situation.published
    heading = words.text("part.figures")
    known = [one.answer for one in situation.answers if one.answer is not None]
    found = figure_ages(published, known) if published else []
    if not found or published is None:
        return Part(heading, (Note(words.text("figure.nothing")),))
    names = {**published.institutions}
    rows = tuple(
        (
            _figure(teller, one, situation),
            one.value,
            teller.printer.day(one.newest_on) if one.newest_on else words.text("none"),
            names.get(one.sender, words.label("sender", one.sender)) if one.sender else "",
            teller.span(situation.moment.astimezone().date() - one.newest_on)
            if one.newest_on
            else "",
            "" if one.reporting is None else f"{one.reporting}/{len(published.institutions)}",
        )
        for one in found
    )
    columns = tuple(words.labels("figure.columns").values())
    return Part(heading, (Grid(columns, rows),))


def answers_part(teller: Teller, situation: Situation) -> Part:
    """Return the numbers that would be printed otherwise today, and those a run just changed."""
    words = teller.words
    blocks: list[Block] = []
    for one in situation.answers:
        blocks += _blocks(teller, one, situation.most_changes)
    for renewed in situation.rewritten:
        text = words.text(
            "answers.rewritten",
            number=renewed.number,
            moment=teller.moment(renewed.changed_at),
            total=str(renewed.total),
        )
        columns = words.labels("answers.columns_rewritten")
        blocks.append(Note(text))
        blocks += _grid(
            teller, renewed.changes, renewed.total, tuple(columns.values()), situation.most_changes
        )
    if not blocks:
        name = "current" if situation.answers else "nothing"
        blocks.append(Note(words.text(f"answers.{name}")))
    return Part(words.text("part.answers"), tuple(blocks))


def renewal_options(answer: AnswerToday) -> str:
    """Return the options with which an answer is written again in its own language."""
    if answer.answer is None or answer.answer.language == "nl":
        return ""
    return f" --lang {answer.answer.language}"


def _blocks(teller: Teller, one: AnswerToday, most: int) -> list[Block]:
    words, folder = teller.words, one.folder.name
    if one.state == "unreadable":
        return [Note(words.text("answers.unreadable", folder=folder))]
    if one.state == "not_comparable":
        return [Note(words.text("answers.not_comparable", folder=folder, problem=one.problem))]
    if one.state == "current":
        return []
    total = len(one.changes)
    title = words.text("answers.changed", number=one.number, folder=folder, total=str(total))
    renew = words.text("answers.renew", number=one.number, lang=renewal_options(one))
    columns = tuple(words.labels("answers.columns").values())
    return [Note(f"{title} {renew}"), *_grid(teller, one.changes, total, columns, most)]


def _grid(
    teller: Teller, changes: Sequence[Change], total: int, columns: tuple[str, ...], most: int
) -> list[Block]:
    words = teller.words
    absent = words.text("answers.absent")
    rows = tuple(
        (one.key, one.before or absent, one.after or absent, one.cause) for one in changes[:most]
    )
    more = total - len(rows)
    noted = [Note(words.text("answers.more", number=str(more)))] if more else []
    return [Grid(columns, rows), *noted]


def _figure(teller: Teller, age: FigureAge, situation: Situation) -> str:
    words = teller.words
    if age.measure == POSITIONS or situation.published is None:
        name = words.text("figure.working_status")
    else:
        name = situation.published.measures[age.measure].name
    return sentence(words.text("figure.name", measure=name, year=teller.printer.period(age.year)))
