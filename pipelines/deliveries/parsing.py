r"""Text of a cell to a typed value: Polars expressions that never raise.

Every function takes an expression of text and returns one that is null where the text is empty or
cannot be read; ``screening`` tells the two apart. Patterns use ``[0-9]`` because ``\d`` would
accept the digits of every script.

Border: which column is parsed how stands in ``kinds.yml``; what happens to a row that cannot be
parsed, in ``screening.py``.
"""

from datetime import date
from typing import Literal

import polars as pl

OPEN_END = date(9999, 12, 31)
EXCEL_EPOCH = date(1899, 12, 30)
# Excel's day numbers from 1950 to 2099, and its number for 31/12/9999.
EXCEL_DAYS = ((date(1950, 1, 1) - EXCEL_EPOCH).days, (date(2099, 12, 31) - EXCEL_EPOCH).days)
EXCEL_OPEN_END = (OPEN_END - EXCEL_EPOCH).days
YEARS_OF_DATES = (1900, 2199)
BOOLEANS = {
    "ja": True,
    "j": True,
    "yes": True,
    "1": True,
    "true": True,
    "nee": False,
    "n": False,
    "no": False,
    "0": False,
    "false": False,
}
AMBIGUOUS_NUMBER = r"^[+-]?[1-9][0-9]{0,2}((\.[0-9]{3})+|(,[0-9]{3})+)$"
DASHES = "[\u2010-\u2015\u2212/]"
# In Dutch, English, French and German, as the spreadsheets of a Belgian office write them.
MONTH = (
    "(jan|feb|fev|fév|maa|mrt|mar|mär|apr|avr|mei|may|mai|jun|jui|jul|aug|aou|aoû|sep|okt|oct|nov"
    "|dec|déc|dez)"
)
DATE_LIKE_NUMBER = (
    rf"(?i)^[0-9]{{1,4}}[-/. ]?{MONTH}"
    rf"|^{MONTH}\p{{L}}*[-/. ]*[0-9]{{1,4}}$"
    r"|^[0-9]{1,2}[-/][0-9]{1,2}([-/][0-9]{2,4})?$"
    r"|^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}$"
    r"|^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"|^(3[6-9]|[4-6][0-9]|7[0-2])[0-9]{3}$"
)
DecimalSign = Literal["comma", "point"]


def cleaned(text: pl.Expr) -> pl.Expr:
    """Return the text without white space around it (also non-breaking); null when empty."""
    stripped = text.str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def academic_year(text: pl.Expr, notation: str | None = None) -> pl.Expr:
    """Return the academic year as ``2023-2024``.

    Accepts ``2023-2024``, ``2023-24``, ``23-24``, ``2324``, ``2023/2024`` and ``2023`` (start
    year, 2000 to 2099).

    Args:
        text: The cell.
        notation: What four digits that can be both mean: ``start_year``, ``short`` or, when
            None, nothing.
    """
    compact = _compact_year(text)
    full = compact.str.extract(r"^(20[0-9]{2})-20[0-9]{2}$").cast(pl.Int32)
    full_end = compact.str.extract(r"^20[0-9]{2}-(20[0-9]{2})$").cast(pl.Int32)
    half = compact.str.extract(r"^(20[0-9]{2})-[0-9]{2}$").cast(pl.Int32)
    half_end = compact.str.extract(r"^20[0-9]{2}-([0-9]{2})$").cast(pl.Int32)
    short = pl.lit(2000) + compact.str.extract(r"^([0-9]{2})-?[0-9]{2}$").cast(pl.Int32)
    short_end = compact.str.extract(r"^[0-9]{2}-?([0-9]{2})$").cast(pl.Int32)
    single = compact.str.extract(r"^(20[0-9]{2})$").cast(pl.Int32)
    short = pl.when((short + 1) % 100 == short_end).then(short)
    if notation == "start_year":
        short = pl.when(single.is_null()).then(short)
    elif notation == "short":
        single = pl.when(short.is_null()).then(single)
    start = pl.coalesce(
        pl.when(full_end == full + 1).then(full),
        pl.when(half_end == (half + 1) % 100).then(half),
        pl.when(single.is_null() | short.is_null()).then(pl.coalesce(single, short)),
    )
    return pl.when(start.is_not_null()).then(
        pl.concat_str(start.cast(pl.String), pl.lit("-"), (start + 1).cast(pl.String))
    )


def is_ambiguous_year(text: pl.Expr) -> pl.Expr:
    """Return whether four digits can be both a start year and a short academic year (2021)."""
    compact = _compact_year(text)
    four = compact.str.extract(r"^(20[0-9]{2})$")
    return four.is_not_null() & (
        (four.str.slice(0, 2).cast(pl.Int32) + 1) % 100 == four.str.slice(2, 2).cast(pl.Int32)
    )


def decimal(text: pl.Expr, decimal_sign: DecimalSign | None = None) -> pl.Expr:
    """Return the number with two decimals; decimal comma or point.

    A point or a (non-breaking) space between thousands is understood beside a decimal comma:
    ``1.234,5``, ``1 234,5``. Beyond eight digits before the comma: null.

    Args:
        text: The cell.
        decimal_sign: What separates decimals in ``1.200`` and ``1,200``; the other sign then
            separates thousands. Such a number is null when None.
    """
    thousands, decimals = (",", ".") if decimal_sign == "point" else (".", ",")
    end = rf"(\{decimals}[0-9]+)" + ("?" if decimal_sign else "")
    spaceless = text.str.replace_all(r"\s", "")
    is_spaced = text.str.contains(r"\s") & ~text.str.contains(
        r"^[+-]?[0-9]{1,3}(\s[0-9]{3})+([.,][0-9]+)?$"
    )
    has_thousands = spaceless.str.contains(
        rf"^[+-]?[1-9][0-9]{{0,2}}(\{thousands}[0-9]{{3}})+{end}$"
    )
    number = (
        pl.when(has_thousands)
        .then(spaceless.str.replace_all(thousands, "", literal=True))
        .otherwise(spaceless)
        .str.replace(",", ".", literal=True)
    )
    is_number = number.str.contains(r"^[+-]?[0-9]{1,8}(\.[0-9]{1,20})?$") & ~is_spaced
    if decimal_sign is None:
        is_number &= ~is_ambiguous_number(text)
    return (
        pl.when(is_number).then(number.str.strip_prefix("+")).cast(pl.Decimal(10, 2), strict=False)
    )


def is_ambiguous_number(text: pl.Expr) -> pl.Expr:
    """Return whether a sign can separate thousands or decimals (``1.200``, ``12,500``)."""
    return text.str.contains(AMBIGUOUS_NUMBER)


def is_date_like_number(text: pl.Expr) -> pl.Expr:
    """Return whether a spreadsheet has made a date of this number (``3-mei``, ``45780``)."""
    return text.str.contains(DATE_LIKE_NUMBER)


def calendar_date(text: pl.Expr) -> pl.Expr:
    """Return the date; 9999-12-31 stands for an open end.

    Accepts ISO (with or without a time), dd/mm/yyyy, dd-mm-yyyy, dd.mm.yyyy, yyyymmdd and Excel's
    day numbers. Years before 1900 and after 2199 are not dates.
    """
    iso = text.str.extract(r"^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})([T ][0-9]{2}:[0-9]{2}[0-9:.]*Z?)?$")
    turned = text.str.replace(
        r"^([0-9]{1,2})(?:/([0-9]{1,2})/|-([0-9]{1,2})-|\.([0-9]{1,2})\.)([0-9]{4})$",
        "${5}-${2}${3}${4}-${1}",
    )
    compact = text.str.replace(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", "${1}-${2}-${3}")
    written = (
        pl.when(iso.is_not_null())
        .then(iso)
        .when(turned != text)
        .then(turned)
        .when(compact != text)
        .then(compact)
        .str.to_date("%Y-%m-%d", strict=False)
    )
    serial = text.str.extract(r"^([0-9]{5}|[0-9]{7})(\.0+)?$").cast(pl.Int32, strict=False)
    is_serial = serial.is_between(*EXCEL_DAYS) | (serial == EXCEL_OPEN_END)
    counted = pl.lit(EXCEL_EPOCH) + pl.duration(days=pl.when(is_serial).then(serial))
    found = pl.coalesce(written, counted.cast(pl.Date))
    is_plausible = found.dt.year().is_between(*YEARS_OF_DATES) | (found == OPEN_END)
    return pl.when(is_plausible).then(found)


def has_two_digit_year(text: pl.Expr) -> pl.Expr:
    """Return whether a date is written with a year of two digits."""
    return text.str.contains(r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}$")


def boolean(text: pl.Expr) -> pl.Expr:
    """Return true for ja, j, yes, 1 and true; false for nee, n, no, 0 and false."""
    return text.str.to_lowercase().replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)


def code(text: pl.Expr, codes: dict[str, str]) -> pl.Expr:
    """Return the canonical code of a Dutch code, whatever its case."""
    by_lower = {dutch.lower(): canonical for dutch, canonical in codes.items()}
    return text.str.to_lowercase().replace_strict(by_lower, default=None, return_dtype=pl.String)


def code_set(text: pl.Expr, codes: dict[str, str]) -> pl.Expr:
    """Return several codes separated by ``|`` as canonical codes, sorted, each once."""
    by_lower = {dutch.lower(): canonical for dutch, canonical in codes.items()}
    parts = text.str.split("|").list.eval(_cleaned_element().str.to_lowercase()).list.drop_nulls()
    known = parts.list.eval(
        pl.element().replace_strict(by_lower, default=None, return_dtype=pl.String)
    )
    is_known = (known.list.len() > 0) & (known.list.drop_nulls().list.len() == known.list.len())
    return pl.when(is_known).then(known.list.unique().list.sort().list.join("|"))


def national_number(text: pl.Expr) -> pl.Expr:
    """Return the eleven digits of an INSZ that passes the check; ten digits are repaired.

    Blanks, dots, hyphens and slashes are removed. The check (97 minus the first nine digits modulo
    97, with or without a leading 2 for people born from 2000) is the only one: real test persons
    have months above 60. A lost leading zero is restored when the check digits prove it.
    """
    eleven = national_number_digits(text).str.extract(r"^([0-9]{10,11})$").str.zfill(11)
    first_nine = eleven.str.slice(0, 9).cast(pl.Int64, strict=False)
    check = eleven.str.slice(9, 2).cast(pl.Int64, strict=False)
    is_valid = (97 - first_nine % 97 == check) | (97 - (first_nine + 2_000_000_000) % 97 == check)
    return pl.when(is_valid).then(eleven)


def national_number_digits(text: pl.Expr) -> pl.Expr:
    """Return an INSZ without blanks, dots, hyphens and slashes."""
    return text.str.replace_all("[\\s.\u2010-\u2015/-]", "")


def quarter(text: pl.Expr) -> pl.Expr:
    """Return a quarter as ``2023Q3``."""
    return text.str.to_uppercase().str.extract(r"^(20[0-9]{2}Q[1-4])$")


def start_year_of(day: date) -> int:
    """Return the start year of the academic year (1 October to 30 September) of a day."""
    return day.year if day.month >= 10 else day.year - 1


def _compact_year(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\s", "").str.replace_all(DASHES, "-")


def _cleaned_element() -> pl.Expr:
    stripped = pl.element().str.strip_chars()
    return pl.when(stripped != "").then(stripped)
