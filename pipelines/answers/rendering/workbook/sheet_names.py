"""Names of sheets as Excel accepts them: short, unlike each other, without forbidden signs.

Border: which sheets there are is decided in ``book``.
"""

import re
from collections.abc import Sequence

LONGEST = 31  # UTF-16 units, as Excel counts them
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
RESERVED = frozenset({"history"})
NAMELESS = "blad"
CUT = "…"


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return one valid name per wanted name, in the same order; no two alike but for case."""
    taken: set[str] = set(RESERVED)
    names = []
    for one in wanted:
        name = _valid(one)
        count = 1
        while name.casefold() in taken:
            count += 1
            mark = f" ({count})"
            name = _shortened(_valid(one), LONGEST - len(mark)) + mark
        taken.add(name.casefold())
        names.append(name)
    return names


def _valid(name: str) -> str:
    readable = " ".join(FORBIDDEN.sub(" ", name).split()).strip("' ")
    return _shortened(readable, LONGEST).strip("' ") or NAMELESS


def _shortened(name: str, longest: int) -> str:
    """Return a name cut to a length, with a sign that it is cut."""
    if _length(name) <= longest:
        return name
    while _length(name) >= longest:
        name = name[:-1]
    return name.rstrip("- ") + CUT


def _length(name: str) -> int:
    return len(name.encode("utf-16-le")) // 2
