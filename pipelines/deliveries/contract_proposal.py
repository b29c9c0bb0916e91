"""A delivery contract to start from, for a table whose headers are not those of the template.

Border: a proposal lands no row; its owner completes it and saves it as a contract.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipelines.deliveries.check import Verdict
from pipelines.deliveries.kinds import Kind, load_kinds, normalised_header
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.readers.csv_rows import DELIMITERS
from pipelines.deliveries.readers.template_csv import first_lines
from pipelines.deliveries.readers.text_blocks import find_form
from pipelines.deliveries.recognition import year_in_name
from pipelines.deliveries.register import DEPARTMENT
from pipelines.deliveries.return_workbook import all_sheets
from pipelines.deliveries.rules import FileRefused
from pipelines.deliveries.synonyms import proposed_mapping

LINES_SEARCHED = 20
FEWEST_COLUMNS = 2
# Only a refusal of the table itself can be mended by a contract.
_MENDABLE = {None, "header_missing_columns", "file_not_recognised", "no_row_accepted"}
_MENDABLE |= {"workbook_without_kind", "header_merged", "institution_unclear"}


@dataclass(frozen=True)
class Found:
    """A line of a table that may be its header.

    Attributes:
        kind: The kind that the table would be.
        columns: Per template header the header in the file.
        number: Number of the line.
        delimiter: Delimiter of a CSV file; None for a workbook.
        sheet: Name of the sheet; None for a CSV file.
    """

    kind: Kind
    columns: dict[str, str]
    number: int
    delimiter: str | None
    sheet: str | None

    @property
    def has_other_names(self) -> bool:
        """Whether a header in the file is not the one of the template."""
        return any(normalised_header(a) != normalised_header(b) for a, b in self.columns.items())


def propose_contract(verdict: Verdict, readers: LimitedReaders) -> str | None:
    """Return the text of a contract that maps a table's headers; None when none is needed.

    Args:
        verdict: What ``check`` found; a table that a contract already reads needs no proposal.
        readers: The limited child process for workbooks.
    """
    is_read = verdict.source is not None and verdict.source.table is not None
    refusals = {part.refused_by for part in verdict.parts}
    if is_read or not refusals <= _MENDABLE or verdict.path.suffix.lower() not in _TABLES:
        return None
    named = verdict.source.claim.kind if verdict.source else ""
    kinds = [load_kinds()[named]] if named else _kinds_of(verdict.unit)
    try:
        headers = list(_possible_headers(verdict.path, readers))
    except (FileRefused, OSError, UnicodeError, csv.Error):
        return None
    found = [
        Found(kind, proposed_mapping(kind, cells), number, delimiter, sheet)
        for number, cells, delimiter, sheet in headers
        for kind in kinds
    ]
    best = max(found, key=_score, default=None)
    if best is None or len(best.columns) < FEWEST_COLUMNS or not best.has_other_names:
        return None
    return _text(verdict.path.name, best)


_TABLES = (".csv", ".txt", ".tsv", ".xlsx")


def _kinds_of(unit: str) -> list[Kind]:
    is_department = unit == DEPARTMENT
    return [k for k in load_kinds().values() if (k.name == "positions") == is_department]


def _score(found: Found) -> tuple[int, int, int]:
    required = sum(c.required and (c.header or "") in found.columns for c in found.kind.columns)
    return len(found.columns), required, -found.number


def _possible_headers(
    path: Path, readers: LimitedReaders
) -> Iterator[tuple[int, list[str], str | None, str | None]]:
    if path.suffix.lower() == ".xlsx":
        for batch in readers.read(all_sheets, path):
            for number, *cells in batch.rows.head(LINES_SEARCHED).iter_rows():
                yield number, [cell or "" for cell in cells], None, batch.kind
        return
    lines = first_lines(path, find_form(path, None))
    for sign in DELIMITERS:
        reader = csv.reader(lines[:LINES_SEARCHED], delimiter=sign)
        start = 1
        for cells in reader:
            yield start, cells, sign, None
            start = reader.line_num + 1


def _text(file_name: str, found: Found) -> str:
    stem, dot, suffix = file_name.rpartition(".")
    start = re.split("[0-9]", stem)[0].rstrip("-_ ") or stem
    name = re.sub("[^a-z0-9]+", "_", start.lower()).strip("_")
    table: dict[str, object] = {
        "name": name if name[:1].isalpha() else f"tabel_{name}".rstrip("_"),
        "file": f"{start}*{dot}{suffix}",
        "kind": found.kind.template_name,
    }
    if found.sheet is not None:
        table["sheet"] = found.sheet
    if found.number > 1:
        table["header_contains"] = list(found.columns.values())[:3]
    if found.delimiter is not None:
        table["delimiter"] = found.delimiter
    if "academiejaar" not in found.columns and _has_year(found.kind):
        table["academic_year"] = year_in_name(file_name) or "vul in, bv. 2023-2024"
    table["columns"] = found.columns
    text = yaml.safe_dump({"own_tables": [table]}, allow_unicode=True, sort_keys=False, width=100)
    missing = _missing(found)
    return text + (f"# nog te koppelen in columns: {', '.join(missing)}\n" if missing else "")


def _has_year(kind: Kind) -> bool:
    return kind.scope_column == "academic_year"


def _missing(found: Found) -> list[str]:
    given = {*found.columns, "instellingsnummer", "academiejaar"}
    kind = found.kind
    missing = [c.header for c in kind.columns if c.required and c.header and c.header not in given]
    for group in kind.one_of:
        headers = [kind.column(name).header or name for name in group]
        if not set(headers) & given:
            missing.append(" of ".join(headers))
    return missing
