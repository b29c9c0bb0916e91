"""The checks of row rules: expressions that find the cells with a fault.

Of millions of cells few have a fault, so a check has two steps: a suspicion, cheap and true for at
least every fault, and a verdict, asked of the suspects only.

Border: which rule asks which check of which columns is data (``rules.yml``); what is done with the
rows that are found, in ``screening.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from pipelines.deliveries import parsing
from pipelines.deliveries.cells import TEXT, text_of
from pipelines.deliveries.kinds import Column, Kind
from pipelines.deliveries.sender import INSTITUTION, LAST_YEAR, Dialect
from pipelines.deliveries.stray_numbers import STRAY

LARGEST_ECTS = 400
Fault = Callable[[Column, Kind, Dialect], pl.Expr]


@dataclass(frozen=True)
class Check:
    """What a row rule looks for.

    Attributes:
        suspicion: True for every fault, and perhaps for more; looks at typed values mostly.
        verdict: True for the faults among the suspects; None when every suspect is one.
        speaks_of_emptiness: Whether it can find something in a column that is not in the file.
    """

    suspicion: Fault
    verdict: Fault | None = None
    speaks_of_emptiness: bool = False


def _empty(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return text_of(column).is_null()


def _not_parsed(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return text_of(column).is_not_null() & pl.col(column.name).is_null()


def _foreign(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name) != pl.col(INSTITUTION)


def _year_ambiguous(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return parsing.is_ambiguous_year(text_of(column))


def _year_unreadable(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return ~parsing.is_ambiguous_year(text_of(column))


def _year_too_late(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name) > pl.col(LAST_YEAR)


def _not_parsed_or_large(column: Column, kind: Kind, dialect: Dialect) -> pl.Expr:
    # A spreadsheet's day numbers are read as numbers, and are larger than any size.
    return _not_parsed(column, kind, dialect) | (pl.col(column.name) > LARGEST_ECTS)


def _date_like(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return parsing.is_date_like_number(text_of(column))


def _number_ambiguous(column: Column, _kind: Kind, dialect: Dialect) -> pl.Expr:
    return pl.lit(dialect.decimal_sign is None) & parsing.is_ambiguous_number(text_of(column))


def _number_unreadable(column: Column, kind: Kind, dialect: Dialect) -> pl.Expr:
    return ~(_date_like(column, kind, dialect) | _number_ambiguous(column, kind, dialect))


def _negative(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name) < 0


def _too_large(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name) > LARGEST_ECTS


def _ects_too_large(column: Column, kind: Kind, dialect: Dialect) -> pl.Expr:
    is_size = ~_date_like(column, kind, dialect)
    if column.name != "workload_value":
        return is_size
    return is_size & (pl.col("workload_unit").fill_null("ects") == "ects")


def _zero(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name) == 0


def _without_unit(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    is_size = pl.col(column.name).is_between(0, LARGEST_ECTS, closed="right")
    return is_size & pl.col(f"{TEXT}workload_unit").is_null()


def _two_digit_year(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return parsing.has_two_digit_year(text_of(column))


def _date_unreadable(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    found = parsing.calendar_date(text_of(column))
    is_date = found.is_not_null() if column.open_end else found < parsing.OPEN_END
    return ~is_date.fill_null(value=False) & ~parsing.has_two_digit_year(text_of(column))


def _far_from_year(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    start = pl.col("academic_year").str.slice(0, 4).cast(pl.Int32, strict=False)
    day = pl.col(column.name)
    return (day < pl.date(start - 1, 10, 1)) | (day > pl.date(start + 2, 9, 30))


def _withdrawn_before_enrolled(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name) < pl.col("enrolled_on")


def _ended_before_started(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name) < pl.col("started_on")


def _has_eleven_digits(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return parsing.national_number_digits(text_of(column)).str.contains("^[0-9]{11}$")


def _has_other_digits(column: Column, kind: Kind, dialect: Dialect) -> pl.Expr:
    return ~_has_eleven_digits(column, kind, dialect)


def _oddly_written(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(column.name).is_not_null() & (text_of(column).str.len_bytes() != 11)


def _has_ten_digits(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return parsing.national_number_digits(text_of(column)).str.len_bytes() == 10


def _stray(column: Column, _kind: Kind, _dialect: Dialect) -> pl.Expr:
    return pl.col(f"{STRAY}{TEXT}{column.name}")


def _none_of(index: int) -> Fault:
    def fault(_column: Column, kind: Kind, _dialect: Dialect) -> pl.Expr:
        return pl.all_horizontal(pl.col(TEXT + name).is_null() for name in kind.one_of[index])

    return fault


CHECKS: dict[str, Check] = {
    "required_empty": Check(_empty, speaks_of_emptiness=True),
    "not_parsed": Check(_not_parsed),
    "institution_not_known": Check(_not_parsed),
    "institution_foreign": Check(_foreign),
    "academic_year_ambiguous": Check(_not_parsed, _year_ambiguous),
    "academic_year_unreadable": Check(_not_parsed, _year_unreadable),
    "academic_year_too_late": Check(_year_too_late),
    "number_date_like": Check(_not_parsed_or_large, _date_like),
    "number_ambiguous": Check(_not_parsed, _number_ambiguous),
    "number_unreadable": Check(_not_parsed, _number_unreadable),
    "number_negative": Check(_negative),
    "ects_too_large": Check(_too_large, _ects_too_large),
    "size_zero": Check(_zero),
    "size_without_unit": Check(_without_unit),
    "date_two_digit_year": Check(_not_parsed, _two_digit_year),
    "date_unreadable": Check(_not_parsed, _date_unreadable),
    "date_far_from_year": Check(_far_from_year),
    "withdrawn_before_enrolled": Check(_withdrawn_before_enrolled),
    "ended_before_started": Check(_ended_before_started),
    "national_number_length": Check(_not_parsed, _has_other_digits),
    "national_number_check": Check(_not_parsed, _has_eleven_digits),
    "national_number_repaired": Check(_oddly_written, _has_ten_digits),
    "national_number_in_text": Check(_stray),
    "national_number_in_code": Check(_stray),
    "identity_missing": Check(_none_of(0), speaks_of_emptiness=True),
    "codes_missing": Check(_none_of(1), speaks_of_emptiness=True),
}
