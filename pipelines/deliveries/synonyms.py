"""What a header or a code of a student system probably is in the standard template.

The names stand in ``synonyms.yml`` and ``code_synonyms.yml``. They serve messages and proposals
only: a file is never read by a guess, because the same header means different things at different
institutions.

Border: a mapping that the sender confirmed stands in the delivery contract (``own_tables``).
"""

import difflib
import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.deliveries.facts import load_yaml
from pipelines.deliveries.kinds import Column, Kind, normalised_header

SYNONYMS_FILE = Path(__file__).with_name("synonyms.yml")
CODE_SYNONYMS_FILE = Path(__file__).with_name("code_synonyms.yml")
SMALLEST_LIKENESS = 0.78
# A shorter start says too little: "opleiding" is no "opleidingsonderdeel".
SHORTEST_START = 3
SMALLEST_START_SHARE = 0.5
YES_AND_NO = ("J", "N")


@functools.cache
def load_synonyms() -> dict[str, tuple[str, ...]]:
    """Return per template header the other names it goes by, normalised."""
    entries: dict[str, list[str]] = load_yaml(SYNONYMS_FILE)
    return {header: tuple(normalised_header(n) for n in names) for header, names in entries.items()}


def names_of(header: str) -> tuple[str, ...]:
    """Return every name of a template header, its own first, normalised."""
    return (normalised_header(header), *load_synonyms().get(header, ()))


def nearest_header(header: str, offered: Sequence[str]) -> str | None:
    """Return which of the headers in a file is most probably a header of the template.

    Args:
        header: A header of the template.
        offered: Headers of the file that have no meaning yet.
    """
    return _same_name(header, offered) or _like_name(header, offered)


def _same_name(header: str, offered: Sequence[str]) -> str | None:
    by_name = {normalised_header(name): name for name in reversed(offered) if name.strip()}
    return next((by_name[name] for name in names_of(header) if name in by_name), None)


def _like_name(header: str, offered: Sequence[str]) -> str | None:
    by_name = {normalised_header(name): name for name in reversed(offered) if name.strip()}
    for name in names_of(header):
        near = difflib.get_close_matches(name, by_name, n=1, cutoff=SMALLEST_LIKENESS)
        if near and len(name) > 3:
            return by_name[near[0]]
    return None


def proposed_mapping(kind: Kind, offered: Iterable[str]) -> dict[str, str]:
    """Return per template header the header of a file that is probably meant.

    Each header of the file is used once; a header of the template itself goes first.

    Args:
        kind: The kind that the file is.
        offered: All headers of the file.
    """
    left = [name for name in offered if name.strip()]
    headers = [column.header for column in kind.template_columns if column.header]
    own = {normalised_header(header): header for header in headers}
    found = {own[normalised_header(n)]: n for n in left if normalised_header(n) in own}
    left = [name for name in left if name not in found.values()]
    # A name that is known goes before one that only looks like a name.
    for find in (_same_name, _like_name):
        for header in headers:
            name = find(header, left) if header not in found else None
            if name is not None:
                found[header] = name
                left.remove(name)
    return {header: found[header] for header in headers if header in found}


@functools.cache
def load_code_synonyms() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return per template header and code the other names it goes by, normalised."""
    entries: dict[str, dict[str, list[str]]] = load_yaml(CODE_SYNONYMS_FILE)
    return {
        header: {code: tuple(normalised_header(n) for n in names) for code, names in codes.items()}
        for header, codes in entries.items()
    }


def codes_allowed(column: Column) -> tuple[str, ...]:
    """Return the codes of a column as the template writes them; empty where it has none."""
    return YES_AND_NO if column.type == "boolean" else tuple(column.codes)


def meant_code(column: Column, value: str) -> str | None:
    """Return the one code that a value can mean; None where that is a guess.

    A value means a code when it is that code or another name of it, or an abbreviation: a start,
    at least half of the code, that no other code has.
    """
    name = normalised_header(value)
    synonyms = load_code_synonyms().get(column.header or "", {})
    names = {c: (normalised_header(c), *synonyms.get(c, ())) for c in codes_allowed(column)}
    same = [code for code, known in names.items() if name in known]
    if len(same) == 1 or len(name) < SHORTEST_START:
        return same[0] if len(same) == 1 else None
    starting = [code for code, known in names.items() if any(n.startswith(name) for n in known)]
    is_long = len(starting) == 1 and (
        len(name) >= SMALLEST_START_SHARE * len(normalised_header(starting[0]))
    )
    return starting[0] if is_long else None
