"""Reader of an institution's own table, CSV or workbook, through its delivery contract.

The table is read as it stands, lines that are no rows are left out and counted, and columns and
codes are given the names of the template.

Border: what the contract can say stands in ``own_table_contract.py``; what a cell may hold is
screened in ``screening.py``.
"""

import csv
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import load_kinds, normalised_header
from pipelines.deliveries.own_table_contract import Constant, OwnTable
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.csv_rows import (
    DELIMITERS,
    Layout,
    batch_of,
    number_of_first_row,
    read_rows,
    without_empty_rows,
)
from pipelines.deliveries.readers.sniffing import content_of
from pipelines.deliveries.readers.template_csv import first_lines
from pipelines.deliveries.readers.template_header import nearest_names, refuse_too_many
from pipelines.deliveries.readers.text_blocks import encoding_notes, find_form
from pipelines.deliveries.readers.workbook import (
    broken_rows,
    merged_cells,
    read_cells,
    with_numbers_told_apart,
)
from pipelines.deliveries.readers.workbook_sniff import Sheet, cell_name, scan, sheet_parts
from pipelines.deliveries.rules import FileRefused, finding, no_findings

# The header is looked for in these lines when the contract names what it contains.
LINES_SEARCHED = 50
LAST_HEADER_ROW = 1000
_SKIPPED = "is_skipped"


@dataclass(frozen=True)
class Line:
    """One line of a table before it is known to be header or row.

    Attributes:
        number: Number of its first line, from 1.
        next_number: Number of the line after it.
        cells: Its cells.
    """

    number: int
    next_number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes:
        first_number: Number of its first line.
        next_number: Number of the first line after it.
        width: Number of cells.
        positions: Position per source header of the contract.
    """

    first_number: int
    next_number: int
    width: int
    positions: dict[str, int]


def read_own_table(
    path: Path, table: OwnTable, contract: Contract, institution_id: str
) -> Iterator[Batch]:
    """Yield the rows of an own table; the row number is the line or spreadsheet row.

    Args:
        path: The file.
        table: The table of the contract that the file name is of.
        contract: The sender's contract (encoding, delimiter).
        institution_id: Whose rows these are, where the table does not say so per row.

    Raises:
        FileRefused: The file cannot be read as this table. Batches yielded before that moment
            must be thrown away.
    """
    try:
        year = table.year_of(path.name)
    except LookupError:
        raise FileRefused("own_table_year_missing") from None
    constants = {"institution_id": institution_id, **({"academic_year": year} if year else {})}
    is_workbook = _is_workbook(path)
    batches = _read_workbook(path, table) if is_workbook else _read_text(path, table, contract)
    skipped = 0
    has_rows = False
    for batch, skipped_here in batches:
        skipped += skipped_here
        has_rows = has_rows or batch.rows.height > 0 or batch.unreadable_count > 0
        rows = _mapped(batch.rows, table, constants)
        yield Batch(table.kind, rows, batch.findings, batch.unreadable_count)
    if not has_rows:
        raise FileRefused("header_only")
    if skipped:
        note = finding("own_table_rows_skipped", kind=table.kind, found=skipped)
        yield Batch(table.kind, pl.DataFrame(schema={"row_number": pl.Int32}), note)


def _is_workbook(path: Path) -> bool:
    """Return whether a file is to be read as a workbook: by its name, else by its content."""
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm", ".csv", ".txt", ".tsv"):
        return suffix.startswith(".xls")
    return content_of(path) in ("zip", "ole")


def _read_text(path: Path, table: OwnTable, contract: Contract) -> Iterator[tuple[Batch, int]]:
    form = find_form(path, table.encoding or contract.encoding)
    declared = table.delimiter or contract.delimiter
    lines = first_lines(path, form)
    good: list[tuple[str, Header]] = []
    refusals: list[tuple[int, FileRefused]] = []
    for sign in [declared] if declared else DELIMITERS:
        try:
            good.append((sign, _find_header(_csv_lines(lines, sign), table)))
        except FileRefused as refusal:
            refusals.append((sum(line.count(sign) for line in lines), refusal))
    if not good:
        # The delimiter that splits the lines most explains best what is missing.
        raise max(refusals, key=lambda found: found[0])[1]
    delimiter, header = max(good, key=lambda found: found[1].width)
    notes = pl.concat([no_findings(), *encoding_notes(form, table.kind)])
    yield Batch(table.kind, pl.DataFrame(schema={"row_number": pl.Int32}), notes), 0
    layout = Layout(
        delimiter,
        header.width,
        {position: f"c{position}" for position in sorted(set(header.positions.values()))},
        (),
        header.next_number,
        may_end_short=bool(table.skip_rows_where),
    )
    for frame, widths in read_rows(path, form, layout):
        is_skipped = frame.select(_skip_mask(table, header))[_SKIPPED]
        kept = frame.filter(~is_skipped)
        kept_widths = widths[~is_skipped.to_numpy().astype(np.bool_)]
        batch = batch_of(table.kind, layout, kept, kept_widths)
        yield _by_source(batch, header), int(is_skipped.sum())


def _read_workbook(path: Path, table: OwnTable) -> Iterator[tuple[Batch, int]]:
    sheet = _find_sheet(path, table)
    if sheet.is_empty:
        raise FileRefused("file_empty")
    cells = read_cells(path, sheet)
    refuse_too_many(cells.width - 1)
    header = _find_header(_sheet_lines(cells, sheet), table)
    used = set(header.positions.values())
    for row, column in sheet.broken:
        if header.first_number <= row < header.next_number and column in used:
            raise FileRefused("header_without_value", found=cell_name(row, column))
    body = cells.slice(header.next_number - 1)
    broken, broken_numbers = broken_rows(sheet, used, header.next_number, table.kind)
    is_skipped = body.select(_skip_mask(table, header))[_SKIPPED]
    skipped = set(body.filter(is_skipped)["row_number"]) - broken_numbers
    names = [f"c{position}" for position in sorted(used)]
    body = with_numbers_told_apart(body, sheet, _numbers(table, header))
    rows = without_empty_rows(body.select("row_number", *names)).filter(
        ~pl.col("row_number").is_in(list(broken_numbers | skipped))
    )
    findings = pl.concat([broken, merged_cells(sheet, used, header.next_number, table.kind)])
    batch = Batch(table.kind, rows, findings, len(broken_numbers))
    yield _by_source(batch, header), len(skipped)


def _numbers(table: OwnTable, header: Header) -> set[int]:
    """Return the positions of the columns that hold numbers and nothing else."""
    kind = load_kinds()[table.kind]
    places: dict[int, set[str]] = {}
    for name, source in table.labels.items():
        places.setdefault(header.positions[source], set()).add(kind.column(name).type)
    return {place for place, types in places.items() if types == {"decimal"}}


def _find_sheet(path: Path, table: OwnTable) -> Sheet:
    sheets = sheet_parts(path)
    if table.sheet is not None:
        wanted = normalised_header(table.sheet)
        found = [sheet for sheet in sheets if normalised_header(sheet.name) == wanted]
    else:
        found = [sheet for sheet in sheets if not scan(path, sheet).is_empty]
    if len(found) != 1:
        names = ", ".join(sheet.name for sheet in sheets)
        raise FileRefused("own_table_sheet_missing", expected=table.sheet or "?", found=names)
    return found[0] if table.sheet is None else scan(path, found[0])


def _csv_lines(lines: list[str], delimiter: str) -> Iterator[Line]:
    reader = csv.reader(lines, delimiter=delimiter)
    start = 1
    first = number_of_first_row(lines[0] if lines else "")
    try:
        for number, cells in enumerate(reader, start=first):
            if number:
                yield Line(number, number + 1, tuple(cells))
            start = reader.line_num + 1
    except csv.Error:
        raise FileRefused("quote_unclosed", found=start) from None


def _sheet_lines(cells: pl.DataFrame, sheet: Sheet) -> Iterator[Line]:
    """Yield the first rows of a sheet; a cell merged over columns speaks for all of them."""
    for number, *values in cells.head(LAST_HEADER_ROW + 1).iter_rows():
        texts = [value or "" for value in values]
        for merge in sheet.merges:
            if merge.first_row <= number <= merge.last_row and merge.first_column < len(texts):
                last = min(merge.last_column, len(texts) - 1)
                text = texts[merge.first_column]
                texts[merge.first_column : last + 1] = [text] * (last - merge.first_column + 1)
        yield Line(number, number + 1, tuple(texts))


def _find_header(lines: Iterator[Line], table: OwnTable) -> Header:
    """Return the header of a table.

    Raises:
        FileRefused: It is not where the contract says, or lacks a column.
    """
    number = table.header_row or (None if table.header_contains else 1)
    last_number = number or LINES_SEARCHED
    missing: FileRefused | None = None
    for first, line, joined in _candidates(lines, table.header_rows):
        if first.number > last_number:
            break
        if number is not None and first.number != number:
            continue
        present = {normalised_header(cell) for cell in (*joined, *line.cells)}
        if not {normalised_header(name) for name in table.header_contains} <= present:
            continue
        try:
            return _header(first.number, line, joined, table)
        except FileRefused as refusal:
            # Of two header lines the lower one may still come.
            missing = missing or refusal
    raise missing or FileRefused(
        "own_table_header_missing", expected=table.name, allowed=last_number
    )


def _candidates(
    lines: Iterator[Line], header_rows: int
) -> Iterator[tuple[Line, Line, tuple[str, ...]]]:
    """Yield every line, or pair of lines, that can be the header: first, last and its cells."""
    if header_rows == 1:
        for line in lines:
            yield line, line, line.cells
        return
    for above, line in itertools.pairwise(lines):
        yield above, line, _joined(above, line)


def _joined(above: Line, line: Line) -> tuple[str, ...]:
    """Return two header lines as one; a group header speaks for the columns to its right."""
    joined = []
    group = ""
    for position, cell in enumerate(line.cells):
        own = above.cells[position].strip() if position < len(above.cells) else ""
        group = own or (group if cell.strip() else "")
        joined.append(" ".join(part for part in (group, cell.strip()) if part))
    return tuple(joined)


def _header(first_number: int, line: Line, joined: Sequence[str], table: OwnTable) -> Header:
    refuse_too_many(len(joined))
    full = [normalised_header(name) for name in joined]
    lower = [normalised_header(name) for name in line.cells]
    positions: dict[str, int] = {}
    missing: list[str] = []
    for source in table.source_headers:
        name = normalised_header(source)
        # A header of two lines may be named by its lower line alone, where that is unique.
        names = full if name in full else lower
        if names.count(name) > 1:
            raise FileRefused("header_repeated", found=source)
        if name in names:
            positions[source] = names.index(name)
        else:
            missing.append(source)
    if missing:
        raise FileRefused(
            "own_table_column_missing",
            expected=", ".join(missing),
            found=nearest_names(missing, [name.strip() for name in joined if name.strip()]),
        )
    return Header(first_number, line.next_number, len(joined), positions)


def _skip_mask(table: OwnTable, header: Header) -> pl.Expr:
    masks = [pl.lit(value=False)]
    for rule in table.skip_rows_where:
        text = pl.col(f"c{header.positions[rule.column]}").fill_null("").str.strip_chars()
        masks.append(text == "" if rule.matches is None else text.str.contains(rule.matches))
    cells = pl.exclude("row_number")
    is_filled = pl.any_horizontal(cells.is_not_null() & (cells.str.strip_chars() != ""))
    return (pl.any_horizontal(masks) & is_filled).alias(_SKIPPED)


def _by_source(batch: Batch, header: Header) -> Batch:
    named = [pl.col(f"c{place}").alias(source) for source, place in header.positions.items()]
    return Batch(
        batch.kind,
        batch.rows.select("row_number", *named),
        batch.findings,
        batch.unreadable_count,
    )


def _mapped(rows: pl.DataFrame, table: OwnTable, constants: dict[str, str]) -> pl.DataFrame:
    """Return the canonical columns, with the codes of the template."""
    columns: dict[str, pl.Expr] = {name: pl.lit(text) for name, text in constants.items()}
    for name, source in table.columns.items():
        if isinstance(source, Constant):
            columns[name] = pl.lit(source.value)
        elif source in rows.columns:
            columns[name] = _with_codes(pl.col(source), table.values.get(name, {}))
    return rows.select("row_number", *(value.alias(name) for name, value in columns.items()))


def _with_codes(text: pl.Expr, codes: dict[str, str]) -> pl.Expr:
    if not codes:
        return text
    by_code = {code.strip().lower(): meant for code, meant in codes.items()}
    key = text.fill_null("").str.strip_chars().str.to_lowercase()
    return key.replace_strict(by_code, default=text, return_dtype=pl.String)
