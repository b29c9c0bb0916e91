"""The return file of a workbook: every sheet as it was sent, faulty cells marked.

Every cell is written as text, so that no spreadsheet takes one for a formula or a link. Nothing
passes through a temporary file. The workbook is read again in the limited child process.

Border: what the added columns hold is decided in ``return_file.py``.
"""

import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.deliveries.kinds import Kind, load_kinds, normalised_header, template_kinds
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.workbook import read_cells
from pipelines.deliveries.readers.workbook_sniff import scan, sheet_parts
from pipelines.deliveries.reading import Source
from pipelines.deliveries.rules import MASK, masked

LINES_BEFORE_HEADER = 50
_SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST_CELL = 32_767
_LONGEST_SHEET_NAME = 31
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def all_sheets(path: Path) -> Iterator[Batch]:
    """Yield every filled sheet of a workbook; the kind is the name of the sheet.

    Args:
        path: The workbook; a function of a module, so that the limited child can run it.
    """
    for part in sheet_parts(path):
        sheet = scan(path, part)
        if not sheet.is_empty:
            yield Batch(sheet.name, read_cells(path, sheet))


def workbook_bytes(
    source: Source,
    findings: pl.DataFrame,
    per_row: pl.DataFrame,
    readers: LimitedReaders,
) -> bytes:
    """Return the workbook with its faulty cells marked and the added columns per row.

    Args:
        source: The delivery.
        findings: What was found about rows.
        per_row: Per kind and ``row_number`` the added columns.
        readers: The limited child process.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _SAFE) as workbook:
        styles = {
            "error": workbook.add_format({"bg_color": "#f8cbad"}),
            "warning": workbook.add_format({"bg_color": "#fff2cc"}),
            "header": workbook.add_format({"bold": True}),
        }
        sheets = list(readers.read(all_sheets, source.path))
        names: list[str] = []
        for batch in sheets:
            names.append(_sheet_name(batch.kind, names))
            sheet = workbook.add_worksheet(names[-1])
            kind = _kind_of(batch.kind, source, is_alone=len(sheets) == 1)
            _write_sheet(sheet, batch.rows, kind, source, findings, per_row, styles)
    return content.getvalue()


def _sheet_name(name: str, taken: list[str]) -> str:
    """Return the name of a sheet, masked, as a workbook allows it and no other sheet has."""
    allowed = _NOT_IN_A_SHEET_NAME.sub("_", masked(name)).strip("'") or "_"
    lower = {each.lower() for each in taken}
    ends = itertools.chain([""], (f" ({number})" for number in itertools.count(2)))
    names = (allowed[: _LONGEST_SHEET_NAME - len(end)] + end for end in ends)
    return next(each for each in names if each.lower() not in lower)


def _kind_of(name: str, source: Source, *, is_alone: bool) -> Kind | None:
    kinds = load_kinds()
    if source.table is not None:
        is_named = source.table.sheet is not None
        wanted = normalised_header(source.table.sheet or "")
        is_of = normalised_header(name) == wanted if is_named else is_alone
        return kinds[source.table.kind] if is_of else None
    by_name = {kind.template_name: kind for kind in template_kinds().values()}
    found = by_name.get(normalised_header(name))
    return found or (kinds.get(source.claim.kind) if is_alone else None)


def _write_sheet(
    sheet: Any,  # noqa: ANN401 (xlsxwriter has no types)
    cells: pl.DataFrame,
    kind: Kind | None,
    source: Source,
    findings: pl.DataFrame,
    per_row: pl.DataFrame,
    styles: dict[str, Any],
) -> None:
    width = cells.width - 1
    header_number, positions = _header(cells, kind, source) if kind else (0, {})
    personal = {
        positions[column.name]
        for column in (kind.columns if kind else ())
        if column.personal and column.name in positions
    }
    own = findings.filter(pl.col("kind") == (kind.name if kind else ""))
    labels = {source.sender.label(kind.column(n)): p for n, p in positions.items()} if kind else {}
    marks: dict[tuple[int, int], str] = {}
    for number, label, severity in own.select("row_number", "column_name", "severity").iter_rows():
        place = (number, labels.get(label, -1))
        if marks.get(place) != "error":
            marks[place] = severity
    added = {
        number: texts
        for kind_name, number, *texts in per_row.iter_rows()
        if kind is not None and kind_name == kind.name
    }
    names = [name for name in per_row.columns if name not in ("kind", "row_number")]
    for number, *texts in cells.iter_rows():
        for position, text in enumerate(texts):
            mark = styles.get(marks.get((number, position), ""))
            is_personal = position in personal and number > header_number
            shown = MASK if is_personal and (text or "").strip() else masked(text or "")
            if shown or mark is not None:
                sheet.write_string(number - 1, position, shown[:_LONGEST_CELL], mark)
        for offset, text in enumerate(added.get(number, ())):
            if text:
                style = styles.get(marks.get((number, -1), "")) if offset == 0 else None
                sheet.write_string(number - 1, width + offset, text[:_LONGEST_CELL], style)
    if kind is not None:
        for offset, name in enumerate(names):
            sheet.write_string(max(header_number - 1, 0), width + offset, name, styles["header"])


def _header(cells: pl.DataFrame, kind: Kind, source: Source) -> tuple[int, dict[str, int]]:
    """Return the number of the header row and the position of each canonical column."""
    known = {normalised_header(source.sender.label(c)): c.name for c in kind.template_columns}
    best: tuple[int, dict[str, int]] = (1, {})
    for number, *texts in cells.head(LINES_BEFORE_HEADER).iter_rows():
        names = [known.get(normalised_header(text or "")) for text in texts]
        found = {name: position for position, name in enumerate(names) if name}
        if len(found) > len(best[1]):
            best = (number, found)
    return best
