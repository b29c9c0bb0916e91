"""What a wrong value was probably meant to be; shown to the sender, never filled in.

A proposal is made from the masked value of a finding, so that none can hold a national number, and
of a personal column there is no value to make one from.

Border: nothing here changes a row or a verdict.
"""

import calendar
import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

import polars as pl

from pipelines.deliveries import parsing
from pipelines.deliveries.kinds import Column, Kind, load_kinds
from pipelines.deliveries.sender import Sender

PROPOSAL = "proposal"
SMALLEST_LIKENESS = 0.5
_LETTERS_FOR_DIGITS = str.maketrans("OoQIl|SB", "00011158")
_MONTHS = (
    ("jan",),
    ("feb",),
    ("maa", "mrt", "mar"),
    ("apr",),
    ("mei", "may", "mai"),
    ("jun",),
    ("jul",),
    ("aug",),
    ("sep",),
    ("okt", "oct"),
    ("nov",),
    ("dec",),
)
_YES_AND_NO = {
    **dict.fromkeys(("waar", "x", "v", "juist", "ok", "yep", "oui", "si", "+"), "J"),
    **dict.fromkeys(("onwaar", "vals", "neen", "non", "fout", "-"), "N"),
}
Proposer = Callable[[str, Column, Sender], str | None]


def with_proposals(findings: pl.DataFrame, sender: Sender) -> pl.DataFrame:
    """Return findings with a column ``proposal``, null where none can be made.

    Args:
        findings: What screening found; each distinct value is looked at once.
        sender: Where the delivery comes from.
    """
    keys = ["kind", "rule_id", "column_name", "value"]
    distinct = findings.select(keys).unique(maintain_order=True)
    proposals = [
        _proposal(rule_id, _column(kind, label, sender), value, sender)
        for kind, rule_id, label, value in distinct.iter_rows()
    ]
    proposed = distinct.with_columns(pl.Series(PROPOSAL, proposals, dtype=pl.String))
    return findings.join(proposed, on=keys, how="left", nulls_equal=True, maintain_order="left")


def _column(kind_name: str, label: str | None, sender: Sender) -> Column | None:
    kind: Kind | None = load_kinds().get(kind_name)
    if kind is None or label is None:
        return None
    return next((column for column in kind.columns if sender.label(column) == label), None)


def _proposal(rule_id: str, column: Column | None, value: str | None, sender: Sender) -> str | None:
    if rule_id == "key_repeated_identical":
        return "rij verwijderen"
    propose = PROPOSERS.get(rule_id)
    if propose is None or column is None or column.personal or not value:
        return None
    found = propose(value.strip(), column, sender)
    return found if found and found != value else None


def _parsed(parser: Callable[[pl.Expr], pl.Expr], text: str) -> object:
    return pl.select(parser(pl.lit(text))).item()


def _academic_year(value: str, _column: Column, sender: Sender) -> str | None:
    candidates = [value.translate(_LETTERS_FOR_DIGITS)]
    candidates += re.findall(r"20[0-9]{2}\s*[-/]\s*(?:20)?[0-9]{2}", candidates[0])
    candidates.append(re.sub("[^0-9-]", "", candidates[0].replace("/", "-")))
    for candidate in candidates:
        year = _parsed(lambda text: parsing.academic_year(text, sender.notation), candidate)
        if isinstance(year, str):
            return year
    eight = re.fullmatch("(20[0-9]{2})(20[0-9]{2})", candidates[-1])
    if eight and int(eight[2]) == int(eight[1]) + 1:
        return f"{eight[1]}-{eight[2]}"
    return None


# Fractions that people write as a day and a month are written.
_FRACTIONS = {"1/2", "1/3", "2/3", "1/4", "3/4"}
# A spreadsheet that makes a date of a number takes the year in which it does so; a date before is
# a number that was given the form of a date.
_FIRST_YEAR_OF_SPREADSHEETS = 1950


def _number(value: str, _column: Column, sender: Sender) -> str | None:
    text = re.sub(r"[;'`·]|,,+|\.\.+", ",", value)
    text = re.sub(r"(?i)\s*(ects|studiepunten|sp|stp|punten|credits|uren|uur|u)\.?$", "", text)
    if not re.search("[0-9]", text):
        return None
    text = text.translate(_LETTERS_FOR_DIGITS)
    if re.search(r"[0-9]\s+[0-9]", text):
        # 4 5 is as well 4,5 as 45.
        return None
    text = re.sub(r"\s", "", text).strip(",.")
    text = f"0{value}" if re.fullmatch("[,.][0-9]+", value) else text
    number = _parsed(lambda written: parsing.decimal(written, sender.decimal_sign), text)
    return _dutch(text) if number is not None else None


def _number_behind_date(value: str, _column: Column, _sender: Sender) -> str | None:
    """Return the number of which a spreadsheet made a date: 3,5 became 3 May.

    A month before a number (``mei-24``) can be of 5,24 as well as of 3,5 in May of that year.
    """
    lower = value.lower()
    if lower in _FRACTIONS:
        return None
    named = re.match("([0-9]{1,2})[-/. ]?([a-z]{3})", lower)
    if named:
        month = next((n for n, names in enumerate(_MONTHS, 1) if named[2] in names), None)
        return f"{int(named[1])},{month}" if month else None
    iso = re.match("[0-9]{4}-([0-9]{1,2})-([0-9]{1,2})", lower)
    if iso:
        is_old = int(lower[:4]) < _FIRST_YEAR_OF_SPREADSHEETS
        return _number_shown_as_date(lower) if is_old else f"{int(iso[2])},{int(iso[1])}"
    parts = re.match("([0-9]{1,2})[-/.]([0-9]{1,2})", lower)
    if parts:
        return f"{int(parts[1])},{int(parts[2])}"
    if re.fullmatch("[0-9]{5}", lower):
        day = parsing.EXCEL_EPOCH + timedelta(days=int(lower))
        return f"{day.day},{day.month}"
    return None


def _number_shown_as_date(value: str) -> str | None:
    """Return the number that a cell holds which a spreadsheet shows as this day in 1900."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    days = (moment - datetime.combine(parsing.EXCEL_EPOCH, time())) / timedelta(days=1)
    if 60 <= days < 61:
        # The day before the 29 February 1900 that spreadsheets know stands for two numbers.
        return None
    number = round(days - 1 if days < 60 else days, 4)
    return (
        None
        if number != round(number, 2)
        else f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    )


def _positive(value: str, column: Column, sender: Sender) -> str | None:
    return _number(value.lstrip("-\u2212 "), column, sender) or _dutch(value.lstrip("-\u2212 "))


def _date(value: str, _column: Column, _sender: Sender) -> str | None:
    text = value.translate(_LETTERS_FOR_DIGITS) if re.search("[0-9]{2}", value) else value
    candidates = [text, re.sub(r"\s*([-/.])\s*", r"\1", text), re.sub(r"[^0-9]+", "-", text)]
    named = re.match(
        r"([0-9]{1,2})[-/. ]*([a-z]{3})[a-z]*[-/. ]*((?:19|20)[0-9]{2})$", value.lower()
    )
    if named:
        month = next((n for n, names in enumerate(_MONTHS, 1) if named[2] in names), 0)
        candidates.append(f"{named[3]}-{month:02d}-{int(named[1]):02d}")
    american = re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text)
    if american and int(american[2]) > 12 >= int(american[1]) >= 1:
        candidates.append(f"{american[3]}-{int(american[1]):02d}-{int(american[2]):02d}")
    for candidate in candidates:
        found = _parsed(parsing.calendar_date, candidate)
        if isinstance(found, date) and found != parsing.OPEN_END:
            return found.isoformat()
    return None


def _full_year(value: str, _column: Column, sender: Sender) -> str | None:
    day, month, short = re.split("[-/.]", value)
    year = 2000 + int(short)
    is_date = 1 <= int(month) <= 12 and 1 <= int(day) <= calendar.monthrange(year, int(month))[1]
    if not is_date or year > int(sender.last_year[5:]):
        return None
    return date(year, int(month), int(day)).isoformat()


def _code(value: str, column: Column, _sender: Sender) -> str | None:
    parts = re.split(r"[|,;/+&]", value) if column.type == "codes" else [value]
    found = [_nearest(part, column.codes) for part in parts if part.strip()]
    known = [code for code in found if code]
    return "|".join(dict.fromkeys(known)) if known and len(known) == len(found) else None


def _institution(value: str, column: Column, sender: Sender) -> str | None:
    parts = re.split(r"[|,;/+&]", value) if column.type == "institutions" else [value]
    found = [
        code
        if (code := part.strip().lower()) in sender.register.by_code
        else _nearest(part, sender.register.institution_ids)
        for part in parts
        if part.strip()
    ]
    known = [code for code in found if code]
    return "|".join(dict.fromkeys(known)) if known and len(known) == len(found) else None


def _yes_or_no(value: str, _column: Column, _sender: Sender) -> str | None:
    lower = value.lower()
    if lower in _YES_AND_NO:
        return _YES_AND_NO[lower]
    near = _nearest(value, parsing.BOOLEANS)
    return None if near is None else "J" if parsing.BOOLEANS[near] else "N"


def _quarter(value: str, _column: Column, _sender: Sender) -> str | None:
    year = re.search("20[0-9]{2}", value)
    if year is None:
        return None
    rest = re.findall("[0-9]+", value[: year.start()] + " " + value[year.end() :])
    return f"{year[0]}Q{rest[0]}" if len(rest) == 1 and rest[0] in "1234" else None


def _nearest(value: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed code that is most like a value: by its start, else by its letters."""
    lower = re.sub(r"[\s_-]+", "_", value.strip().lower())
    by_lower = {code.lower(): code for code in allowed}
    if lower in by_lower:
        return by_lower[lower]
    starting = [code for code in by_lower if len(lower) > 2 and code.startswith(lower)]
    if len(starting) == 1:
        return by_lower[starting[0]]
    near = difflib.get_close_matches(lower, by_lower, n=1, cutoff=SMALLEST_LIKENESS)
    return by_lower[near[0]] if near else None


def _dutch(number: str) -> str:
    return re.sub(r"^([0-9]+)\.([0-9]{1,2})$", r"\1,\2", number)


PROPOSERS: dict[str, Proposer] = {
    "academic_year_unreadable": _academic_year,
    "number_unreadable": _number,
    "number_date_like": _number_behind_date,
    "number_negative": _positive,
    "date_unreadable": _date,
    "date_two_digit_year": _full_year,
    "code_unknown": _code,
    "institution_not_known": _institution,
    "partner_unknown": _institution,
    "boolean_unreadable": _yes_or_no,
    "quarter_unreadable": _quarter,
}
