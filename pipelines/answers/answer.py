"""One answer: from the published warehouse to a folder that appears whole or not at all.

Border: only the published file is read; what an answer says and looks like is decided elsewhere.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.answers.cells import INSTITUTION_KIND, CellSelection
from pipelines.answers.composition import compose
from pipelines.answers.deadline import deadline_of
from pipelines.answers.figures import read_figures
from pipelines.answers.formatting import Printer
from pipelines.answers.published import open_published, read_published
from pipelines.answers.questions import Question, find_question
from pipelines.answers.rendering import rendered_files
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.reading import READINGS_MEASURE
from pipelines.answers.vocabulary import Vocabulary
from pipelines.answers.wording import Wordbook, load_wording
from pipelines.console import StaalkaartError
from pipelines.settings import Settings

DEFAULT_LANGUAGE = "nl"
MARKER = "antwoord.json"
# Why a folder cannot be written, by what the system says.
REASONS = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de toegestane schijfruimte is op",
    errno.EACCES: "er is geen recht om daar te schrijven",
    errno.EPERM: "er is geen recht om daar te schrijven",
    errno.EROFS: "daar kan alleen worden gelezen",
    errno.ENOENT: "die map kan daar niet worden gemaakt",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EEXIST: "een deel van het pad is geen map",
    errno.ENAMETOOLONG: "de naam is te lang",
}


def write_answer(
    settings: Settings,
    question: str | Question,
    lang: str = DEFAULT_LANGUAGE,
    out: Path | None = None,
) -> Path:
    """Write the answer to a question and return its folder.

    Args:
        settings: Where the published warehouse is.
        question: A question, or the number of one in ``pipelines/answers/questions``.
        lang: The language of the answer.
        out: The folder to write; ``<data>/answers/<number>`` when not given.

    Raises:
        StaalkaartError: Unknown question or language, nothing published, a question about what is
            not published, a folder in the way that is no answer, or a folder that cannot be
            written (exit 2).
    """
    asked = find_question(question) if isinstance(question, str) else question
    words = load_wording(lang)
    folder = out if out is not None else settings.answers_dir / asked.number
    with _writing(folder):
        _refuse_foreign_folder(folder)
    material = read_material(settings, asked, words)
    files = rendered_files(compose(material), words)
    with _writing(folder):
        _write_folder(folder, files)
    return folder


def read_material(settings: Settings, question: Question, words: Wordbook) -> Material:
    """Read everything the answer to a question needs from the published warehouse.

    Raises:
        StaalkaartError: Nothing is published, or not what the question asks for (exit 2).
    """
    window = question.window
    growth_selection = CellSelection(question.measures, question.definitions, (window.label,))
    with open_published(settings.published_file) as connection:
        published = read_published(connection, question, words.language)
        rules = published.disclosure_rules()
        selection = _selection(question, published.vocabulary)
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


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn what the system says against writing a folder into a message for people."""
    try:
        yield
    except OSError as problem:
        reason = REASONS.get(problem.errno or 0, problem.strerror or str(problem))
        raise StaalkaartError(
            f"Het antwoord kon niet worden geschreven in {folder}: {reason}. Er bleef niets half "
            "geschreven achter. Maak ruimte vrij of kies met --out een andere map waarin schrijven "
            "mag, en vraag daarna het antwoord opnieuw."
        ) from problem


def _refuse_foreign_folder(folder: Path) -> None:
    """Refuse to replace anything that is not an answer folder."""
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARKER).is_file()):
        raise StaalkaartError(
            f"{folder} bestaat al en is geen antwoordmap; er is niets overschreven. "
            "Kies met --out een andere map."
        )


def _write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write all files beside the folder's place, then put them there with one rename."""
    with _parents_of(folder):
        _write_beside(folder, files)


@contextmanager
def _parents_of(folder: Path) -> Iterator[None]:
    """Make the folders above a folder; those that were not there go again on a failure."""
    absent = [parent for parent in folder.parents if not parent.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in absent:
            with suppress(OSError):
                parent.rmdir()
        raise


def _write_beside(folder: Path, files: dict[str, bytes]) -> None:
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            file = made / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            _flush(file)
        made.chmod(0o755)
        _replace(folder, made)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


def _replace(folder: Path, made: Path) -> None:
    """Put the made folder in its place; an older answer goes aside first and comes back if not."""
    if not folder.exists():
        made.rename(folder)
    else:
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent)) / "oud"
        try:
            folder.rename(aside)
            made.rename(folder)
        except OSError:
            if aside.exists():
                aside.rename(folder)
            aside.parent.rmdir()
            raise
        shutil.rmtree(aside.parent, ignore_errors=True)
    _flush(folder.parent)


def _flush(path: Path) -> None:
    """Have the system write a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
