"""Reader of the standard template as a workbook: one sheet per kind, or one sheet alone.

Border: whether the workbook may be opened stands in ``workbook_sniff.py``; what a cell may hold is
screened in ``screening.py``.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.deliveries.kinds import Kind, load_kinds, normalised_header, template_kinds
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.csv_rows import without_empty_rows
from pipelines.deliveries.readers.template_header import (
    count_known,
    match_header,
    refuse_too_many,
)
from pipelines.deliveries.readers.workbook import (
    broken_rows,
    merged_cells,
    read_cells,
    with_numbers_told_apart,
)
from pipelines.deliveries.readers.workbook_sniff import (
    Sheet,
    cell_name,
    scan,
    sheet_parts,
)
from pipelines.deliveries.rules import FileRefused, finding, no_findings

# A title and some lines of explanation may stand above the header.
LINES_BEFORE_HEADER = 20


def kinds_in_workbook(path: Path, named: str = "") -> tuple[str, ...]:
    """Return the canonical kinds that a workbook holds, from the names of its sheets only.

    Args:
        path: The workbook.
        named: The kind that the file name says, used when no sheet is named as a kind.

    Raises:
        FileRefused: The file is not a workbook that may be opened.
    """
    found = [_kind_of(sheet) for sheet in sheet_parts(path)]
    return tuple(kind.name for kind in found if kind) or ((named,) if named else ())


def read_template_workbook(path: Path, named: str, allowed: Collection[str]) -> Iterator[Batch]:
    """Yield the rows of every template sheet; the row number is the one the spreadsheet shows.

    A sheet is of a kind when its name is the kind's, whatever its case, spaces and accents. In a
    workbook without such a sheet, the only filled sheet is of the kind in the file name. Other
    sheets are noted and not read.

    Args:
        path: The workbook.
        named: The kind that the file name says; empty when it says none.
        allowed: The kinds that this sender may deliver.

    Raises:
        FileRefused: The workbook or one of its template sheets cannot be read. Batches yielded
            before that moment must be thrown away.
    """
    chosen, others = _chosen(path, named)
    for kind, _ in chosen:
        if kind.name not in allowed:
            raise FileRefused("file_not_for_unit")
    notes = [
        finding("sheet_ignored", kind=chosen[0][0].name, found=sheet.name)
        for sheet in others
        if not sheet.is_empty
    ]
    for kind, sheet in chosen:
        yield _read_sheet(path, kind, sheet, notes)
        notes = []


def _chosen(path: Path, named: str) -> tuple[list[tuple[Kind, Sheet]], list[Sheet]]:
    """Return the sheets to read with their kinds, scanned, and the other sheets."""
    sheets = [scan(path, sheet) for sheet in sheet_parts(path)]
    chosen: list[tuple[Kind, Sheet]] = []
    others: list[Sheet] = []
    for sheet in sheets:
        kind = _kind_of(sheet)
        if kind is None:
            others.append(sheet)
        elif any(kind.name == other.name for other, _ in chosen):
            raise FileRefused("workbook_sheet_repeated", found=kind.template_name)
        else:
            chosen.append((kind, sheet))
    if chosen:
        return chosen, others
    filled = [sheet for sheet in sheets if not sheet.is_empty]
    if not filled:
        raise FileRefused("file_empty")
    if named and len(filled) == 1:
        return [(load_kinds()[named], filled[0])], []
    raise FileRefused(
        "workbook_without_kind",
        found=", ".join(sheet.name for sheet in filled),
        allowed=", ".join(kind.template_name for kind in template_kinds().values()),
    )


def _kind_of(sheet: Sheet) -> Kind | None:
    name = normalised_header(sheet.name)
    return next((kind for kind in template_kinds().values() if kind.template_name == name), None)


def _read_sheet(path: Path, kind: Kind, sheet: Sheet, notes: list[pl.DataFrame]) -> Batch:
    if sheet.is_empty:
        raise FileRefused("file_empty")
    cells = read_cells(path, sheet)
    header_row, header = _find_header(cells, kind)
    _refuse_header_faults(sheet, header_row)
    columns, unknown = match_header(header, kind)
    findings = [
        no_findings(),
        *notes,
        *(finding("header_unknown", kind=kind.name, column_name=n, found=n) for n in unknown),
    ]
    if header_row > 1 and _has_text(cells.head(header_row - 1)):
        findings.append(finding("header_lower", kind=kind.name, found=header_row))
    broken, broken_numbers = broken_rows(sheet, set(columns), header_row + 1, kind.name)
    numbers = {place for place, name in columns.items() if kind.column(name).type == "decimal"}
    rows = without_empty_rows(
        with_numbers_told_apart(cells.slice(header_row), sheet, numbers).select(
            "row_number", *(pl.col(f"c{position}").alias(n) for position, n in columns.items())
        )
    ).filter(~pl.col("row_number").is_in(list(broken_numbers)))
    if not rows.height and not broken_numbers:
        raise FileRefused("header_only")
    findings += [broken, merged_cells(sheet, set(columns), header_row + 1, kind.name)]
    return Batch(kind.name, rows, pl.concat(findings), len(broken_numbers))


def _refuse_header_faults(sheet: Sheet, header_row: int) -> None:
    for merge in sheet.merges:
        is_in_header = merge.first_row <= header_row <= merge.last_row
        if is_in_header and merge.first_column < merge.last_column:
            raise FileRefused("header_merged", found=merge.name)
    for row, column in sheet.broken:
        if row == header_row:
            raise FileRefused("header_without_value", found=cell_name(row, column))


def _find_header(cells: pl.DataFrame, kind: Kind) -> tuple[int, list[str]]:
    """Return the number and the cells of the row with most headers of the template."""
    refuse_too_many(cells.width - 1)
    rows = [
        (number, [cell or "" for cell in values])
        for number, *values in cells.head(LINES_BEFORE_HEADER + 1).iter_rows()
        if any((cell or "").strip() for cell in values)
    ]
    if not rows:
        raise FileRefused("header_missing_columns", **_all_columns(kind))
    # Of equally good rows max takes the first; without any known header that is the first row.
    return max(rows, key=lambda row: count_known(row[1], kind))


def _all_columns(kind: Kind) -> dict[str, Any]:
    required = [column.header or column.name for column in kind.columns if column.required]
    return {"expected": ", ".join(required), "found": ""}


def _has_text(cells: pl.DataFrame) -> bool:
    return without_empty_rows(cells).height > 0
