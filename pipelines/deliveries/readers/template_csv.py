"""Reader of the standard template as CSV.

Border: how a CSV file becomes rows stands in ``csv_rows.py``; what a cell may hold is screened in
``screening.py``.
"""

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import Kind
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.csv_rows import (
    DELIMITERS,
    SEPARATOR_HINT,
    Layout,
    batch_of,
    first_record,
    no_rows,
    number_of_first_row,
    read_rows,
)
from pipelines.deliveries.readers.template_header import count_known, match_header
from pipelines.deliveries.readers.text_blocks import (
    LONGEST_LINE,
    TextForm,
    encoding_notes,
    find_form,
    utf8_blocks,
)
from pipelines.deliveries.rules import FileRefused, finding, no_findings

# A header stands far before this line.
MOST_FIRST_LINES = 1000


def read_template(path: Path, kind: Kind, contract: Contract) -> Iterator[Batch]:
    """Yield the rows of one template file in batches; with the row numbers of a spreadsheet.

    Args:
        path: The file, not empty.
        kind: The kind that the file name says it is.
        contract: The sender's contract (encoding, delimiter).

    Raises:
        FileRefused: The file cannot be read as this kind. Batches yielded before that moment must
            be thrown away.
    """
    form = find_form(path, contract.encoding)
    layout = find_layout(path, form, kind, contract.delimiter)
    notes = [no_findings(), *encoding_notes(form, kind.name)]
    notes += [
        finding("header_unknown", kind=kind.name, column_name=name, found=name)
        for name in layout.unknown
    ]
    yield Batch(kind.name, no_rows(layout), pl.concat(notes))
    has_rows = False
    for frame, widths in read_rows(path, form, layout):
        batch = batch_of(kind.name, layout, frame, widths)
        has_rows = has_rows or batch.rows.height > 0 or batch.unreadable_count > 0
        yield batch
    if not has_rows:
        raise FileRefused("header_only")


def find_layout(path: Path, form: TextForm, kind: Kind, delimiter: str | None) -> Layout:
    """Return where the columns of a kind stand, from the header.

    Header names match whatever their case, spaces, accents, hyphens and underscores.

    Raises:
        FileRefused: A required column is missing, a column is repeated or there are too many.
    """
    lines = first_lines(path, form)
    number = number_of_first_row(lines[0] if lines else "")
    skipped = 0
    while lines and (not lines[0].strip() or lines[0].strip().lower().startswith(SEPARATOR_HINT)):
        lines.pop(0)
        skipped += 1
    if not lines:
        raise FileRefused("file_empty")
    try:
        candidates = [
            first_record(lines, sign) for sign in ([delimiter] if delimiter else DELIMITERS)
        ]
    except csv.Error:
        raise FileRefused("quote_unclosed", found=skipped + 1) from None
    sign, header = max(candidates, key=lambda found: count_known(found[1], kind))
    columns, unknown = match_header(header, kind)
    return Layout(sign, len(header), columns, unknown, number + skipped + 1)


def first_lines(path: Path, form: TextForm) -> list[str]:
    """Return the lines at the start of a text file: at most a thousand, of about two megabytes.

    Raises:
        FileRefused: One of them is longer than a megabyte.
    """
    first_block = next(utf8_blocks(path, form), b"")
    start = first_block[: 2 * LONGEST_LINE].decode("utf-8", errors="replace")
    lines = list(itertools.islice(io.StringIO(start, newline=""), MOST_FIRST_LINES))
    if any(len(line) > LONGEST_LINE for line in lines):
        raise FileRefused("line_too_long", allowed="1 MB")
    return lines
