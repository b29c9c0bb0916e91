"""Where a national number stands in a text, in whatever way it is written.

A number counts when it is eleven digits that pass the check (97 minus the first nine modulo 97),
in any grouping and with up to four separators between two digits: ``85.07.30-033.28``, the
``74.031.055.541`` of a spreadsheet, ``7.4031055541E+10``. Digits of every script count, and
characters that nobody sees are separators. Other numbers (codes, telephone numbers, lists of years)
are left alone. Whole columns are searched with one pattern; only the cells that may hold a number
are looked at one by one, each distinct text once.

Border: what becomes of the cell is decided by who asks (``rules.py``, ``stray_numbers.py``).
"""

import re
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
_ONE_LONGER_NUMBER = rf"^[^0-9]*[0-9]{{{DIGITS + 1},}}[^0-9]*$"


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


def replaced_cells(cells: pl.Series, mask: str) -> dict[str, str]:
    """Return the masked text of every distinct cell that holds a national number."""
    long = cells.filter(cells.str.len_bytes() >= DIGITS)
    suspects = long.filter(long.str.contains(SUSPECT)).unique().to_frame("text")
    if suspects.is_empty():
        return {}
    # Codes of eleven digits and more come by millions: most are judged in bulk.
    text = pl.col("text")
    digits = text.str.replace_all("[^0-9]", "")
    is_other_script = text.str.replace_all("[^0-9]", "") != text.str.replace_all(r"\D", "")
    is_long = (digits.str.len_bytes() > DIGITS) & ~text.str.contains(_ONE_LONGER_NUMBER)
    is_possible = (
        is_long
        | is_other_script
        | text.str.contains(_EXPONENT)
        | parsing.national_number(digits).is_not_null()
    )
    possible = suspects.filter(is_possible)["text"]
    masked = {found: without_numbers(found, mask) for found in possible}
    return {found: hidden for found, hidden in masked.items() if hidden != found}


def _spans_in(chain: re.Match[str]) -> list[tuple[int, int]]:
    """Return the runs of whole groups of a chain that are a valid number together."""
    offset = chain.start()
    groups = [group.span() for group in _GROUP.finditer(chain[0])]
    ends = list(accumulate(end - start for start, end in groups))
    by_end = {end: index for index, end in enumerate(ends)}
    spans = []
    for index, (start, end) in enumerate(groups):
        last = by_end.get(ends[index] - (end - start) + DIGITS)
        if last is None:
            continue
        stop = groups[last][1]
        # An international telephone number is no number of a person.
        is_telephone = last > index and chain.string[: offset + start].endswith("+")
        if not is_telephone and _is_valid("".join(_GROUP.findall(chain[0][start:stop]))):
            spans.append((offset + start, offset + stop))
    return spans


def _whole(power: str) -> str:
    """Return the digits of a number that is written with an exponent."""
    number = Decimal(power.replace(",", "."))
    return str(int(number)).zfill(DIGITS) if number == int(number) else ""


def _is_valid(digits: str) -> bool:
    if len(digits) != DIGITS:
        return False
    first_nine, check = int(digits[:9]), int(digits[9:])
    return check in (97 - first_nine % 97, 97 - (first_nine + 2_000_000_000) % 97)
