"""Cells of a workbook that are no text: what they hold and how the spreadsheet shows it.

Serves the return file, which must be the table as it was sent: a number stays a number, a date a
date, and a formula without a value or an error is shown as what was found.

Border: screening reads every cell as text (``workbook.py``); whether a workbook may be opened is
decided in ``workbook_sniff.py``.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import polars as pl

from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.safe_xml import (
    Element,
    children,
    descendants,
    parse_xml,
    refuse_doctype,
)
from pipelines.deliveries.readers.workbook_sniff import (
    LARGEST_INDEX,
    column_number,
    open_archive,
    scan,
    sheet_parts,
)
from pipelines.deliveries.rules import FileRefused

SCHEMA: dict[str, Any] = {
    "row_number": pl.Int32,
    "position": pl.Int32,
    "type": pl.String,
    "value": pl.String,
    "format": pl.String,
}
# Marks the row of a sheet whose days count from 1904.
DAYS_FROM_1904 = "1904"
_CHUNK = 1024 * 1024
_STYLES, _WORKBOOK = "xl/styles.xml", "xl/workbook.xml"
_TYPES = {"": "number", "n": "number", "b": "boolean", "e": "error"}


def typed_cells(path: Path) -> Iterator[Batch]:
    """Yield per filled sheet the cells that are no text; the kind is the name of the sheet.

    ``type`` is number, boolean, error or formula (one without a value, or with an empty one);
    ``value`` is as the file has it; ``format`` is the number format: its code, or the number of a
    built-in one.

    Args:
        path: The workbook; a function of a module, so that the limited child can run it.

    Raises:
        FileRefused: The workbook cannot be read.
    """
    sheets = [scan(path, part) for part in sheet_parts(path)]
    with open_archive(path) as archive:
        formats = _formats(archive)
        properties = descendants(_root(archive, _WORKBOOK), "workbookPr")
        has_1904 = any(each.get("date1904") in ("1", "true") for each in properties)
        for sheet in sheets:
            if not sheet.is_empty:
                walk = _Walk(formats)
                walk.read(archive, sheet.part)
                if has_1904:
                    walk.found.append((0, 0, DAYS_FROM_1904, "", ""))
                yield Batch(sheet.name, pl.DataFrame(walk.found, schema=SCHEMA, orient="row"))


def _root(archive: zipfile.ZipFile, part: str) -> Element:
    """Return the root of a part, or of an empty document when it is not there or too large."""
    try:
        with archive.open(part) as file:
            content = file.read(LARGEST_INDEX)
        return parse_xml(content)
    except (KeyError, FileRefused):
        return parse_xml(b"<x/>")


def _formats(archive: zipfile.ZipFile) -> list[str]:
    """Return the number format per style of a cell."""
    root = _root(archive, _STYLES)
    codes = {
        each.get("numFmtId", ""): each.get("formatCode", "") for each in descendants(root, "numFmt")
    }
    numbers = [
        style.get("numFmtId", "0") for styles in children(root, "cellXfs") for style in styles
    ]
    return [codes.get(number, number) for number in numbers]


class _Walk:
    """One pass over the XML of a sheet that the sniff has accepted."""

    def __init__(self, formats: list[str]) -> None:
        self.formats = formats
        self.found: list[tuple[int, int, str, str, str]] = []
        self.row = 0
        self.column = -1
        self.attributes: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.columns: dict[str, int] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        refuse_doctype(self.parser)

    def read(self, archive: zipfile.ZipFile, part: str) -> None:
        """Take in a sheet.

        Raises:
            FileRefused: It is damaged.
        """
        try:
            with archive.open(part) as file:
                while chunk := file.read(_CHUNK):
                    self.parser.Parse(chunk, False)
                self.parser.Parse(b"", True)
        except (expat.ExpatError, zipfile.BadZipFile, OSError, EOFError, LookupError, ValueError):
            raise FileRefused("workbook_damaged") from None

    def _start(self, raw_name: str, attributes: dict[str, str]) -> None:
        name = raw_name.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
        elif name == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            if letters not in self.columns:
                self.columns[letters] = column_number(letters) if letters else -1
            self.column = self.columns[letters] if letters else self.column + 1
            self.attributes, self.texts = attributes, {}
        elif name in ("v", "f"):
            self.texts[name] = ""
            self.parser.CharacterDataHandler = lambda text: self._add(name, text)

    def _add(self, name: str, text: str) -> None:
        self.texts[name] += text

    def _end(self, raw_name: str) -> None:
        name = raw_name.rpartition(":")[2]
        if name in ("v", "f"):
            self.parser.CharacterDataHandler = None
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        value = self.texts.get("v", "")
        kind = _TYPES.get(self.attributes.get("t", ""), "")
        if "f" in self.texts and not value:
            kind, value = "formula", f"={self.texts['f']}"
        if kind and value:
            style = int(self.attributes.get("s", "0"))
            form = self.formats[style] if style < len(self.formats) else "0"
            self.found.append((self.row, self.column, kind, value, form))
