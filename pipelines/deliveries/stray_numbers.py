"""National numbers in columns where none belongs: found, and masked before anything is written.

Border: what counts as a number stands in ``national_numbers.py``; what becomes of the row is a rule
(``rules.yml``); the numbers of people whose rows are accepted are replaced in ``pseudonyms.py``.
"""

from collections.abc import Iterable

import polars as pl

from pipelines.deliveries.national_numbers import is_suspect, replaced_cells, without_numbers
from pipelines.deliveries.rules import MASK

STRAY = "stray:"


def with_stray_numbers_masked(texts: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Return texts without national numbers, and per column ``stray:<name>`` where one stood.

    Args:
        texts: Cells as text.
        names: The columns to search; none of them personal.
    """
    names = list(names)
    suspected = (
        texts.select(is_suspect(pl.col(name)).any() for name in names).row(0) if names else ()
    )
    columns: list[pl.Series | pl.Expr] = []
    for name, is_suspected in zip(names, suspected, strict=True):
        masked = replaced_cells(texts[name], MASK) if is_suspected else {}
        if not masked:
            columns.append(pl.lit(value=False).alias(STRAY + name))
            continue
        is_stray = texts[name].is_in(list(masked)).fill_null(value=False)
        columns += [texts[name].replace(masked), is_stray.alias(STRAY + name)]
    return texts.with_columns(columns)


def without_national_numbers(text: str) -> str:
    """Return text in which every national number that passes the check is masked."""
    return without_numbers(text, MASK)
