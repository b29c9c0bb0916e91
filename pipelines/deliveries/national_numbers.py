"""Where a national number stands in a text, in whatever way it is written.

A number counts when it is eleven digits that pass the check (97 minus the first nine modulo 97),
in any grouping and with up to four separators between two digits: ``85.07.30-033.28``, the
``74.031.055.541`` of a spreadsheet, ``7.4031055541E+10``. Digits of every script count, and
characters that nobody sees are separators. Other numbers (codes, telephone numbers, lists of years)
are left alone. Whole columns are searched with one pattern and judged in bulk; only the cells that
hold a number are looked at one by one, each distinct text once.

Border: what becomes of the cell is decided by who asks (``rules.py``, ``stray_numbers.py``).
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate

import polars as pl

from pipelines.deliveries import parsing

DIGITS = 11
_MOST_SEPARATORS = 4
# Full-width forms, quotation marks between thousands, and every dash; invisible characters apart,
# because Python's patterns have no name for them.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff"
)
_SEPARATOR = (
    "[\\s.,_:()\\[\\]{}/\\\\'`*\u00b7\u02bc\u2018\u2019\u2010-\u2015\u2212\u2044\u2215\u2022\u2024"
    f"\ufe63\uff07-\uff09\uff0c-\uff0f\uff1a\uff3f\u3000{_INVISIBLE}-]"
)
GAP = f"{_SEPARATOR}{{0,{_MOST_SEPARATORS}}}"
_EXPONENT = r"\d[.,]\d{6,12}[Ee]\+?(?:0?9|10)"
SUSPECT = rf"\d(?:{GAP}\d){{{DIGITS - 1}}}|{_EXPONENT}"
_CHAIN = re.compile(rf"\d(?:{GAP}\d){{{DIGITS - 1},}}")
_POWER = re.compile(_EXPONENT + r"(?!\d)")
_GROUP = re.compile(r"\d+")
# A text longer than this has a shape of its own.
_LONGEST_WITH_SHAPE = 200
_NOT_IN_A_SHAPE = f"[^0{_SEPARATOR[1:-1]}]+"
_CENTURY = "(?:19|20)"
_YEAR_OR_DATE = re.compile(
    rf"(?<!\d)(?:({_CENTURY}\d\d)[-/]{_CENTURY}\d\d|{_CENTURY}\d\d([-/.])[01]?\d\2[0-3]?\d"
    rf"|[0-3]?\d([-/.])[01]?\d\3{_CENTURY}\d\d)(?!\d)"
)
_UUID = re.compile("(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUID_LENGTH = 36


def number_spans(text: str) -> list[tuple[int, int]]:
    """Return from where to where national numbers stand in a text; spans do not overlap."""
    spans = [span for chain in _CHAIN.finditer(text) for span in _spans_in(chain)]
    spans += [power.span() for power in _POWER.finditer(text) if _is_valid(_whole(power[0]))]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def without_numbers(text: str, mask: str) -> str:
    """Return text in which every national number is replaced by a mask."""
    for start, end in reversed(number_spans(text)):
        text = text[:start] + mask + text[end:]
    return text


def is_suspect(cells: pl.Expr) -> pl.Expr:
    """Return whether enough digits stand near each other in a cell to be a national number."""
    return (cells.str.len_bytes() >= DIGITS) & pl.when(cells.str.len_bytes() >= DIGITS).then(
        cells
    ).str.contains(SUSPECT).fill_null(value=False)


def replaced_cells(cells: pl.Series, mask: str) -> dict[str, str]:
    """Return the masked text of every distinct cell that holds a national number."""
    long = cells.filter(cells.str.len_bytes() >= DIGITS)
    suspects = long.filter(long.str.contains(SUSPECT)).unique().to_frame("text")
    if suspects.is_empty():
        return {}
    possible = _possible(suspects)
    masked = {found: without_numbers(found, mask) for found in possible}
    return {found: hidden for found, hidden in masked.items() if hidden != found}


def _possible(suspects: pl.DataFrame) -> pl.Series:
    """Return the texts of which some digits pass the check; judged in bulk by their shape.

    Identifiers come by millions and have a few shapes: where their groups of digits stand.
    """
    text, digits = pl.col("text"), pl.col("text").str.replace_all("[^0-9]", "")
    is_short = text.str.len_bytes() <= _LONGEST_WITH_SHAPE
    has_shape = is_short & ~text.str.contains(r"[\p{Nd}--[0-9]]")
    is_odd = ~has_shape | text.str.contains(_EXPONENT)
    shape = text.str.replace_all("[0-9]", "0").str.replace_all(_NOT_IN_A_SHAPE, "x")
    shaped = suspects.filter(has_shape).select("text", digits=digits, shape=shape)
    shapes = {each: _offsets(each) for each in shaped["shape"].unique()}
    offsets = pl.DataFrame(
        {"shape": list(shapes), "offset": list(shapes.values())},
        schema={"shape": pl.String, "offset": pl.List(pl.Int64)},
    )
    window = pl.col("digits").str.slice(pl.col("offset"), DIGITS)
    judged = (
        shaped.join(offsets, on="shape")
        .explode("offset")
        .filter(pl.col("offset").is_not_null())
        .filter(parsing.national_number(window).is_not_null())
    )
    return pl.concat([suspects.filter(is_odd)["text"], judged["text"]]).unique()


def _offsets(shape: str) -> list[int]:
    """Return how many digits of a text stand before each run of groups with eleven digits."""
    return [
        shape.count("0", 0, chain.start() + groups[first][0])
        for chain in _CHAIN.finditer(shape)
        for groups, first, _ in _runs(chain[0])
    ]


def _runs(chain: str) -> Iterator[tuple[list[tuple[int, int]], int, int]]:
    """Yield the groups of a chain with the first and the last of those that are eleven digits."""
    groups = [group.span() for group in _GROUP.finditer(chain)]
    ends = list(accumulate(end - start for start, end in groups))
    by_end = {end: index for index, end in enumerate(ends)}
    for first, (start, end) in enumerate(groups):
        last = by_end.get(ends[first] - (end - start) + DIGITS)
        if last is not None:
            yield groups, first, last


def _spans_in(chain: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the runs of whole groups of a chain that are a valid number together."""
    for groups, first, last in _runs(chain[0]):
        start, stop = groups[first][0], groups[last][1]
        if not _is_valid("".join(_GROUP.findall(chain[0][start:stop]))):
            continue
        span = (chain.start() + start, chain.start() + stop)
        if first == last or not _is_something_else(chain.string, *span):
            yield span


def _is_something_else(text: str, start: int, stop: int) -> bool:
    """Return whether groups of digits are a telephone number, a year, a date or a UUID."""
    if text[:start].endswith("+") or _YEAR_OR_DATE.search(text[start:stop]):
        return True
    around = _UUID.finditer(text, max(0, start - _UUID_LENGTH), stop + _UUID_LENGTH)
    return any(each.start() <= start and stop <= each.end() for each in around)


def _whole(power: str) -> str:
    """Return the digits of a number that is written with an exponent."""
    number = Decimal(power.replace(",", "."))
    return str(int(number)).zfill(DIGITS) if number == int(number) else ""


def _is_valid(digits: str) -> bool:
    if len(digits) != DIGITS:
        return False
    first_nine, check = int(digits[:9]), int(digits[9:])
    return check in (97 - first_nine % 97, 97 - (first_nine + 2_000_000_000) % 97)
