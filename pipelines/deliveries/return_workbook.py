"""The return file of a workbook: every sheet as it was sent, faulty cells marked.

Numbers, dates and booleans stay what they were, with their number format; everything else is
written as text, so that no spreadsheet takes a cell for a formula or a link. Nothing passes through
a temporary file. The workbook is read again in the limited child process.

Border: what the added columns hold is decided in ``return_file.py``.
"""

import io
import itertools
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.deliveries.kinds import Kind, load_kinds, normalised_header, template_kinds
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.national_numbers import without_numbers
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.typed_cells import DAYS_FROM_1904, typed_cells
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
# Number formats below this have a number in every spreadsheet and no code.
_LAST_BUILT_IN = 49
_GENERAL = "0"
_BROKEN = ("error", "formula")
_RULES_OF_BROKEN_CELLS = ["cell_without_value", "cell_error"]
_LOOKS: dict[str, dict[str, Any]] = {
    "error": {"bg_color": "#f8cbad"},
    "warning": {"bg_color": "#fff2cc"},
    "header": {"bold": True},
}
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
        sheets = list(readers.read(all_sheets, source.path))
        typed = [batch.rows for batch in readers.read(typed_cells, source.path)]
        # Known before the first date is written.
        workbook.date_1904 = any(DAYS_FROM_1904 in cells["type"] for cells in typed)
        formats = _Formats(workbook)
        names: list[str] = []
        for batch, cells in zip(sheets, typed, strict=True):
            names.append(_sheet_name(batch.kind, names))
            sheet = workbook.add_worksheet(names[-1])
            kind = _kind_of(batch.kind, source, is_alone=len(sheets) == 1)
            pen = _Pen(sheet, formats, cells)
            _write_sheet(pen, batch.rows, kind, source, findings, per_row)
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


class _Formats:
    """The formats of a workbook, each made once: a colour or weight, and a number format."""

    def __init__(self, workbook: Any) -> None:  # noqa: ANN401 (xlsxwriter has no types)
        self._workbook = workbook
        self._made: dict[tuple[str, str], Any] = {}

    def get(self, mark: str, number_format: str = _GENERAL) -> Any:  # noqa: ANN401
        """Return the format of a mark and a number format: a code, or the number of a known one."""
        if not mark and number_format == _GENERAL:
            return None
        key = (mark, number_format)
        if key not in self._made:
            look = dict(_LOOKS.get(mark, {}))
            if number_format != _GENERAL:
                known = number_format.isdecimal() and int(number_format) <= _LAST_BUILT_IN
                look["num_format"] = int(number_format) if known else masked(number_format)
            self._made[key] = self._workbook.add_format(look)
        return self._made[key]


class _Pen:
    """Writes the cells of one sheet, each as what it was."""

    def __init__(self, sheet: Any, formats: _Formats, typed: pl.DataFrame) -> None:  # noqa: ANN401
        self._sheet = sheet
        self._formats = formats
        self._typed = {row[:2]: row[2:] for row in typed.iter_rows()}

    def is_broken(self, number: int, position: int) -> bool:
        """Return whether a cell has an error or a formula without a value."""
        kind, _, _ = self._typed.get((number, position), ("", "", ""))
        return kind in _BROKEN

    def write_text(self, number: int, position: int, text: str, mark: str) -> None:
        """Write a text; an empty one only where it is marked."""
        if text or mark:
            form = self._formats.get(mark)
            self._sheet.write_string(number - 1, position, text[:_LONGEST_CELL], form)

    def write(self, number: int, position: int, text: str, mark: str) -> None:
        """Write a cell that is not personal as what it was, unless it holds a national number."""
        kind, value, number_format = self._typed.get((number, position), ("", "", ""))
        if kind in _BROKEN:
            text = text or value
        amount = _amount(value) if kind in ("number", "boolean") else None
        # The long fraction of a time or an average is no number of a person.
        is_whole = amount is None or amount == int(amount)
        hidden = masked(text) if is_whole else without_numbers(text, MASK)
        form = self._formats.get(mark, number_format)
        if amount is None or hidden != text or masked(str(int(amount))) != str(int(amount)):
            self.write_text(number, position, hidden, mark)
        elif kind == "boolean":
            self._sheet.write_boolean(number - 1, position, bool(amount), form)
        else:
            self._sheet.write_number(number - 1, position, amount, form)


def _amount(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _write_sheet(
    pen: _Pen,
    cells: pl.DataFrame,
    kind: Kind | None,
    source: Source,
    findings: pl.DataFrame,
    per_row: pl.DataFrame,
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
    broken = set(own.filter(pl.col("rule_id").is_in(_RULES_OF_BROKEN_CELLS))["row_number"])
    for number, *texts in cells.iter_rows():
        for position, text in enumerate(texts):
            mark = marks.get((number, position), "")
            if number in broken and pen.is_broken(number, position):
                mark = "error"
            if position in personal and number > header_number:
                pen.write_text(number, position, MASK if (text or "").strip() else "", mark)
            else:
                pen.write(number, position, text or "", mark)
        for offset, text in enumerate(added.get(number, ())):
            mark = marks.get((number, -1), "") if offset == 0 else ""
            pen.write_text(number, width + offset, text or "", mark if text else "")
    if kind is not None:
        for offset, name in enumerate(names):
            pen.write_text(max(header_number, 1), width + offset, name, "header")


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
