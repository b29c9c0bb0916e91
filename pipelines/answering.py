"""Which answers to write: every shipped question whose folder is not from the published build.

Border: what an answer holds and how it looks stands in ``answers``.
"""

import json
from pathlib import Path

import duckdb

from pipelines.console import run_watch
from pipelines.settings import Settings


def write_answers(settings: Settings) -> dict[str, Path]:
    """Return the Dutch answer folder of every question, written again where it is not current.

    Raises:
        StaalkaartError: Nothing is published, or a folder in the way is no answer (exit 2).
    """
    from pipelines.answers.answer import write_answer
    from pipelines.answers.questions import load_questions

    if holds_nothing(settings):
        return {}
    numbers = sorted(load_questions())
    run_watch().begin("answers", len(numbers))
    written = {}
    for number in numbers:
        folder = settings.answers_dir / number
        if not is_current(settings, folder):
            write_answer(settings, number)
        written[number] = folder
        run_watch().step(number)
    return written


def holds_nothing(settings: Settings) -> bool:
    """Return whether the published warehouse rests on no delivery at all."""
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        return connection.execute("select as_of from build").fetchall() == [(None,)]


def is_current(settings: Settings, folder: Path) -> bool:
    """Return whether an answer folder was written from the build that is published now."""
    try:
        answer = json.loads((folder / "antwoord.json").read_text(encoding="utf-8"))
        said = answer["provenance"]
        told = (said["landing_hash"], said["code_version"], said["as_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        built = connection.execute(
            "select landing_hash, code_version, cast(as_of as varchar) from build"
        ).fetchall()
    return built == [told]
