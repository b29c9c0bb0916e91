"""What a header of a student system probably is in the standard template.

The names stand in ``synonyms.yml``. They serve messages and proposals only: a file is never read by
a guess, because the same header means different things at different institutions.

Border: a mapping that the sender confirmed stands in the delivery contract (``own_tables``).
"""

import difflib
import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipelines.deliveries.facts import load_yaml
from pipelines.deliveries.kinds import Kind, normalised_header

SYNONYMS_FILE = Path(__file__).with_name("synonyms.yml")
SMALLEST_LIKENESS = 0.78


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
