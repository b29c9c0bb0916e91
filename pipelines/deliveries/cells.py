"""Cells to typed values: which parser belongs to which type of column.

Typing is done here and nowhere else.

Border: patterns of values stand in ``parsing.py``; what is wrong with a cell, in ``checks.py``.
"""

import functools
from collections.abc import Sequence

import polars as pl

from pipelines.deliveries import parsing
from pipelines.deliveries.kinds import Column, load_kinds
from pipelines.deliveries.register import Register

TEXT = "text:"
# From this many rows on, each distinct text is parsed once.
LARGE_BATCH = 2_000


def text_of(column: Column) -> pl.Expr:
    """Return the cleaned text of a column."""
    return pl.col(TEXT + column.name)


def cleaned(column: Column, present: frozenset[str]) -> pl.Expr:
    """Return the text of a column as ``text:<name>``; null where it is empty or not there."""
    if column.name not in present:
        return pl.lit(None, pl.String).alias(TEXT + column.name)
    return parsing.cleaned(pl.col(column.name)).alias(TEXT + column.name)


@functools.lru_cache(maxsize=1024)
def typed(
    kind_name: str,
    column_name: str,
    register: Register,
    notation: str | None,
    decimal_sign: parsing.DecimalSign | None,
) -> pl.Expr:
    """Return the expression of the typed value of a column; null where its text cannot be read.

    Args:
        kind_name: The kind.
        column_name: The column; its cleaned text is the column ``text:<name>``.
        register: The institutions and their codes.
        notation: ``academic_year_notation`` of the contract.
        decimal_sign: ``decimal_sign`` of the contract, or what the format itself says.
    """
    column = load_kinds()[kind_name].column(column_name)
    text = text_of(column)
    value: pl.Expr
    match column.type:
        case "text":
            value = text
        case "code":
            value = parsing.code(text, column.codes)
        case "codes":
            value = parsing.code_set(text, column.codes)
        case "boolean":
            value = parsing.boolean(text)
        case "decimal":
            value = parsing.decimal(text, decimal_sign)
        case "date":
            value = parsing.calendar_date(text)
            value = pl.when(value != parsing.OPEN_END).then(value)
        case "academic_year":
            value = parsing.academic_year(text, notation)
        case "institution":
            value = parsing.code(text, register.by_code)
        case "institutions":
            value = parsing.code_set(text, register.by_code)
        case "national_number":
            value = parsing.national_number(text)
        case "quarter":
            value = parsing.quarter(text)
    if column.lands_as == "int8":
        value = value.cast(pl.Int8, strict=False)
    if column.when_empty is not None:
        value = pl.when(text.is_null()).then(pl.lit(column.when_empty)).otherwise(value)
    return value.alias(column.name)


def with_values(texts: pl.DataFrame, columns: Sequence[tuple[Column, pl.Expr]]) -> pl.DataFrame:
    """Add the typed values of cells; in large batches each distinct text is parsed once.

    Args:
        texts: Cleaned texts (``text:<name>``).
        columns: Columns with the expressions of their values.
    """
    if texts.height < LARGE_BATCH:
        return texts.with_columns(value for _, value in columns)
    typed_texts = texts
    for column, value in columns:
        text = TEXT + column.name
        repeats = column.type not in ("text", "national_number")
        distinct = texts.select(text).unique() if repeats else texts
        if distinct.height * 4 > texts.height:
            typed_texts = typed_texts.with_columns(value)
            continue
        typed_texts = typed_texts.join(
            distinct.with_columns(value),
            on=text,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
    return typed_texts
