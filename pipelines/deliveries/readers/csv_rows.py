"""Rows of a CSV file, every cell text, every row with the number that a spreadsheet shows.

A cell of several lines is one row, a blank line is a row, and a first line ``sep=;`` is none; what
is said of lines of the file (``regel``) is said in messages about damage only.

Blocks of lines are parsed by Polars; the number of fields per row is counted apart, because
Polars fills a short row and cuts a long one without a word. A file whose quotation marks do not
follow the rules of CSV (a stray inch mark in a title) is read by Python's own csv module, slower
and with the same result.

Border: which columns a file should have is known by the reader that calls this module.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.text_blocks import LONGEST_LINE, TextForm, utf8_blocks
from pipelines.deliveries.rules import FileRefused, finding_rows

DELIMITERS = (";", ",", "\t", "|")
MOST_COLUMNS = 500
SLOW_BATCH = 50_000
SEPARATOR_HINT = "sep="
# Lines inside quotation marks make one row; a row without end would ask for all memory.
LONGEST_RECORD = 8 * LONGEST_LINE
# Characters of the first line that are looked at.
LONGEST_HINT = 20
_LINE_FEED, _RETURN, _QUOTE = 10, 13, 34
Offsets = npt.NDArray[np.int64]
# A cell may be as long as a line; a longer one is a quotation mark that was never closed.
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True)
class Layout:
    """Where the columns of a kind stand in a CSV file.

    Attributes:
        delimiter: Character between fields.
        width: Number of fields of the header.
        columns: Canonical name per position, for the positions that are used.
        unknown: Headers that are not of the template.
        first_row: Number of the first row after the header.
        may_end_short: Whether the last line may have fewer fields (a total, a source) without
            a line end; in a table without such lines it means that the file was cut off.
    """

    delimiter: str
    width: int
    columns: dict[int, str]
    unknown: tuple[str, ...]
    first_row: int
    may_end_short: bool = False


def first_record(lines: list[str], delimiter: str) -> tuple[str, list[str]]:
    """Return a delimiter and the header it gives."""
    return delimiter, next(csv.reader(lines, delimiter=delimiter))


def number_of_first_row(first_line: str) -> int:
    """Return the number of the first row: a spreadsheet takes ``sep=;`` as a hint and no row."""
    return 0 if first_line.strip().lower().startswith(SEPARATOR_HINT) else 1


def no_rows(layout: Layout) -> pl.DataFrame:
    """Return a table without rows, with the used columns."""
    schema: dict[str, Any] = {"row_number": pl.Int32}
    return pl.DataFrame(schema=schema | dict.fromkeys(layout.columns.values(), pl.String))


def read_rows(path: Path, form: TextForm, layout: Layout) -> Iterator[tuple[pl.DataFrame, Offsets]]:
    """Yield frames of all fields (``c0``, ``c1`` …) with row numbers, and fields per row.

    Raises:
        FileRefused: A quotation mark is not closed, the file is cut off or a line is too long.
            What was yielded before that moment must be thrown away.
    """
    quoting = _quoting(path, form, layout.delimiter)
    if quoting == "irregular":
        yield from _read_slowly(path, form, layout)
    else:
        yield from _read_blocks(path, form, layout, is_quoted=quoting == "regular")


def _quoting(path: Path, form: TextForm, delimiter: str) -> str:
    """Return whether quotation marks are absent (``none``), ``regular`` or ``irregular``."""
    count = 0
    before_ok = np.array([ord(delimiter), _LINE_FEED, _QUOTE], dtype=np.uint8)
    after_ok = np.array([ord(delimiter), _LINE_FEED, _RETURN, _QUOTE], dtype=np.uint8)
    is_regular = True
    for block in utf8_blocks(path, form):
        if b'"' not in block:
            continue
        quotes = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == _QUOTE)
        padded = np.frombuffer(b"\n" + block + b"\n", dtype=np.uint8)
        opening = quotes[count % 2 :: 2]
        closing = quotes[1 - count % 2 :: 2]
        is_regular = (
            is_regular
            and bool(np.isin(padded[opening], before_ok).all())
            and bool(np.isin(padded[closing + 2], after_ok).all())
        )
        count += len(quotes)
    if count == 0:
        return "none"
    return "regular" if is_regular and count % 2 == 0 else "irregular"


def _refuse_long_lines(newlines: Offsets, size: int) -> None:
    lengths = np.diff(newlines, prepend=-1, append=size)
    if lengths.size and int(lengths.max()) > LONGEST_LINE:
        raise FileRefused("line_too_long", allowed="1 MB")


def _read_blocks(
    path: Path, form: TextForm, layout: Layout, *, is_quoted: bool
) -> Iterator[tuple[pl.DataFrame, Offsets]]:
    """Yield frames of all fields with row numbers, and the number of fields of each row."""
    line = 1
    number: int | None = None
    rest = b""
    for block in utf8_blocks(path, form):
        if number is None:
            number = number_of_first_row(block[:LONGEST_HINT].decode(errors="replace"))
        content = rest + block
        array = np.frombuffer(content, dtype=np.uint8)
        newlines = np.flatnonzero(array == _LINE_FEED)
        _refuse_long_lines(newlines, len(content))
        delimiters = np.flatnonzero(array == ord(layout.delimiter))
        ends = newlines
        if is_quoted and b'"' in content:
            quotes = np.flatnonzero(array == _QUOTE)
            ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
            delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
        is_last_open = not content.endswith(b"\n")
        if is_last_open:
            ends = np.append(ends, len(content))
        cut = int(ends[-1]) + 1 if ends.size else 0
        rest = content[cut:]
        if len(rest) > LONGEST_RECORD:
            raise FileRefused("quote_unclosed", found=line + int(np.searchsorted(newlines, cut)))
        if not ends.size:
            continue
        starts = np.concatenate(([0], ends[:-1] + 1))
        lines = line + np.searchsorted(newlines, starts)
        line += int(np.searchsorted(newlines, cut))
        widths = np.diff(np.searchsorted(delimiters, ends), prepend=0) + 1
        frame = _parse(content[:cut], layout, widths, is_quoted=is_quoted)
        numbers = np.arange(number, number + len(starts))
        number += len(starts)
        frame = frame.with_columns(pl.Series("row_number", numbers, dtype=pl.Int32))
        is_data = numbers >= layout.first_row
        is_short = is_last_open and widths[-1] < layout.width and ends[-1] > starts[-1]
        if is_short and not layout.may_end_short:
            raise FileRefused("file_truncated", found=int(lines[-1]))
        yield frame.filter(pl.Series(is_data)), widths[is_data]
    if rest:
        raise FileRefused("quote_unclosed", found=line)


def _parse(content: bytes, layout: Layout, widths: Offsets, *, is_quoted: bool) -> pl.DataFrame:
    names = [f"c{position}" for position in range(layout.width)]
    header = layout.delimiter.join(names).encode() + b"\n"
    try:
        frame = pl.read_csv(
            io.BytesIO(header + content),
            separator=layout.delimiter,
            quote_char='"' if is_quoted else None,
            schema=dict.fromkeys(names, pl.String),
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:
        frame = pl.DataFrame()
    if frame.height == len(widths):
        return frame
    # The two counts of rows differ: trust the reference implementation of the format.
    try:
        text = io.StringIO(content.decode(), newline="")
        rows = list(csv.reader(text, delimiter=layout.delimiter))
    except csv.Error:
        raise FileRefused("quote_unclosed", found="?") from None
    if len(rows) != len(widths):
        raise FileRefused("line_ends_mixed")
    return _frame([[*row, *[""] * layout.width][: layout.width] for row in rows], names)


def _frame(rows: list[list[str]], names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _read_slowly(
    path: Path, form: TextForm, layout: Layout
) -> Iterator[tuple[pl.DataFrame, Offsets]]:
    names = [f"c{position}" for position in range(layout.width)]
    rows: list[list[str]] = []
    numbers: list[int] = []
    widths: list[int] = []
    try:
        text = (
            line
            for block in utf8_blocks(path, form)
            for line in io.StringIO(block.decode(), newline="\n")
        )
        last_lines: list[str] = []
        reader = csv.reader(_remembered(text, last_lines), delimiter=layout.delimiter)
        start = 1
        first_number = 1
        for ordinal, row in enumerate(reader):
            if ordinal == 0:
                first_number = number_of_first_row(last_lines[0])
            number = first_number + ordinal
            if number >= layout.first_row:
                rows.append([*row, *[""] * layout.width][: layout.width])
                widths.append(len(row))
                numbers.append(number)
            record, last_lines[:] = "".join(last_lines), []
            last = (start, record, len(row))
            start = reader.line_num + 1
            if len(rows) >= SLOW_BATCH:
                yield _slow_batch(rows, names, numbers), np.array(widths)
                rows, numbers, widths = [], [], []
        _refuse_incomplete(*last, layout)
    except csv.Error:
        raise FileRefused("quote_unclosed", found=start) from None
    if rows:
        yield _slow_batch(rows, names, numbers), np.array(widths)


def _slow_batch(rows: list[list[str]], names: list[str], numbers: list[int]) -> pl.DataFrame:
    return _frame(rows, names).with_columns(pl.Series("row_number", numbers, dtype=pl.Int32))


def _remembered(lines: Iterator[str], memory: list[str]) -> Iterator[str]:
    """Yield lines and keep those of one row, until the caller empties the memory."""
    size = 0
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise FileRefused("line_too_long", allowed="1 MB")
        size = size + len(line) if memory else len(line)
        memory.append(line)
        if size > LONGEST_RECORD:
            raise FileRefused("quote_unclosed", found=number - len(memory) + 1)
        yield line


def _refuse_incomplete(line: int, record: str, width: int, layout: Layout) -> None:
    """Refuse a file whose last record is cut off or inside quotation marks."""
    try:
        list(csv.reader([record], delimiter=layout.delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise FileRefused("quote_unclosed", found=line) from None
    is_short = not record.endswith("\n") and width < layout.width
    if is_short and not layout.may_end_short:
        raise FileRefused("file_truncated", found=line)


def batch_of(kind: str, layout: Layout, frame: pl.DataFrame, widths: Offsets) -> Batch:
    """Return the used columns of a frame as a batch; rows of another width are findings.

    Args:
        kind: Canonical name of the kind.
        layout: Which columns are used, and under which name.
        frame: What ``read_rows`` yielded.
        widths: The number of fields of every row of the frame.
    """
    named = [pl.col(f"c{position}").alias(name) for position, name in layout.columns.items()]
    used = frame.select("row_number", *named)
    is_right = pl.Series(widths == layout.width, dtype=pl.Boolean)
    if is_right.all():
        return Batch(kind, without_empty_rows(used))
    wrong = frame.with_columns(found=pl.Series(widths)).filter(~is_right)
    # A line of one empty field, or of none, is a blank line and no row.
    is_blank = (pl.col("found") <= 1) & (pl.col("c0").fill_null("").str.strip_chars() == "")
    wrong = wrong.filter(~is_blank).select("row_number", "found")
    return Batch(
        kind,
        without_empty_rows(used.filter(is_right)),
        finding_rows("row_width", wrong, kind, expected=layout.width),
        wrong.height,
    )


def without_empty_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that have a filled cell."""
    cells = pl.exclude("row_number")
    return rows.filter(pl.any_horizontal(cells.is_not_null() & (cells.str.strip_chars() != "")))
