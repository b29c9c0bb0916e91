"""The return file: a delivery as it was sent, with what is wrong and a proposal beside each row.

Same format, order, rows and columns, plus ``fout``, ``uitleg`` and ``voorstel``; personal columns
are masked, and so is every national number elsewhere. Nothing that a spreadsheet would run as a
formula is left so. A study guide or a message gets a list of its findings, as CSV.

Border: what is wrong was found by ``screening.py``; proposals are made in ``proposals.py``.
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines.deliveries.kinds import Kind, load_kinds, normalised_header
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.national_numbers import DIGITS, GAP
from pipelines.deliveries.own_table_contract import OwnTable
from pipelines.deliveries.proposals import with_proposals
from pipelines.deliveries.readers.csv_rows import (
    DELIMITERS,
    SEPARATOR_HINT,
    Layout,
    number_of_first_row,
    read_rows,
)
from pipelines.deliveries.readers.own_table import LINES_SEARCHED
from pipelines.deliveries.readers.sniffing import content_of
from pipelines.deliveries.readers.template_csv import find_layout, first_lines
from pipelines.deliveries.readers.text_blocks import LONGEST_LINE, TextForm, find_form, utf8_blocks
from pipelines.deliveries.reading import Source
from pipelines.deliveries.return_workbook import workbook_bytes
from pipelines.deliveries.rules import MASK, FileRefused, masked, masked_cells

# Below the data folder, one folder per reporting unit.
RETURN_FOLDER = "return"
FAULT_COLUMNS = ("fout", "uitleg", "voorstel")
# What a spreadsheet takes as the start of a formula, also in its full-width form.
FORMULA_START = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
# In a row whose cells have shifted nobody knows which one is the number of a person.
_LONG_NUMBER = r"\d{6,}"
_MANY_DIGITS = rf"\d(?:{GAP}\d){{{DIGITS - 2},}}"
_SEPARATOR = " | "
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
}
# Stands for a carriage return while the csv module reads; no character that a file can hold.
_RETURN = "\ufdd0"
# The end of the name of a return file tells deliveries of the same name apart.
DIGITS_IN_NAME = 16
# Bytes; with kind, digits and suffix it stays below the 255 that a file name may have.
LONGEST_STEM = 180
_DIGITS = re.compile(f"-([0-9a-f]{{{DIGITS_IN_NAME}}})[.][a-z]+")
LIST_COLUMNS = ("soort", "rij", "kolom", *FAULT_COLUMNS)


def write_return_file(
    source: Source, findings: pl.DataFrame, folder: Path, stem: str, readers: LimitedReaders
) -> Path | None:
    """Write the return file of a delivery with rejected rows and return its path.

    Args:
        source: The delivery, as it was read.
        findings: What was found, with ``proposal``.
        folder: Where it is written; made when it is not there.
        stem: Its name without suffix.
        readers: The limited child process for what a library must unpack.

    Returns:
        None when no row has an error: then there is nothing to return.

    Raises:
        FileRefused: The file is another than the one that was read.
    """
    about_rows = findings.filter(pl.col("row_number") > 0)
    if about_rows.filter(pl.col("severity") == "error").is_empty():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    suffix = ".csv"
    blocks: Iterator[bytes]
    if is_workbook(source):
        suffix = ".xlsx"
        blocks = iter([workbook_bytes(source, about_rows, _per_row(about_rows), readers)])
    elif source.claim.format == "template_csv":
        blocks = _template_lines(source, about_rows)
    elif source.table is not None:
        blocks = _own_lines(source, source.table, about_rows)
    else:
        blocks = _list_of_findings(about_rows)
    path = folder / f"{stem}{suffix}"
    _write_whole(path, blocks)
    return path


def return_to_sender(
    source: Source,
    findings: pl.DataFrame,
    folder: "ReturnFolder",
    stem: str,
    sha256: str,
    readers: LimitedReaders,
) -> list[str]:
    """Write the return file of the nightly run; a failure is a note and never stops the run.

    Args:
        source: The delivery, as it was read.
        findings: What was found.
        folder: The folder of the reporting unit below ``data/return``.
        stem: Masked name of the delivery, without suffix.
        sha256: Hash of its bytes, which tells files of the same name apart.
        readers: The limited child process.
    """
    stem = stem.encode()[:LONGEST_STEM].decode(errors="ignore")
    if source.claim.kind and folder.files_of(sha256):
        stem = f"{stem}-{source.claim.kind}"
    try:
        proposed = with_proposals(findings, source.sender)
        path = write_return_file(
            source, proposed, folder.path, f"{stem}-{sha256[:DIGITS_IN_NAME]}", readers
        )
    except (OSError, FileRefused):
        return [f"Het verbeterbestand van {stem} kon niet worden geschreven in {folder.path.name}."]
    if path is not None:
        folder.add(path, sha256)
    return []


class ReturnFolder:
    """The return files of one reporting unit, listed once: thousands of files may have one each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: dict[str, set[Path]] = {}
        for file in path.iterdir() if path.is_dir() else ():
            found = _DIGITS.search(file.name)
            if found:
                self._files.setdefault(found[1], set()).add(file)

    def files_of(self, sha256: str) -> list[Path]:
        """Return the return files of a delivery, by name."""
        return sorted(self._files.get(sha256[:DIGITS_IN_NAME], ()))

    def add(self, path: Path, sha256: str) -> None:
        """Note that a return file was written."""
        self._files.setdefault(sha256[:DIGITS_IN_NAME], set()).add(path)

    def clear(self, sha256: str) -> None:
        """Remove the return files of a delivery, before it is read again."""
        for outdated in self._files.pop(sha256[:DIGITS_IN_NAME], ()):
            outdated.unlink(missing_ok=True)


def is_workbook(source: Source) -> bool:
    """Return whether a delivery was read as a workbook."""
    if source.claim.format == "template_xlsx":
        return True
    return source.table is not None and content_of(source.path) == "zip"


def neutralised(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: those get an apostrophe in front."""
    return f"'{text}" if re.match(FORMULA_START, text) else text


def _neutral(text: pl.Expr) -> pl.Expr:
    is_formula = text.str.contains(FORMULA_START).fill_null(value=False)
    return pl.when(~is_formula).then(text).otherwise(pl.lit("'") + text)


def _write_whole(path: Path, blocks: Iterator[bytes]) -> None:
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as file:
            for block in blocks:
                file.write(block)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _per_row(findings: pl.DataFrame) -> pl.DataFrame:
    """Return one line per faulty row: ``row_number`` and the three added columns."""
    column = pl.col("column_name").fill_null("rij")
    is_warning = pl.col("severity") == "warning"
    fault = pl.when(is_warning).then(pl.concat_str(pl.lit("let op: "), column)).otherwise(column)
    proposal = pl.when(pl.col("proposal").is_not_null()).then(
        pl.concat_str(column, pl.lit(": "), "proposal")
    )
    return (
        findings.select(
            "kind",
            "row_number",
            "severity",
            fout=pl.concat_str(fault, pl.lit(" ("), "rule_id", pl.lit(")")),
            uitleg="message_nl",
            voorstel=proposal,
        )
        .sort("row_number", "severity", maintain_order=True)
        .group_by("kind", "row_number", maintain_order=True)
        .agg(pl.col(name).drop_nulls().str.join(_SEPARATOR) for name in FAULT_COLUMNS)
        .with_columns(pl.col(name).replace("", None) for name in FAULT_COLUMNS)
    )


def _template_lines(source: Source, findings: pl.DataFrame) -> Iterator[bytes]:
    """Yield a CSV file as sent, in its own delimiter and encoding, with the added columns."""
    kind = load_kinds()[source.claim.kind]
    form = find_form(source.path, source.contract.encoding)
    layout = find_layout(source.path, form, kind, source.contract.delimiter)
    encode = _Encoder(source.path, form.encoding)
    lines = first_lines(source.path, form)
    start = _header_line(lines)
    style = _style(lines, start, layout.delimiter, form)
    for line in lines[:start]:
        yield encode(masked(line.rstrip("\r\n")) + style.line_end)
    header = next(csv.reader(lines[start:], delimiter=layout.delimiter))
    yield encode(_csv_row([*(masked(cell) for cell in header), *FAULT_COLUMNS], style))
    faults = _per_row(findings).drop("kind")
    surplus = _surplus(source.path, form, layout) if _has_wide_rows(findings) else {}
    shifted = set(findings.filter(pl.col("rule_id") == "row_width")["row_number"])
    for frame, _ in read_rows(source.path, form, layout):
        joined = frame.join(faults, on="row_number", how="left", maintain_order="left")
        cells = joined.select(
            "row_number",
            *(_cell(position, layout, kind, shifted) for position in range(layout.width)),
            *FAULT_COLUMNS,
        )
        if surplus:
            cells = _with_surplus(cells, surplus, layout)
        cells = cells.select(_neutral(pl.exclude("row_number")))
        if style.quotes_all:
            cells = cells.fill_null("")
        yield encode(
            cells.write_csv(
                separator=style.delimiter,
                include_header=False,
                line_terminator=style.line_end,
                quote_style="always" if style.quotes_all else "necessary",
            )
        )


class _Encoder:
    """Gives text the encoding and byte order of the delivery; a byte-order mark comes once."""

    def __init__(self, path: Path, encoding: str) -> None:
        with path.open("rb") as file:
            start = file.read(4)
        marks = {mark: name for mark, name in _MARKS.items() if start.startswith(mark)}
        self.mark = max(marks, key=len, default=b"")
        self.encoding = marks.get(self.mark, encoding)

    def __call__(self, text: str) -> bytes:
        mark, self.mark = self.mark, b""
        return mark + text.encode(self.encoding, errors="replace")


@dataclass(frozen=True)
class _Style:
    """How the lines of a CSV file are written."""

    delimiter: str
    line_end: str
    quotes_all: bool


def _style(lines: list[str], start: int, delimiter: str, form: TextForm) -> _Style:
    """Return how the lines from a header on are written; its first rows speak for all."""
    line_end = "\r\n" if lines[start].endswith("\r\n") else "\n"
    records = list(itertools.islice(csv.reader(lines[start:], delimiter=delimiter), 2))
    every = io.StringIO(newline="")
    writer = csv.writer(every, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=line_end)
    writer.writerows(records)
    quotes_all = "".join(lines[start:]).startswith(every.getvalue().removesuffix(line_end))
    return _Style(delimiter, "\r" if form.has_old_line_ends else line_end, quotes_all)


def _header_line(lines: list[str]) -> int:
    """Return the index of the header: above it are blank lines and a hint at the delimiter."""
    return next(
        index
        for index, line in enumerate(lines)
        if line.strip() and not line.strip().lower().startswith(SEPARATOR_HINT)
    )


def _csv_row(cells: list[str], style: _Style) -> str:
    text = io.StringIO(newline="")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if style.quotes_all else csv.QUOTE_MINIMAL
    # The module quotes only the characters of the line end that it was given.
    writer = csv.writer(text, delimiter=style.delimiter, quoting=quoting, lineterminator="\r\n")
    writer.writerow([neutralised(cell) for cell in cells])
    return text.getvalue().removesuffix("\r\n") + style.line_end


def _masked_shifted(text: pl.Expr) -> pl.Expr:
    """Return a cell of which nobody knows the column, without anything that may be a number."""
    without_groups = masked_cells(text).str.replace_all(_MANY_DIGITS, MASK)
    return without_groups.str.replace_all(_LONG_NUMBER, MASK)


def _shifted(text: str) -> str:
    """Return one cell as ``_masked_shifted`` does a column."""
    return re.sub(_LONG_NUMBER, MASK, re.sub(_MANY_DIGITS, MASK, masked(text)))


def _cell(position: int, layout: Layout, kind: Kind, shifted: set[int]) -> pl.Expr:
    name = f"c{position}"
    canonical = layout.columns.get(position)
    text = pl.col(name)
    if canonical is not None and kind.column(canonical).personal:
        is_filled = text.is_not_null() & (text.str.strip_chars() != "")
        return pl.when(is_filled).then(pl.lit(MASK)).alias(name)
    hidden = masked_cells(text)
    if shifted and kind.holds_people:
        is_shifted = pl.col("row_number").is_in(sorted(shifted))
        hidden = pl.when(is_shifted).then(_masked_shifted(text)).otherwise(hidden)
    return hidden.alias(name)


def _has_wide_rows(findings: pl.DataFrame) -> bool:
    return not findings.filter(pl.col("rule_id") == "row_width").is_empty()


def _surplus(path: Path, form: TextForm, layout: Layout) -> dict[int, list[str]]:
    """Return per row number the fields beyond the header, which the reader cuts off."""
    return {
        number: row[layout.width :]
        for number, row in _records(path, form, layout.delimiter)
        if len(row) > layout.width and number >= layout.first_row
    }


def _records(path: Path, form: TextForm, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a CSV file with their row number, of whatever width.

    Raises:
        FileRefused: The file is no CSV in the eyes of Python's own module.
    """
    # A carriage return amid a line is no line end for the readers; the module would stop at it.
    text = (
        line.replace("\r", _RETURN)
        for block in utf8_blocks(path, form)
        for line in io.StringIO(block.decode(), newline="\n")
    )
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        reader = csv.reader(text, delimiter=delimiter)
        first = number_of_first_row(next(iter(first_lines(path, form)), ""))
        for number, row in enumerate(reader, start=first):
            if row:
                row[-1] = row[-1].removesuffix(_RETURN)
            cells = [cell.replace(_RETURN, "\r") for cell in row]
            yield number, [] if cells == [""] else cells
    except csv.Error:
        raise FileRefused("quote_unclosed", found="?") from None
    finally:
        csv.field_size_limit(before)


def _with_surplus(
    cells: pl.DataFrame, surplus: dict[int, list[str]], layout: Layout
) -> pl.DataFrame:
    """Put the fields beyond the header in the last column, so that the added ones stay in line."""
    last = f"c{layout.width - 1}"
    tails = pl.DataFrame(
        {"row_number": list(surplus), "tail": [layout.delimiter.join(v) for v in surplus.values()]},
        schema={"row_number": pl.Int32, "tail": pl.String},
    )
    # A number may be cut in two by the delimiter; which of these fields is whose, nobody knows.
    hidden = _masked_shifted(pl.col("tail"))
    whole = pl.concat_str(pl.col(last).fill_null(""), pl.lit(layout.delimiter), hidden)
    return (
        cells.join(tails, on="row_number", how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("tail").is_null()).then(last).otherwise(whole).alias(last))
        .drop("tail")
    )


def _own_lines(source: Source, table: OwnTable, findings: pl.DataFrame) -> Iterator[bytes]:
    """Yield an own table as sent: titles, subtotals and all, with the added columns.

    Read by Python's own module, which keeps lines of every width.
    """
    form = find_form(source.path, table.encoding or source.contract.encoding)
    lines = first_lines(source.path, form)
    declared = table.delimiter or source.contract.delimiter
    wanted = {normalised_header(name) for name in table.source_headers}
    candidates = [
        (sum(normalised_header(cell) in wanted for cell in row), len(row), sign, number, row)
        for sign in ([declared] if declared else DELIMITERS)
        for number, row in enumerate(csv.reader(lines[:LINES_SEARCHED], delimiter=sign))
    ]
    _, width, delimiter, header_index, header = max(candidates, key=lambda found: found[:2])
    style = _style(lines, _line_of(lines, delimiter, header_index), delimiter, form)
    kind = load_kinds()[table.kind]
    headers = {normalised_header(cell): position for position, cell in enumerate(header)}
    personal = {
        headers.get(normalised_header(source.sender.label(column)), -1)
        for column in kind.columns
        if column.personal
    }
    added: dict[int, list[str | None]] = {
        number: texts for _, number, *texts in _per_row(findings).iter_rows()
    }
    encode = _Encoder(source.path, form.encoding)
    for index, (number, row) in enumerate(_records(source.path, form, delimiter)):
        is_shifted = index > header_index and len(row) != width
        hide = _shifted if is_shifted and (kind.holds_people or len(row) > width) else masked
        cells = [
            MASK if position in personal and cell.strip() and index > header_index else hide(cell)
            for position, cell in enumerate(row)
        ]
        tail = [*FAULT_COLUMNS] if index == header_index else added.get(number, [])
        if tail:
            cells += [""] * (width - len(cells))
            cells[width - 1 :] = [hide(delimiter.join(cells[width - 1 :]))]
            cells += [text or "" for text in tail]
        yield encode(_csv_row(cells, style))


def _line_of(lines: list[str], delimiter: str, index: int) -> int:
    """Return the index of the line on which a record starts."""
    reader = csv.reader(lines, delimiter=delimiter)
    for _ in range(index):
        next(reader)
    return reader.line_num


def _list_of_findings(findings: pl.DataFrame) -> Iterator[bytes]:
    """Yield a list of findings, for formats that have no rows and columns of their own."""
    kinds: dict[str, Any] = {kind.name: kind.template_name for kind in load_kinds().values()}
    table = findings.select(
        pl.col("kind").replace(kinds).alias("soort"),
        pl.col("row_number").cast(pl.String).alias("rij"),
        pl.col("column_name").alias("kolom"),
        pl.concat_str(
            pl.when(pl.col("severity") == "warning").then(pl.lit("let op: ")).otherwise(pl.lit("")),
            "rule_id",
        ).alias("fout"),
        pl.col("message_nl").alias("uitleg"),
        pl.col("proposal").alias("voorstel"),
    )
    yield table.select(_neutral(pl.all())).write_csv(separator=";").encode("utf-8-sig")
