"""The header of the standard template: which cell is which column, and what is missing.

Header names match whatever their case, spaces, accents, hyphens and underscores.

Border: where the header stands in a file is known by the reader of that format.
"""

import difflib
from collections.abc import Sequence

from pipelines.deliveries.kinds import Kind, normalised_header
from pipelines.deliveries.readers.csv_rows import MOST_COLUMNS
from pipelines.deliveries.rules import FileRefused
from pipelines.deliveries.synonyms import nearest_header


def count_known(header: Sequence[str], kind: Kind) -> int:
    """Return how many cells of a row are headers of the template of a kind."""
    known = {normalised_header(column.header or "") for column in kind.template_columns}
    return sum(normalised_header(name) in known for name in header)


def match_header(header: Sequence[str], kind: Kind) -> tuple[dict[int, str], tuple[str, ...]]:
    """Return the canonical name per position, and the headers that are not of the template.

    Raises:
        FileRefused: A required column is missing, a column is repeated or there are too many.
    """
    refuse_too_many(len(header))
    known = {normalised_header(c.header or ""): c.name for c in kind.template_columns}
    columns: dict[int, str] = {}
    unknown: list[str] = []
    met: set[str] = set()
    for position, name in enumerate(header):
        # Of a header of signs alone nothing is left without its case, spaces and accents.
        identity = normalised_header(name) or name.strip()
        if identity and identity in met:
            raise FileRefused("header_repeated", found=name.strip())
        met.add(identity)
        canonical = known.get(identity)
        if canonical is not None:
            columns[position] = canonical
        elif name.strip():
            unknown.append(name.strip())
    _refuse_missing(kind, set(columns.values()), unknown)
    return columns, tuple(unknown)


def refuse_too_many(width: int) -> None:
    """Refuse a table with more columns than any delivery has.

    Raises:
        FileRefused: There are more than 500 columns.
    """
    if width > MOST_COLUMNS:
        raise FileRefused("too_many_columns", found=width, allowed=MOST_COLUMNS)


def nearest_names(wanted: Sequence[str], offered: Sequence[str]) -> str:
    """Return a question in Dutch that names the offered headers most like the wanted ones."""
    nearest = sorted(
        {
            name
            for header in wanted
            for name in difflib.get_close_matches(header, offered, n=2, cutoff=0.6)
        }
    )
    return f" Bedoelde u: {', '.join(nearest)}?" if nearest else ""


def _refuse_missing(kind: Kind, present: set[str], unknown: list[str]) -> None:
    missing = [c.header or c.name for c in kind.columns if c.required and c.name not in present]
    groups = [
        [kind.column(name).header or name for name in group]
        for group in kind.one_of
        if not present & set(group)
    ]
    if missing or groups:
        wanted = [*missing, *(name for group in groups for name in group)]
        raise FileRefused(
            "header_missing_columns",
            expected=", ".join([*missing, *(" of ".join(group) for group in groups)]),
            found=_meant(wanted, unknown),
        )


def _meant(missing: Sequence[str], unknown: Sequence[str]) -> str:
    """Return a question in Dutch that names for each missing column the nearest one found."""
    pairs = {header: nearest_header(header, unknown) for header in missing}
    named = [f"'{name}' voor {header}" for header, name in pairs.items() if name]
    return f" Bedoelde u {', '.join(named)}?" if named else ""
