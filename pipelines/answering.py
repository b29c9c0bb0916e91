"""Which answers to write: those of the night whose folder is not from the published build.

A question says itself whether it is answered every night. One that asks for what this installation
never delivered is left out and told; the others are written.

Border: what an answer holds and how it looks stands in ``answers``.
"""

import json
from pathlib import Path

import duckdb

from pipelines.answers.circumstances import failed_last_run
from pipelines.console import run_watch
from pipelines.settings import Settings


def write_answers(settings: Settings) -> dict[str, Path]:
    """Return the Dutch answer folder of every question of the night, written where not current.

    Raises:
        StaalkaartError: Nothing is published, or a folder in the way is no answer (exit 2).
    """
    from pipelines.answers.answer import write_answer
    from pipelines.answers.questions import QuestionError, load_questions
    from pipelines.operations.bulletin.changed_answers import note_rewritten_answer
    from pipelines.operations.recorded_answers import recorded_answer

    if holds_nothing(settings):
        return {}
    numbers = sorted(number for number, one in load_questions().items() if one.is_answered_nightly)
    run_watch().begin("answers", len(numbers))
    written = {}
    for number in numbers:
        folder = settings.answers_dir / number
        try:
            if not is_current(settings, folder):
                before = recorded_answer(folder)
                write_answer(settings, number)
                note_rewritten_answer(settings, before, recorded_answer(folder))
            written[number] = folder
        except QuestionError as problem:
            run_watch().notes.append(f"Niet beantwoord: {problem}")
        run_watch().step(number)
    return written


def holds_nothing(settings: Settings) -> bool:
    """Return whether the published warehouse rests on no delivery at all."""
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        return connection.execute("select as_of from build").fetchall() == [(None,)]


def is_current(settings: Settings, folder: Path) -> bool:
    """Return whether an answer folder was written from the build that is published now.

    One that tells of a failed run is not current once a run has ended well.
    """
    try:
        answer = json.loads((folder / "antwoord.json").read_text(encoding="utf-8"))
        said = answer["provenance"]
        told = (said["landing_hash"], said["code_version"], said["as_of"])
        last_run_said = said.get("last_run")
    except (OSError, ValueError, KeyError, TypeError):
        return False
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        built = connection.execute(
            "select landing_hash, code_version, cast(as_of as varchar) from build"
        ).fetchall()
    last_run = failed_last_run(settings.status_file)
    return built == [told] and last_run_said == (last_run.record() if last_run else None)
