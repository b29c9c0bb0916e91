"""The tables as CSV for spreadsheets, one file each.

Border: workbooks are not made here.
"""

import csv
import io
import unicodedata

from pipelines.answers.document import Answer, Table, plain

# A spreadsheet takes a cell that begins with one of these for a formula or a command, some also
# after blanks, and in some languages in their wide forms.
FORMULA_STARTS = ("=", "+", "-", "@")
CONTROL_STARTS = ("\t", "\r", "\n")
CSV_FOLDER = "tabellen"


def table_csv(table: Table, answer: Answer) -> bytes:
    """Return a table as CSV for spreadsheets: UTF-8 with mark, semicolons, no formulas.

    Where the data are synthetic the first column of every row says so.
    """
    stamp = (answer.banner,) if answer.banner else ()
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutralised(cell) for cell in (*stamp, *table.flat_columns())])
    for row in table.rows:
        cells = [plain(cell) for cell in row.cells]
        writer.writerow([neutralised(cell) for cell in (*stamp, *cells)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def neutralised(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if looks_like_formula(cell) else cell


def looks_like_formula(cell: str) -> bool:
    """Return whether some spreadsheet would calculate a cell instead of showing it."""
    if cell[:1].isalnum():
        return False
    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return first in FORMULA_STARTS or cell.startswith(CONTROL_STARTS)
