"""The texts of the bulletin, one YAML file per language under ``wording/``.

Words that answers already have (kinds of delivery, suites) are taken from there.

Border: which text is said is decided in ``sections.py``.
"""

import functools
from pathlib import Path
from typing import Any

import yaml

from pipelines.answers.wording import WORDING_DIR as ANSWERS_WORDING_DIR
from pipelines.answers.wording import Wordbook
from pipelines.console import StaalkaartError

WORDING_DIR = Path(__file__).parent / "wording"
# What a bulletin says as an answer says it.
SHARED = ("kind", "sender", "suite", "period", "list_separator", "last_separator")


def bulletin_languages() -> list[str]:
    """Return the languages a bulletin can be written in, Dutch first."""
    return sorted((file.stem for file in WORDING_DIR.glob("*.yml")), key=lambda code: code != "nl")


def load_bulletin_words(language: str) -> Wordbook:
    """Return the texts of a language.

    Raises:
        StaalkaartError: There is no such language (exit 2); the message lists those there are.
    """
    known = bulletin_languages()
    if language not in known:
        raise StaalkaartError(
            f"Een bulletin in de taal {language!r} bestaat niet. Wel: {', '.join(known)}."
        )
    shared = _read(ANSWERS_WORDING_DIR / f"{language}.yml")
    own = _read(WORDING_DIR / f"{language}.yml")
    return Wordbook(language, {name: shared[name] for name in SHARED} | own)


@functools.cache
def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found
