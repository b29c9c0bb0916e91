"""One answer: from the published warehouse to a folder that appears whole or not at all.

Border: only the published file is read, and how the last run ended; what an answer says and looks
like is decided elsewhere.
"""

from pathlib import Path

from pipelines.answers.cells import INSTITUTION_KIND, CellSelection
from pipelines.answers.circumstances import failed_last_run
from pipelines.answers.deadline import deadline_of
from pipelines.answers.dominance import credits_not_given
from pipelines.answers.figures import read_figures
from pipelines.answers.folder import refuse_foreign_folder, write_whole
from pipelines.answers.formatting import Printer
from pipelines.answers.published import open_published, read_published, told_when_unreadable
from pipelines.answers.questions import Question, find_question
from pipelines.answers.rendering import rendered_files
from pipelines.answers.safeguarding import (
    PLAIN,
    ROUNDED,
    Protection,
    Treatment,
    protected_answer,
)
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.reading import READINGS_MEASURE
from pipelines.answers.vocabulary import Vocabulary
from pipelines.answers.wording import Wordbook, load_wording
from pipelines.settings import Settings

DEFAULT_LANGUAGE = "nl"


def write_answer(
    settings: Settings,
    question: str | Question,
    lang: str = DEFAULT_LANGUAGE,
    out: Path | None = None,
    protection: Protection = ROUNDED,
) -> Path:
    """Write the answer to a question and return its folder.

    Args:
        settings: Where the published warehouse is.
        question: A question, or the number of one in ``pipelines/answers/questions``.
        lang: The language of the answer.
        out: The folder to write; ``<data>/answers/<number>`` when not given.
        protection: How numbers about persons are protected, and whether that is proved.

    Raises:
        StaalkaartError: Unknown question or language, nothing published, a question about what is
            not published, a folder in the way that is no answer, a folder that cannot be written,
            or numbers that reveal a small group whatever is hidden (exit 2).
    """
    asked = find_question(question) if isinstance(question, str) else question
    words = load_wording(lang)
    folder = out if out is not None else settings.answers_dir / asked.number
    refuse_foreign_folder(folder)
    answer = protected_answer(
        settings,
        protection,
        lambda treatment: read_material(settings, asked, words, treatment),
    )
    write_whole(folder, rendered_files(answer, words))
    return folder


def read_material(
    settings: Settings, question: Question, words: Wordbook, treatment: Treatment = PLAIN
) -> Material:
    """Read everything the answer to a question needs from the published warehouse.

    ``treatment`` says what of the figures about persons may be printed.

    Raises:
        StaalkaartError: Nothing is published, or not what the question asks for (exit 2).
    """
    window = question.window
    growth_selection = CellSelection(question.measures, question.definitions, (window.label,))
    file = settings.published_file
    with told_when_unreadable(file), open_published(file) as connection:
        published = read_published(connection, question, words.language)
        selection = _selection(question, published.vocabulary)
        not_given = credits_not_given(connection, selection)
        rules = treatment.of(published.disclosure_rules(), not_given)
        readings = CellSelection(
            (READINGS_MEASURE,),
            tuple(published.definitions),
            (window.to_year,),
            (INSTITUTION_KIND,),
        )
        units = {one.measure: one.unit for one in published.measures.values()}
        book = read_figures(
            connection,
            selection,
            growth_selection,
            units,
            rules,
            published.build.rule_set_version,
            {one.institution_id: one.kind for one in published.institutions},
            readings,
        )
    material = Material(
        question=question,
        published=published,
        book=book,
        words=words,
        printer=Printer(words),
        rules=rules,
        deadline=deadline_of(question),
        last_run=failed_last_run(settings.status_file),
    )
    places = material.each_place()
    return places[0] if len(places) == 1 else material


def _selection(question: Question, vocabulary: Vocabulary) -> CellSelection:
    """Return every cell the answer to a question may print.

    The kinds of institution are the subtotals of the annex, whatever the question asks. A crossing
    needs both of its splits, for the totals; a split of one kind is a crossing with the kinds.
    """
    window = question.window
    crossed = [split for crossing in question.crossings for split in crossing]
    crossings = {vocabulary.crossing(*asked) or asked for asked in question.crossings}
    if question.scope.institution_kinds:
        crossings |= {(INSTITUTION_KIND, split) for split in (*question.splits, *crossed)}
    return CellSelection(
        measures=question.measures,
        definitions=question.definitions,
        years=(*window.shown_years, window.label),
        splits=tuple(dict.fromkeys((*question.splits, *crossed, INSTITUTION_KIND))),
        crossings=tuple(sorted(crossings)),
    )
