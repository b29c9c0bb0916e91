"""The texts of an explanation, one YAML file per language under ``wording/``.

Words that answers already have (kinds of offering, modes, contract types) are taken from there;
those about printed numbers stand beside their pages, in ``figures/wording``.

Border: which text is said is decided in ``offering.py`` and ``enrolment.py``.
"""

import functools
from pathlib import Path
from typing import Any

import yaml

from pipelines.answers.wording import WORDING_DIR as ANSWERS_WORDING_DIR
from pipelines.answers.wording import Wordbook
from pipelines.console import StaalkaartError

WORDING_DIR = Path(__file__).parent / "wording"
# What an explanation says as an answer says it.
SHARED = (
    "split_value",
    "split_column",
    "type_name",
    "kind",
    "delivery_status",
    "suite",
    "term",
    "figure",
    "period",
    "list_separator",
    "last_separator",
)
FIGURES_WORDING_DIR = Path(__file__).parent / "figures" / "wording"


def explaining_languages() -> list[str]:
    """Return the languages an explanation can be written in, Dutch first."""
    return sorted((file.stem for file in WORDING_DIR.glob("*.yml")), key=lambda code: code != "nl")


def load_explaining_words(language: str) -> Wordbook:
    """Return the texts of a language.

    Raises:
        StaalkaartError: There is no such language (exit 2); the message lists those there are.
    """
    known = explaining_languages()
    if language not in known:
        raise StaalkaartError(
            f"Een uitleg in de taal {language!r} bestaat niet. Wel: {', '.join(known)}."
        )
    shared = _read(ANSWERS_WORDING_DIR / f"{language}.yml")
    own = _read(WORDING_DIR / f"{language}.yml")
    of_figures = {"count": _read(FIGURES_WORDING_DIR / f"{language}.yml")}
    return Wordbook(language, {name: shared[name] for name in SHARED} | own | of_figures)


@functools.cache
def _read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found
