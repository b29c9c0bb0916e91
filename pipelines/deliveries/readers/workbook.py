"""Cells of a worksheet as text, every row with the number that the spreadsheet shows.

Numbers have no artefacts: ``3.0`` is ``3``, ``0.1+0.2`` is ``0.3`` (nine decimals are kept). A cell
formatted as a date is ISO text, with its time only where it has one; a day number without a format
stays a number. Yes and no are ``true`` and ``false``.

Border: whether the file may be opened at all is decided in ``workbook_sniff.py``; which columns a
sheet should have is known by the reader that calls this module.
"""

from pathlib import Path

import fastexcel
import polars as pl

from pipelines.deliveries.parsing import is_ambiguous_number
from pipelines.deliveries.readers.workbook_sniff import NO_VALUE, Sheet, cell_name
from pipelines.deliveries.rules import FileRefused, finding_rows

MIDNIGHT = " 00:00:00"


def read_cells(path: Path, sheet: Sheet) -> pl.DataFrame:
    """Return every row of a scanned sheet as text.

    Args:
        path: The workbook, scanned.
        sheet: The sheet, with the place of its cells filled in.

    Returns:
        ``row_number`` (1 is the first row of the sheet) and ``c0``, ``c1`` … for columns A, B … up
        to the last filled one; null where a cell is empty.

    Raises:
        FileRefused: The library cannot read what the sniff accepted.
    """
    width = sheet.last_column + 1
    names = [f"c{position}" for position in range(width)]
    if not sheet.last_row:
        return pl.DataFrame(schema={"row_number": pl.Int32, **dict.fromkeys(names, pl.String)})
    try:
        loaded = fastexcel.read_excel(path).load_sheet(
            sheet.name, header_row=None, skip_rows=0, dtypes="string"
        )
        frame = loaded.to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, ValueError):
        # The text of the exception may hold a value of a cell.
        raise FileRefused("workbook_damaged") from None
    if (frame.width, frame.height) != (width - sheet.first_column, sheet.last_row):
        raise FileRefused("workbook_damaged")
    is_midnight = pl.col(pl.String).str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2} 00:00:00$")
    text = pl.when(is_midnight).then(pl.col(pl.String).str.strip_suffix(MIDNIGHT))
    cells = frame.rename(
        dict(zip(frame.columns, names[sheet.first_column :], strict=True))
    ).with_columns(text.otherwise(pl.col(pl.String)))
    return cells.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("row_number"),
        *(
            pl.col(name) if position >= sheet.first_column else pl.lit(None, pl.String).alias(name)
            for position, name in enumerate(names)
        ),
    )


def with_numbers_told_apart(cells: pl.DataFrame, sheet: Sheet, columns: set[int]) -> pl.DataFrame:
    """Return cells in which a number with three decimals has a fourth: ``1.234`` is ``1.2340``.

    A text with that content can mean a thousand and more; a number cannot.

    Args:
        cells: What ``read_cells`` returned, or some rows of it.
        sheet: The sheet, scanned.
        columns: Positions of the columns that hold numbers.
    """
    told_apart = []
    for position in sorted(columns & set(sheet.fractions)):
        cell = pl.col(f"c{position}")
        rows = pl.Series(sheet.fractions[position], dtype=pl.Int32)
        is_number = pl.col("row_number").is_in(rows.implode()) & is_ambiguous_number(cell)
        told_apart.append(
            pl.when(is_number).then(cell + "0").otherwise(cell).alias(cell.meta.output_name())
        )
    return cells.with_columns(told_apart)


def broken_rows(
    sheet: Sheet, columns: set[int], first_row: int, kind: str
) -> tuple[pl.DataFrame, set[int]]:
    """Return findings about cells without a usable value, and the numbers of their rows.

    Args:
        sheet: The sheet, scanned.
        columns: Positions of the columns that are used.
        first_row: The first row after the header.
        kind: Canonical name of the kind.
    """
    used = {
        place: value
        for place, value in sorted(sheet.broken.items())
        if place[0] >= first_row and place[1] in columns
    }
    tables = []
    for rule_id, wanted in (("cell_without_value", True), ("cell_error", False)):
        places = [place for place, value in used.items() if (value == NO_VALUE) == wanted]
        rows = pl.DataFrame(
            {
                "row_number": [row for row, _ in places],
                "found": [cell_name(*place) for place in places],
                "value": [used[place] for place in places],
            },
            schema={"row_number": pl.Int32, "found": pl.String, "value": pl.String},
        )
        tables.append(finding_rows(rule_id, rows, kind))
    return pl.concat(tables).sort("row_number"), {row for row, _ in used}


def merged_cells(sheet: Sheet, columns: set[int], first_row: int, kind: str) -> pl.DataFrame:
    """Return findings about merged cells below the header, of which only the first has a value.

    Args:
        sheet: The sheet, scanned.
        columns: Positions of the columns that are used.
        first_row: The first row after the header.
        kind: Canonical name of the kind.
    """
    rows: dict[int, str] = {}
    for merge in sheet.merges:
        used = columns & set(range(merge.first_column, merge.last_column + 1))
        if not used:
            continue
        for row in range(max(merge.first_row, first_row), min(merge.last_row, sheet.last_row) + 1):
            if row > merge.first_row or used - {merge.first_column}:
                rows.setdefault(row, merge.name)
    table = pl.DataFrame(
        {"row_number": list(rows), "found": list(rows.values())},
        schema={"row_number": pl.Int32, "found": pl.String},
    )
    return finding_rows("cells_merged", table.sort("row_number"), kind)
