"""Setting with typst: the same bytes on every machine, and only characters that can be drawn.

Only the typefaces inside typst are used. An archivable PDF must not hold a character without a
picture, so that one emoji in a title would cost the whole document: a word with anything beyond
everyday Latin is tried first.

Border: which words are printed, and how, is not decided here.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache

import typst

TYPEFACE = "Libertinus Serif"
# Archivable, and readable aloud: typst refuses a document that keeps to neither.
STANDARDS = ("a-2a", "ua-1")
MAIN = "main.typ"
REPLACEMENT = "\ufffd"
# Printable Latin, the punctuation of print, and the zero-width space of ``characters.breakable``.
EVERYDAY = (
    "\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u200b\u2013\u2014\u2018-\u201e\u2022\u2026\u20ac\u2212"
)
UNUSUAL = re.compile(f"[^{EVERYDAY}{REPLACEMENT}]")
UNUSUAL_WORD = re.compile(f"[^ ]*[^{EVERYDAY}{REPLACEMENT}][^ ]*")
# The same word upright, bold and slanted: each may come from another typeface.
TRIAL = (
    '#set document(title: "x")\n'
    f'#set text(font: "{TYPEFACE}", lang: "nl")\n'
    '#let word = json("word.json")\n'
    "#word #strong(word) #emph(word)\n"
).encode()
ANY_DAY = date(2000, 1, 1)


def compiled(sources: dict[str, bytes], day: date) -> bytes:
    """Return the PDF of a template, ``main.typ``, and the files it reads.

    Args:
        sources: Files by name; nothing else can be read.
        day: The date that stands in the PDF.

    Raises:
        typst.TypstError: The template is wrong, or the document cannot keep to the standards.
    """
    found: bytes = typst.compile(  # type: ignore[call-overload] # the stub knows no file table
        sources,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=list(STANDARDS),
        timestamp=datetime.combine(day, time(), UTC),
    )
    return found


def undrawable(texts: Iterable[str]) -> dict[str, str]:
    """Return every word that cannot be drawn as it is, with the word to print instead."""
    words = {word for text in texts for word in UNUSUAL_WORD.findall(text)}
    return {word: shown for word in sorted(words) if (shown := _shown(word)) != word}


def _shown(word: str) -> str:
    """Return a word with a mark for what cannot be drawn, alone or beside its neighbours."""
    if _is_drawn(word):
        return word
    shown = UNUSUAL.sub(
        lambda found: found[0] if _is_drawn(found[0]) else REPLACEMENT,
        word,
    )
    return shown if _is_drawn(shown) else UNUSUAL.sub(REPLACEMENT, word)


@lru_cache(maxsize=4096)
def _is_drawn(word: str) -> bool:
    try:
        compiled({MAIN: TRIAL, "word.json": json.dumps(word).encode("utf-8")}, ANY_DAY)
    except typst.TypstError:
        return False
    return True
