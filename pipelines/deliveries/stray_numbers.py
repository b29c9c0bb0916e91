"""National numbers in columns where none belongs: found, and masked before anything is written.

A number counts when it has exactly eleven digits, plain or grouped as people write an INSZ, and
passes the check: other eleven digits (codes, telephone numbers) are left alone. Whole columns are
searched with one pattern; only the cells that may hold a number are looked at one by one.

Border: what becomes of the row is a rule (``rules.yml``); the numbers of people whose rows are
accepted are replaced in ``pseudonyms.py``.
"""

import re
from collections.abc import Iterable

import polars as pl

from pipelines.deliveries import parsing
from pipelines.deliveries.rules import GROUPED_NUMBER_PATTERN, MASK

STRAY = "stray:"
_DIGITS = 11
_ANYWHERE = re.compile(f"(?<![0-9])(?=({GROUPED_NUMBER_PATTERN})(?![0-9]))")


def with_stray_numbers_masked(texts: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Return texts without national numbers, and per column ``stray:<name>`` where one stood.

    Args:
        texts: Cells as text.
        names: The columns to search; none of them personal.
    """
    columns: list[pl.Series | pl.Expr] = []
    for name in names:
        values = texts[name]
        masked = _masked_by_text(values)
        if not masked:
            columns.append(pl.lit(value=False).alias(STRAY + name))
            continue
        is_stray = values.is_in(list(masked)).fill_null(value=False)
        columns += [values.replace(masked), is_stray.alias(STRAY + name)]
    return texts.with_columns(columns)


def without_national_numbers(text: str) -> str:
    """Return text in which every national number that passes the check is masked."""
    spans = [match.span(1) for match in _ANYWHERE.finditer(text) if _is_valid(match[1])]
    for start, end in reversed(spans):
        text = text[:start] + MASK + text[end:]
    return text


def _masked_by_text(values: pl.Series) -> dict[str, str]:
    """Return the masked text of every distinct cell that holds a national number."""
    long = values.filter(values.str.len_bytes() >= _DIGITS)
    suspects = long.filter(long.str.contains(GROUPED_NUMBER_PATTERN)).unique()
    if not len(suspects):
        return {}
    # A cell with eleven digits in all is judged in bulk: codes of eleven digits come by millions.
    digits = pl.col("text").str.replace_all("[^0-9]", "")
    is_possible = (digits.str.len_bytes() > _DIGITS) | parsing.national_number(digits).is_not_null()
    possible = suspects.to_frame("text").filter(is_possible)["text"]
    masked = {text: without_national_numbers(text) for text in possible}
    return {text: hidden for text, hidden in masked.items() if hidden != text}


def _is_valid(number: str) -> bool:
    digits = re.sub("[^0-9]", "", number)
    first_nine, check = int(digits[:9]), int(digits[9:])
    return check in (97 - first_nine % 97, 97 - (first_nine + 2_000_000_000) % 97)
