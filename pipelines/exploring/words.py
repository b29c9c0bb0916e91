"""The words that only notebooks use, from ``words.yml``; the others are those of answers.

Border: the prose of a notebook stands in the notebook.
"""

from functools import cache
from pathlib import Path

import yaml

from pipelines.answers.wording import Wordbook

WORDS = Path(__file__).with_name("words.yml")


@cache
def exploring_words() -> Wordbook:
    """Return the words of notebooks, in Dutch."""
    return Wordbook("nl", yaml.safe_load(WORDS.read_text(encoding="utf-8")))
