"""The texts of an answer, one YAML file per language under ``wording/``.

Texts hold named places in braces and no digits: a number reaches a sentence only through a place.

Border: which text is said, and what fills its places, is decided in ``sections``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from pipelines.console import StaalkaartError

WORDING_DIR = Path(__file__).parent / "wording"


class Wordbook:
    """The texts of one language, found by a dotted name such as ``figure.missing``."""

    def __init__(self, language: str, texts: dict[str, Any]) -> None:
        self.language = language
        self._texts = texts

    def template(self, name: str) -> str:
        """Return the text with its places unfilled."""
        found = self._find(name)
        if not isinstance(found, str):
            raise KeyError(f"{name} is not one text in wording/{self.language}.yml")
        return found

    def text(self, name: str, **places: str) -> str:
        """Return the text with its places filled by plain strings."""
        return self.template(name).format(**places)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, places unfilled."""
        found = self._find(name)
        if not isinstance(found, list):
            raise KeyError(f"{name} is not a list of texts in wording/{self.language}.yml")
        return tuple(found)

    def listed(self, words: Sequence[str]) -> str:
        """Return words as a list in a sentence."""
        if len(words) < 2:
            return "".join(words)
        head = self.text("list_separator").join(words[:-1])
        return f"{head}{self.text('last_separator')}{words[-1]}"

    def label(self, group: str, value: str) -> str:
        """Return the word for a code, or the code itself where nobody wrote one."""
        found = self._find(group)
        labels = found if isinstance(found, dict) else {}
        return str(labels.get(value, value))

    def labels(self, group: str) -> dict[str, Any]:
        """Return the words of a group of codes, in the order in which they are shown."""
        found = self._find(group)
        return dict(found) if isinstance(found, dict) else {}

    def _find(self, name: str) -> Any:  # noqa: ANN401 - whatever YAML holds at that place
        found: Any = self._texts
        for step in name.split("."):
            found = found[step]
        return found


def languages() -> list[str]:
    """Return the languages an answer can be written in, Dutch first."""
    return sorted((file.stem for file in WORDING_DIR.glob("*.yml")), key=lambda code: code != "nl")


def load_wording(language: str) -> Wordbook:
    """Return the texts of a language.

    Raises:
        StaalkaartError: There is no such language (exit 2); the message lists those there are.
    """
    file = WORDING_DIR / f"{language}.yml"
    if language not in languages():
        raise StaalkaartError(
            f"Een antwoord in de taal {language!r} bestaat niet. Wel: {', '.join(languages())}."
        )
    return Wordbook(language, yaml.safe_load(file.read_text(encoding="utf-8")))
