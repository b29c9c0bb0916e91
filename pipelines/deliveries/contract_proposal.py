"""A delivery contract to start from, for a table whose headers are not those of the template.

Headers and codes are proposed where they can mean one thing; what is left open is a comment for
the owner to fill in. Of a column that may be personal no value is shown.

Border: a proposal lands no row; its owner completes it and saves it as a contract. The names that
columns and codes go by stand in ``synonyms.py``.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl
import yaml

from pipelines.deliveries import parsing
from pipelines.deliveries.check import Verdict
from pipelines.deliveries.kinds import (
    Column,
    Kind,
    load_kinds,
    normalised_header,
    template_kinds,
)
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.readers.plain_table import (
    Place,
    is_workbook,
    read_first_lines,
    read_values,
)
from pipelines.deliveries.recognition import year_in_name
from pipelines.deliveries.register import DEPARTMENT
from pipelines.deliveries.rules import LONGEST_VALUE_SHOWN, FileRefused, masked
from pipelines.deliveries.synonyms import codes_allowed, meant_code, proposed_mapping

FEWEST_COLUMNS = 2
MOST_VALUES_SHOWN = 20
YEAR_PATTERN = "(?P<year>20[0-9]{2}-(?:20)?[0-9]{2})"
# Only a refusal of the table itself can be mended by a contract.
_MENDABLE = {None, "header_missing_columns", "file_not_recognised", "no_row_accepted"}
_MENDABLE |= {"workbook_without_kind", "header_merged", "institution_unclear"}
_TABLES = (".csv", ".txt", ".tsv", ".xlsx")
# Six digits in a row are no code of a list; they may be part of the number of a person.
_LONG_NUMBER = re.compile("[0-9]{6}")
_PART_SIGNS = "[|,;/+&]"
_WORDS = {
    "nl": {
        "choose": "kies uit: {codes}",
        "more": "en nog {count} andere waarden",
        "not_coded": "{count} verschillende waarden, geen enkele bekend: is dit deze kolom?",
        "missing": "nog te koppelen in columns: {names}",
        "or": " of ",
        "year": "vul in, bv. 2023-2024",
    },
    "en": {
        "choose": "choose from: {codes}",
        "more": "and {count} other values",
        "not_coded": "{count} different values, none of them known: is it this column?",
        "missing": "still to be mapped in columns: {names}",
        "or": " or ",
        "year": "fill in, e.g. 2023-2024",
    },
}
Lang = Literal["nl", "en"]


@dataclass(frozen=True)
class Found:
    """A line of a table that may be its header.

    Attributes:
        kind: The kind that the table would be.
        columns: Per template header the header in the file.
        number: Number of the line.
        cells: All headers of the file.
        place: Where the rows below it stand.
    """

    kind: Kind
    columns: dict[str, str]
    number: int
    cells: tuple[str, ...]
    place: Place

    @property
    def has_other_names(self) -> bool:
        """Whether a header in the file is not the one of the template."""
        return any(normalised_header(a) != normalised_header(b) for a, b in self.columns.items())

    @property
    def coded_columns(self) -> dict[int, Column]:
        """The columns whose cells come from a list, by their position in the file."""
        by_header = {column.header: column for column in self.kind.template_columns}
        return {
            self.cells.index(source): by_header[header]
            for header, source in self.columns.items()
            if codes_allowed(by_header[header]) and not by_header[header].personal
        }


@dataclass(frozen=True)
class FoundCodes:
    """The values of a coded column that are not in its list.

    Attributes:
        column: The column.
        meant: Per value the code that it can only mean.
        open: Values of which nobody but the sender knows what they mean.
        left_out: How many values are not shown.
        is_doubtful: Whether nothing in the column looks like a code, so that no value is shown.
    """

    column: Column
    meant: dict[str, str]
    open: list[str]
    left_out: int
    is_doubtful: bool = False


def propose_contract(
    verdict: Verdict, readers: LimitedReaders, language: Lang = "nl"
) -> str | None:
    """Return the text of a contract that maps headers and codes; None when none is needed.

    Args:
        verdict: What ``check`` found; a table that a contract already reads needs no proposal.
        readers: The limited child process.
        language: Of the comments.
    """
    is_read = verdict.source is not None and verdict.source.table is not None
    refusals = {part.refused_by for part in verdict.parts}
    if is_read or not refusals <= _MENDABLE or verdict.path.suffix.lower() not in _TABLES:
        return None
    named = verdict.source.claim.kind if verdict.source else ""
    kinds = [load_kinds()[named]] if named else _kinds_of(verdict.unit)
    try:
        headers = list(_possible_headers(verdict, readers))
    except (FileRefused, OSError, UnicodeError):
        return None
    found = [
        Found(kind, proposed_mapping(kind, _unique(cells)), number, cells, place)
        for number, cells, place in headers
        for kind in kinds
    ]
    best = max(found, key=_score, default=None)
    if best is None or len(best.columns) < FEWEST_COLUMNS:
        return None
    # A workbook with the names of the template is read wherever its header stands.
    is_lower = best.number > 1 and verdict.is_refused and best.place.delimiter is not None
    if not best.has_other_names and not is_lower:
        return None
    return _text(verdict, best, _found_codes(verdict, best, readers), language)


def _kinds_of(unit: str) -> list[Kind]:
    is_department = unit == DEPARTMENT
    return [k for k in template_kinds().values() if (k.name == "positions") == is_department]


def _unique(cells: tuple[str, ...]) -> list[str]:
    """Return the headers that a contract can name: they stand there once and hold no number."""
    counts = Counter(normalised_header(cell) for cell in cells)
    once = [cell for cell in cells if counts[normalised_header(cell)] == 1]
    return [cell for cell in once if masked(cell) == cell]


def _score(found: Found) -> tuple[int, int, int]:
    required = sum(c.required and (c.header or "") in found.columns for c in found.kind.columns)
    return len(found.columns), required, -found.number


def _encoding(verdict: Verdict) -> str | None:
    return verdict.source.contract.encoding if verdict.source else None


def _possible_headers(
    verdict: Verdict, readers: LimitedReaders
) -> Iterator[tuple[int, tuple[str, ...], Place]]:
    is_book = is_workbook(verdict.path)
    for batch in readers.read(read_first_lines, verdict.path, _encoding(verdict)):
        names = [name for name in batch.rows.columns if name.startswith("c")]
        for number, next_number, *cells in batch.rows.select(
            "row_number", "next_number", *names
        ).iter_rows():
            width = len(cells) if is_book else sum(cell is not None for cell in cells)
            texts = tuple(cell or "" for cell in cells[:width])
            delimiter, sheet = (None, batch.kind) if is_book else (batch.kind, None)
            yield number, texts, Place(delimiter, sheet, width, next_number)


def _found_codes(verdict: Verdict, best: Found, readers: LimitedReaders) -> list[FoundCodes]:
    """Return per coded column what stands there beside the codes of the template."""
    coded = best.coded_columns
    request = (verdict.path, best.place, tuple(coded), _encoding(verdict))
    try:
        frames = [batch.rows for batch in readers.read(read_values, *request)]
    except (FileRefused, OSError, UnicodeError):
        return []
    found = []
    for frame in frames:
        if frame.height:
            codes = _sorted_out(coded[frame["position"][0]], frame["value"])
            if codes.meant or codes.open or codes.left_out:
                found.append(codes)
    return found


def _sorted_out(column: Column, values: pl.Series) -> FoundCodes:
    """Return the values of a column by what is known of them, most frequent first."""
    unknown = [value for value in values if not _is_code(column, value)]
    # A contract names a code once, whatever its case.
    by_name = {value.casefold(): value for value in reversed(unknown) if _may_be_shown(value)}
    shown = [v for v in unknown if by_name.get(v.casefold()) == v][:MOST_VALUES_SHOWN]
    codes = {value: _meant(column, value) for value in shown}
    meant = {value: code for value, code in codes.items() if code is not None}
    is_nothing_known = not meant and len(unknown) == len(values)
    if is_nothing_known and len(unknown) > MOST_VALUES_SHOWN:
        return FoundCodes(column, {}, [], len(unknown), is_doubtful=True)
    still_open = [value for value in shown if value not in meant]
    left_out = len({value.casefold() for value in unknown}) - len(shown)
    return FoundCodes(column, meant, still_open, left_out)


def _is_code(column: Column, value: str) -> bool:
    known = {code.lower() for code in column.codes}
    if column.type == "boolean":
        known = set(parsing.BOOLEANS)
    parts = value.split("|") if column.type == "codes" else [value]
    return all(part.strip().lower() in known for part in parts if part.strip())


def _may_be_shown(value: str) -> bool:
    return (
        len(value) <= LONGEST_VALUE_SHOWN
        and value.isprintable()
        and not _LONG_NUMBER.search(re.sub(r"[\s.\-/]", "", value))
    )


def _meant(column: Column, value: str) -> str | None:
    parts = re.split(_PART_SIGNS, value) if column.type == "codes" else [value]
    codes = [meant_code(column, part) for part in parts if part.strip()]
    known = [code for code in codes if code is not None]
    return "|".join(dict.fromkeys(known)) if known and len(known) == len(codes) else None


def _text(verdict: Verdict, found: Found, codes: list[FoundCodes], language: Lang) -> str:
    words = _WORDS[language]
    file_name = verdict.path.name
    stem, dot, suffix = file_name.rpartition(".")
    start = re.split("[0-9]", stem)[0].rstrip("-_ ")
    name = re.sub("[^a-z0-9]+", "_", start.lower()).strip("_")
    # A name of digits alone may be the number of a person.
    pattern = f"{start}*" if start else re.sub("[0-9]", "?", stem)
    table: dict[str, object] = {
        "name": name if name[:1].isalpha() else f"tabel_{name}".rstrip("_"),
        "file": re.sub(r"\[", "[[]", f"{pattern}{dot}{suffix}"),
        "kind": found.kind.template_name,
    }
    if found.place.sheet is not None and masked(found.place.sheet) == found.place.sheet:
        table["sheet"] = found.place.sheet
    if found.number > 1:
        table["header_contains"] = list(found.columns.values())[:3]
    if found.place.delimiter is not None:
        table["delimiter"] = found.place.delimiter
    if "academiejaar" not in found.columns and _has_year(found.kind):
        table["academic_year"] = _year(file_name) or words["year"]
    table["columns"] = found.columns
    text = yaml.safe_dump({"own_tables": [table]}, allow_unicode=True, sort_keys=False, width=100)
    text += "".join(f"{line}\n" for line in _value_lines(codes, language))
    missing = _missing(found, words["or"])
    note = words["missing"].format(names=", ".join(missing))
    return text + (f"# {note}\n" if missing else "")


def _value_lines(found: list[FoundCodes], language: Lang) -> Iterator[str]:
    """Yield the part ``values`` of a table; what must be filled in is a comment."""
    words = _WORDS[language]
    if not found:
        return
    yield "  values:" if any(codes.meant for codes in found) else "  # values:"
    for codes in found:
        yield f"    {'' if codes.meant else '# '}{codes.column.header}:"
        for value, code in codes.meant.items():
            yield f"      {_scalar(value)}: {_scalar(code)}"
        if codes.is_doubtful:
            yield f"      # {words['not_coded'].format(count=codes.left_out)}"
            continue
        if codes.open:
            allowed = ", ".join(codes_allowed(codes.column))
            yield f"      # {words['choose'].format(codes=allowed)}"
            yield from (f"      # {_scalar(value)}:" for value in codes.open)
        if codes.left_out:
            yield f"      # {words['more'].format(count=codes.left_out)}"


def _scalar(text: str) -> str:
    """Return a text as YAML writes it on one line."""
    return yaml.safe_dump(text, allow_unicode=True, width=1000).removesuffix("...\n").strip()


def _year(file_name: str) -> object:
    """Return how the academic year follows from the file name, so that next year's does too."""
    year = year_in_name(file_name)
    match = re.search(YEAR_PATTERN, file_name)
    if year and match and (match["year"][:4], match["year"][-2:]) == (year[:4], year[-2:]):
        return {"from_name": YEAR_PATTERN}
    return year


def _has_year(kind: Kind) -> bool:
    return kind.scope_column == "academic_year"


def _missing(found: Found, word_or: str) -> list[str]:
    given = {*found.columns, "instellingsnummer", "academiejaar"}
    kind = found.kind
    missing = [c.header for c in kind.columns if c.required and c.header and c.header not in given]
    for group in kind.one_of:
        headers = [kind.column(name).header or name for name in group]
        if not set(headers) & given:
            missing.append(word_or.join(headers))
    return missing
