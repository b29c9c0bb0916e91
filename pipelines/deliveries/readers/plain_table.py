"""A table as it stands, before anybody has said what its columns mean.

Read in the limited child process like every foreign file; serves proposals and messages only.

Border: what the columns probably mean stands in ``synonyms.py``; a table that a contract describes
is read in ``own_table.py``.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.csv_rows import (
    DELIMITERS,
    MOST_COLUMNS,
    Layout,
    number_of_first_row,
    read_rows,
)
from pipelines.deliveries.readers.template_csv import first_lines
from pipelines.deliveries.readers.text_blocks import find_form
from pipelines.deliveries.readers.workbook import read_cells
from pipelines.deliveries.readers.workbook_sniff import scan, sheet_parts

LINES_SEARCHED = 20
# A column with more distinct values than this is no column of codes.
MOST_VALUES = 1000


@dataclass(frozen=True)
class Place:
    """Where the rows of a table stand.

    Attributes:
        delimiter: Delimiter of a CSV file; None for a workbook.
        sheet: Name of the sheet; None for a CSV file.
        width: Number of cells of the header.
        first_row: Number of the first row after the header.
    """

    delimiter: str | None
    sheet: str | None
    width: int
    first_row: int


def read_first_lines(path: Path, encoding: str | None) -> Iterator[Batch]:
    """Yield the first lines of a CSV file per delimiter, or of a workbook per filled sheet.

    The kind of a batch is the delimiter or the name of the sheet; its rows have ``row_number``,
    ``next_number`` and the cells.

    Args:
        path: The file.
        encoding: The encoding that the sender declared, or None.

    Raises:
        FileRefused: The file is no text and no workbook.
    """
    if is_workbook(path):
        for part in sheet_parts(path):
            sheet = scan(path, part)
            if not sheet.is_empty:
                cells = read_cells(path, sheet).head(LINES_SEARCHED)
                next_number = pl.col("row_number") + 1
                yield Batch(sheet.name, cells.with_columns(next_number=next_number))
        return
    lines = first_lines(path, find_form(path, encoding))[:LINES_SEARCHED]
    for sign in DELIMITERS:
        reader = csv.reader(lines, delimiter=sign)
        numbered: list[dict[str, object]] = []
        try:
            for number, line in enumerate(reader, start=number_of_first_row(lines[0])):
                named = {f"c{position}": cell for position, cell in enumerate(line[:MOST_COLUMNS])}
                numbered.append({"row_number": number, "next_number": number + 1, **named})
        except csv.Error:
            continue
        if numbered:
            yield Batch(sign, pl.DataFrame(numbered, infer_schema_length=None))


def read_values(
    path: Path, place: Place, positions: tuple[int, ...], encoding: str | None
) -> Iterator[Batch]:
    """Yield the distinct filled values of some columns: ``position``, ``value`` and ``count``.

    Args:
        path: The file.
        place: Where its rows stand.
        positions: The columns.
        encoding: The encoding that the sender declared, or None.

    Raises:
        FileRefused: The file cannot be read to its end.
    """
    counts = [
        frame.select(value=pl.col(f"c{position}").str.strip_chars())
        .filter(pl.col("value") != "")
        .group_by("value")
        .agg(count=pl.len())
        .with_columns(position=pl.lit(position, pl.Int32))
        for frame in _rows(path, place, encoding)
        for position in positions
    ]
    for position in positions if counts else ():
        found = pl.concat(counts).filter(pl.col("position") == position)
        total = found.group_by("position", "value").agg(pl.col("count").sum())
        ordered = total.sort(["count", "value"], descending=[True, False])
        yield Batch("values", ordered.head(MOST_VALUES))


def is_workbook(path: Path) -> bool:
    """Return whether the name of a file is that of a workbook."""
    return path.suffix.lower() == ".xlsx"


def _rows(path: Path, place: Place, encoding: str | None) -> Iterator[pl.DataFrame]:
    if place.delimiter is None:
        sheet = next(part for part in sheet_parts(path) if part.name == place.sheet)
        yield read_cells(path, scan(path, sheet)).slice(place.first_row - 1)
        return
    layout = Layout(place.delimiter, place.width, {}, (), place.first_row, may_end_short=True)
    for frame, widths in read_rows(path, find_form(path, encoding), layout):
        yield frame.filter(pl.Series(widths == place.width, dtype=pl.Boolean))
