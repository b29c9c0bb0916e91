"""Workbooks for tests, good and hostile, written at test time.

Border: what a test expects of them stands in the test.
"""

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

Cell = str | float | bool | dt.date | None
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    merges: Sequence[str] = (),
) -> Path:
    """Write a workbook as a spreadsheet program would; merged cells go into the first sheet."""
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, dt.datetime):
                        sheet.write_datetime(number, column, value, moment)
                    elif isinstance(value, dt.date):
                        sheet.write_datetime(number, column, value, day)
                    elif value is not None:
                        sheet.write(number, column, value)
    if not merges:
        return path
    # Written by hand: the library refuses merges over cells that are filled.
    part = "xl/worksheets/sheet1.xml"
    listed = "".join(f'<mergeCell ref="{merge}"/>' for merge in merges)
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(part).decode()
    merged = xml.replace("</sheetData>", f"</sheetData><mergeCells>{listed}</mergeCells>")
    return with_part(path, part, merged.encode())


def with_sheet_xml(path: Path, rows: str, start: str = "", end: str = "") -> Path:
    """Replace the rows of the first sheet of a new workbook by this XML."""
    write_workbook(path, {"aanbod": [["x"]]})
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>{start}<worksheet xmlns="{NAMESPACE}">'
        f"<sheetData>{rows}</sheetData>{end}</worksheet>"
    )
    return with_part(path, "xl/worksheets/sheet1.xml", xml.encode())


def with_part(path: Path, name: str, content: bytes) -> Path:
    """Replace, or add, one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, old in (parts | {name: content}).items():
            archive.writestr(each, content if each == name else old)
    return path
