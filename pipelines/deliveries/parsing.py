r"""Text of a cell to a typed value: Polars expressions that never raise.

Every function takes an expression of text and returns one that is null where the text is empty or
cannot be read; ``screening`` tells the two apart. Patterns use ``[0-9]`` because ``\d`` would
accept the digits of every script.

Border: which column is parsed how stands in ``kinds.yml``; what happens to a row that cannot be
parsed, in ``screening.py``.
"""

import functools
from collections.abc import Callable
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
    return _compact_year(text).replace_strict(
        _years_by_notation(notation), default=None, return_dtype=pl.String
    )


@functools.cache
def _years_by_notation(notation: str | None) -> dict[str, str]:
    """Return the academic year per way to write one, without spaces and with plain hyphens."""
    written: dict[str, str] = {}
    for start in range(2000, 2100):
        year, short_end = f"{start}-{start + 1}", f"{(start + 1) % 100:02}"
        short = f"{start % 100:02}"
        written |= {f"{start}-{short_end}": year, f"{short}-{short_end}": year}
        if start + 1 < 2100:
            written[year] = year
    # Four digits can be a start year and a short academic year: 2021 is 2021-2022 or 2020-2021.
    starts = {str(start): f"{start}-{start + 1}" for start in range(2000, 2100)}
    shorts = {f"{s % 100:02}{(s + 1) % 100:02}": f"{s}-{s + 1}" for s in range(2000, 2100)}
    if notation == "start_year":
        return written | shorts | starts
    if notation == "short":
        return written | starts | shorts
    return written | {four: (starts | shorts)[four] for four in starts.keys() ^ shorts.keys()}


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
    with_thousands = rf"^[+-]?[1-9][0-9]{{0,2}}(\{thousands}[0-9]{{3}})+{end}$"
    cell = pl.col("cell")
    is_spaced = cell.str.contains(r"\s") & ~cell.str.contains(
        r"^[+-]?[0-9]{1,3}(\s[0-9]{3})+([.,][0-9]+)?$"
    )
    is_ambiguous = pl.lit(decimal_sign is None) & is_ambiguous_number(cell)

    def numbers(cells: pl.DataFrame) -> pl.DataFrame:
        spaceless = cells.select(
            spaceless=cell.str.replace_all(r"\s", ""), is_odd=is_spaced | is_ambiguous
        )
        number = (
            pl.when(pl.col("spaceless").str.contains(with_thousands))
            .then(pl.col("spaceless").str.replace_all(thousands, "", literal=True))
            .otherwise("spaceless")
            .str.replace(",", ".", literal=True)
        )
        found = spaceless.select("is_odd", number=number)
        is_number = pl.col("number").str.contains(r"^[+-]?[0-9]{1,8}(\.[0-9]{1,20})?$")
        return found.select(
            pl.when(is_number & ~pl.col("is_odd"))
            .then(pl.col("number").str.strip_prefix("+"))
            .cast(pl.Decimal(10, 2), strict=False)
        )

    return _in_steps(text, numbers, pl.Decimal(10, 2))


def _in_steps(
    text: pl.Expr, steps: Callable[[pl.DataFrame], pl.DataFrame], dtype: pl.DataType
) -> pl.Expr:
    """Return an expression that is evaluated step by step, each intermediate column once.

    As one expression Polars evaluates a part again wherever it stands.

    Args:
        text: The cells.
        steps: From a frame with column ``cell`` to a frame with one column.
        dtype: The type of that column.
    """

    def evaluated(cells: pl.Series) -> pl.Series:
        return steps(cells.alias("cell").to_frame()).to_series().alias(cells.name)

    return text.map_batches(evaluated, return_dtype=dtype, is_elementwise=True)


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
    return _in_steps(text, _dates, pl.Date())


def _dates(cells: pl.DataFrame) -> pl.DataFrame:
    cell = pl.col("cell")
    # Most files write every date in one way, and this is it.
    if cells["cell"].str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$").all():
        return _plausible(cells.select(found=cell.str.to_date("%Y-%m-%d", strict=False)))
    forms = cells.select(
        cell,
        iso=cell.str.extract(
            r"^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})([T ][0-9]{2}:[0-9]{2}[0-9:.]*Z?)?$"
        ),
        turned=cell.str.replace(
            r"^([0-9]{1,2})(?:/([0-9]{1,2})/|-([0-9]{1,2})-|\.([0-9]{1,2})\.)([0-9]{4})$",
            "${5}-${2}${3}${4}-${1}",
        ),
        compact=cell.str.replace(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", "${1}-${2}-${3}"),
        serial=cell.str.extract(r"^([0-9]{5}|[0-9]{7})(\.0+)?$").cast(pl.Int32, strict=False),
    )
    serial = pl.col("serial")
    is_serial = serial.is_between(*EXCEL_DAYS) | (serial == EXCEL_OPEN_END)
    found = forms.select(
        written=pl.when(pl.col("iso").is_not_null())
        .then("iso")
        .when(pl.col("turned") != cell)
        .then("turned")
        .when(pl.col("compact") != cell)
        .then("compact")
        .str.to_date("%Y-%m-%d", strict=False),
        counted=(pl.lit(EXCEL_EPOCH) + pl.duration(days=pl.when(is_serial).then(serial))).cast(
            pl.Date
        ),
    ).select(found=pl.coalesce("written", "counted"))
    return _plausible(found)


def _plausible(found: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("found")
    is_plausible = day.dt.year().is_between(*YEARS_OF_DATES) | (day == OPEN_END)
    return found.select(pl.when(is_plausible).then(day))


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

    def sets(cells: pl.DataFrame) -> pl.DataFrame:
        distinct = cells["cell"].drop_nulls().unique().to_list()
        return cells.select(
            pl.col("cell").replace_strict(
                {cell: _code_set(cell, by_lower) for cell in distinct},
                default=None,
                return_dtype=pl.String,
            )
        )

    return _in_steps(text, sets, pl.String())


def _code_set(cell: str, by_lower: dict[str, str]) -> str | None:
    parts = [part.strip().lower() for part in cell.split("|")]
    known = [by_lower.get(part) for part in parts if part]
    if not known or None in known:
        return None
    return "|".join(sorted({code for code in known if code}))


def national_number(text: pl.Expr) -> pl.Expr:
    """Return the eleven digits of an INSZ that passes the check; ten digits are repaired.

    Blanks, dots, hyphens and slashes are removed. The check (97 minus the first nine digits modulo
    97, with or without a leading 2 for people born from 2000) is the only one: real test persons
    have months above 60. A lost leading zero is restored when the check digits prove it.
    """
    return _in_steps(text, _national_numbers, pl.String())


def _national_numbers(cells: pl.DataFrame) -> pl.DataFrame:
    cell = pl.col("cell")
    is_plain = cell.str.contains("^[0-9]{11}$")
    digits = cells.select(eleven=pl.when(is_plain).then(cell))
    if digits["eleven"].null_count() > cells["cell"].null_count():
        is_odd = cell.is_not_null() & pl.col("eleven").is_null()
        odd = national_number_digits(pl.when(is_odd).then(cell))
        digits = digits.with_columns(cells["cell"]).select(
            eleven=pl.coalesce("eleven", odd.str.extract(r"^([0-9]{10,11})$").str.zfill(11))
        )
    number = pl.col("eleven").cast(pl.Int64, strict=False)
    parts = digits.select("eleven", first_nine=number // 100, check=number % 100)
    first_nine, check = pl.col("first_nine"), pl.col("check")
    is_valid = (97 - first_nine % 97 == check) | (97 - (first_nine + 2_000_000_000) % 97 == check)
    return parts.select(pl.when(is_valid).then("eleven"))


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
