"""Delivered text as it may stand in an answer: one line, of a length people read, without tricks.

Titles and file names are written by others. What they hold is shown as text everywhere; only signs
that no file format can hold, that show nothing, or that turn the direction of the text around
them are replaced by the sign for "something stood here".

Border: markup, formulas and template signs are left as they are; each form escapes its own.
"""

import re
import unicodedata

LONGEST = 300  # characters; no real title comes near it
REPLACED, CUT = "\ufffd", "…"
# Embedding, overriding and isolating a direction; and a byte order mark within text.
INVISIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")


def printable(text: str) -> str:
    """Return text on one line, with a visible sign in place of what cannot be printed."""
    line = " ".join(text.split())
    shown = "".join(REPLACED if _is_unprintable(sign) else sign for sign in line)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1].rstrip() + CUT


def _is_unprintable(sign: str) -> bool:
    """Whether XML cannot hold a sign, or a reader cannot see what it does."""
    code = ord(sign)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    is_control = unicodedata.category(sign) in ("Cc", "Cs")
    return is_control or is_noncharacter or INVISIBLE.match(sign) is not None
