"""Whether a workbook is safe to open, and where its cells are, before any library opens it.

Measured: a workbook of 4.6 kB with one far cell makes fastexcel ask for 512 GB and aborts the whole
process, without an exception; error values and formulas that were never calculated come out as
empty cells without a word. So the ZIP totals are checked first, and expat walks over every cell of
every sheet.

Border: the values of cells are read in ``workbook.py``.
"""

import contextlib
import re
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from pipelines.deliveries.readers.csv_rows import MOST_COLUMNS
from pipelines.deliveries.readers.safe_xml import (
    descendants,
    local_name,
    parse_xml,
    refuse_doctype,
)
from pipelines.deliveries.readers.sniffing import NAMES_NL, content_of
from pipelines.deliveries.rules import FileRefused

MOST_ENTRIES = 2_000
MOST_UNPACKED = 1024**3
LARGEST_RATIO = 200
# Reading asks 32 bytes per cell of the rectangle, filled or not, and as much again as text.
MOST_CELLS = 20_000_000
MOST_BROKEN_CELLS = 100_000
LARGEST_INDEX = 16 * 1024**2
_CHUNK = 1024 * 1024
_PROLOG = 64 * 1024
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
# A cell with a value and nothing else, as most cells of most sheets are.
_PLAIN_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="[0-9]+")?(?: t="(?:s|n|b|str)")?>'
    rb"<v>[^<]+</v></c>"
)
_FRACTION = rb"-?[0-9]+(?:\.[0-9]{3,}|(?:\.[0-9]*)?[Ee][+-]?[0-9]+)"
_FRACTION_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="[0-9]+")?(?: t="n")?><v>' + _FRACTION + rb"</v></c>"
)
_FRACTION_TEXT = re.compile(_FRACTION.decode())
_WORKBOOK = "xl/workbook.xml"
NO_VALUE = "="


@dataclass(frozen=True)
class Range:
    """A rectangle of merged cells; rows from 1, columns from 0."""

    name: str
    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass
class Sheet:
    """One worksheet and where its filled cells are; rows from 1, columns from 0.

    Attributes:
        name: The name on the tab.
        part: Its path inside the ZIP.
        first_column: First column with a filled cell.
        last_row: Last row with a filled cell; 0 when the sheet is empty.
        last_column: Last column with a filled cell.
        merges: Merged cells.
        broken: Per row and column, the error value of a cell, or ``=`` for a formula that was
            never calculated.
        fractions: Per column the rows whose cell is a number with three decimals or more; it may
            look like a text in which the point separates thousands.
    """

    name: str
    part: str
    first_column: int = MOST_COLUMNS
    last_row: int = 0
    last_column: int = -1
    merges: list[Range] = field(default_factory=list)
    fractions: dict[int, "array[int]"] = field(default_factory=dict)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no cell is filled, not even with a formula."""
        return self.last_row == 0 and not self.broken


def sheet_parts(path: Path) -> list[Sheet]:
    """Return the worksheets of a workbook by name, unread.

    Raises:
        FileRefused: The file is not a workbook that may be opened.
    """
    with open_archive(path) as archive:
        return _sheets(archive)


def scan(path: Path, sheet: Sheet) -> Sheet:
    """Fill in where the cells of a sheet are.

    Raises:
        FileRefused: A cell stands too far away, or the sheet is damaged.
    """
    with open_archive(path) as archive:
        walk = _Walk(sheet)
        for chunk in _chunks(archive, sheet.part):
            walk.feed(chunk)
        walk.close()
    return sheet


def open_archive(path: Path) -> zipfile.ZipFile:
    """Return the ZIP archive that a workbook is, after the checks of its totals.

    Raises:
        FileRefused: Another kind of file, a password, damage, or more unpacked than is allowed.
    """
    content = content_of(path)
    if content == "empty":
        raise FileRefused("file_empty")
    if content == "ole":
        raise FileRefused("workbook_password" if _is_encrypted(path) else "workbook_old_format")
    if content != "zip":
        raise FileRefused("content_not_workbook", found=NAMES_NL[content])
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        raise FileRefused("workbook_damaged") from None
    try:
        _refuse_totals(archive)
        _refuse_doctypes(archive)
    except BaseException:
        archive.close()
        raise
    return archive


def _is_encrypted(path: Path) -> bool:
    """Return whether an OLE file holds a workbook behind a password."""
    name = "EncryptedPackage".encode("utf-16-le")
    with path.open("rb") as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            if name in tail + chunk:
                return True
            tail = chunk[-len(name) :]
    return False


def _refuse_totals(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise FileRefused("workbook_bomb", found=f"{len(entries)} onderdelen")
    if unpacked > MOST_UNPACKED:
        raise FileRefused("workbook_bomb", found=f"{unpacked // 1024**2} MB uitgepakt")
    if unpacked > LARGEST_RATIO * max(packed, 1):
        raise FileRefused("workbook_bomb", found=f"{unpacked // max(packed, 1)} maal zo groot")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("workbook_password")
    names = [entry.filename for entry in entries]
    if _WORKBOOK not in names:
        raise FileRefused("content_not_workbook", found=NAMES_NL["zip"])
    if len(set(names)) < len(names) or any(e.compress_type not in _READABLE for e in entries):
        raise FileRefused("workbook_damaged")


def _refuse_doctypes(archive: zipfile.ZipFile) -> None:
    """Refuse a DOCTYPE in any XML part; it can only stand before the first element."""
    for name in archive.namelist():
        lower = name.lower()
        if not lower.endswith((".xml", ".rels", ".vml")):
            continue
        is_begun = _has_element(next(_chunks(archive, name, _PROLOG), b""))
        # Drawings of old comments are often not well-formed, and nobody reads them here.
        if not is_begun and not lower.endswith(".vml"):
            raise FileRefused("workbook_damaged")


def _has_element(start: bytes) -> bool:
    """Return whether XML comes to its first element; a DOCTYPE before it is refused."""
    parser = expat.ParserCreate()
    refuse_doctype(parser)
    names: list[str] = []
    parser.StartElementHandler = lambda name, _: names.append(name)
    with contextlib.suppress(expat.ExpatError, LookupError, ValueError):
        parser.Parse(start, False)
    return bool(names)


def _chunks(archive: zipfile.ZipFile, part: str, size: int = _CHUNK) -> Iterator[bytes]:
    try:
        with archive.open(part) as file:
            while chunk := file.read(size):
                yield chunk
    except (zipfile.BadZipFile, OSError, EOFError, KeyError, ValueError, RuntimeError):
        raise FileRefused("workbook_damaged") from None
    except Exception as error:
        # zlib reports damage with an exception class of its own.
        if type(error).__name__ == "error":
            raise FileRefused("workbook_damaged") from None
        raise


def _sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    targets: dict[str, tuple[str, str]] = {}
    for relation in descendants(_index(archive, "xl/_rels/workbook.xml.rels"), "Relationship"):
        kind = str(relation.get("Type", "")).rpartition("/")[2]
        targets[str(relation.get("Id"))] = (kind, str(relation.get("Target", "")))
    found = []
    for entry in descendants(_index(archive, _WORKBOOK), "sheet"):
        ids = [value for name, value in entry.items() if name.endswith("}id")]
        kind, target = targets.get(ids[0] if ids else "", ("", ""))
        if kind == "worksheet":
            found.append(Sheet(str(entry.get("name", "")), _absolute(target)))
    if not found:
        raise FileRefused("workbook_damaged")
    return found


def _index(archive: zipfile.ZipFile, part: str) -> object:
    content = b"".join(_chunks(archive, part, LARGEST_INDEX))
    if len(content) > LARGEST_INDEX:
        raise FileRefused("workbook_bomb", found=part)
    try:
        root = parse_xml(content)
    except FileRefused as refusal:
        if refusal.rule_id == "xml_doctype":
            raise
        raise FileRefused("workbook_damaged") from None
    if local_name(root) not in ("workbook", "Relationships"):
        raise FileRefused("workbook_damaged")
    return root


def _absolute(target: str) -> str:
    path = PurePosixPath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return str(path)


class _Walk:
    """One pass of expat over the XML of a sheet.

    A cell is filled when fastexcel takes it for filled: it has a value that is not empty, an
    inline text, or a text value even when that is empty.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.row = 0
        self.column = -1
        self.cell_type = ""
        self.has_formula = False
        self.is_filled = False
        self.number = ""
        self.columns: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        refuse_doctype(self.parser)

    def feed(self, chunk: bytes) -> None:
        """Take in some bytes of the sheet.

        Plain cells are noted and cut out before expat sees the rest, which takes a quarter of the
        time; a plain cell on the border of two chunks goes to expat like any other.
        """
        plain = _PLAIN_CELL.findall(chunk)
        if plain:
            for letters in {letters for letters, _ in plain}:
                self._widen(column_number(letters.decode()))
            last_row = max(map(int, {row for _, row in plain}))
            self.sheet.last_row = max(self.sheet.last_row, last_row)
            for letters, row in _FRACTION_CELL.findall(chunk):
                self._note_fraction(int(row), column_number(letters.decode()))
            chunk = _PLAIN_CELL.sub(b"", chunk)
        self._parse(chunk, is_last=False)

    def close(self) -> None:
        """Finish the last cell; refuse a sheet that is cut off or too large."""
        self._parse(b"", is_last=True)
        self._end_cell()
        sheet = self.sheet
        width = sheet.last_column - sheet.first_column + 1
        if width > 0 and width * sheet.last_row > MOST_CELLS:
            raise FileRefused(
                "workbook_far_cell",
                found=cell_name(sheet.last_row, sheet.last_column),
                allowed=f"{MOST_CELLS:,}".replace(",", "."),
            )

    def _parse(self, content: bytes, *, is_last: bool) -> None:
        try:
            self.parser.Parse(content, is_last)
        except (expat.ExpatError, LookupError):
            raise FileRefused("workbook_damaged") from None

    def _start(self, raw_name: str, attributes: dict[str, str]) -> None:
        name = self.names.get(raw_name)
        if name is None:
            name = self.names[raw_name] = raw_name.rpartition(":")[2]
        if name == "c":
            self._end_cell()
            self.cell_type = attributes.get("t", "")
            self._place(attributes.get("r"))
        elif name == "v":
            if self.cell_type in ("str", "inlineStr"):
                self._fill()
            else:
                self.parser.CharacterDataHandler = self._value
        elif name == "f":
            self.has_formula = True
        elif name == "is":
            self._fill()
        elif name == "row":
            self._end_cell()
            reference = attributes.get("r")
            self.row = self._number(reference) if reference else self.row + 1
            self.column = -1
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _end_cell(self) -> None:
        self.parser.CharacterDataHandler = None
        if self.has_formula and not self.is_filled:
            self._break(NO_VALUE)
        if self.number and _FRACTION_TEXT.fullmatch(self.number.strip()):
            self._note_fraction(self.row, self.column)
        self.has_formula = self.is_filled = False
        self.number = ""

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.column += 1
            return
        letters = reference.rstrip("0123456789")
        column = self.columns.get(letters)
        if column is None:
            column = self.columns[letters] = column_number(letters)
        self.column = column
        if reference[len(letters) :] != str(self.row):
            raise FileRefused("workbook_damaged")

    def _value(self, text: str) -> None:
        self._fill()
        if self.cell_type in ("", "n"):
            # A number on the border of two chunks comes in two pieces.
            self.number += text
            return
        self.parser.CharacterDataHandler = None
        if self.cell_type == "e":
            self._break(text)

    def _note_fraction(self, row: int, column: int) -> None:
        self.sheet.fractions.setdefault(column, array("q")).append(row)

    def _fill(self) -> None:
        if self.is_filled:
            return
        self.is_filled = True
        self._widen(self.column)
        self.sheet.last_row = max(self.sheet.last_row, self.row)

    def _widen(self, column: int) -> None:
        if column >= MOST_COLUMNS:
            raise FileRefused("too_many_columns", found=column + 1, allowed=MOST_COLUMNS)
        self.sheet.first_column = min(self.sheet.first_column, column)
        self.sheet.last_column = max(self.sheet.last_column, column)

    def _break(self, value: str) -> None:
        if len(self.sheet.broken) >= MOST_BROKEN_CELLS:
            raise FileRefused("workbook_without_values", found=len(self.sheet.broken))
        self.sheet.broken[(self.row, self.column)] = value

    def _merge(self, name: str) -> None:
        if len(self.sheet.merges) < MOST_BROKEN_CELLS:
            corners = [_REFERENCE.fullmatch(corner) for corner in name.replace("$", "").split(":")]
            first, last = corners[0], corners[-1]
            if first is not None and last is not None:
                self.sheet.merges.append(
                    Range(
                        name,
                        int(first[2]),
                        column_number(first[1]),
                        int(last[2]),
                        column_number(last[1]),
                    )
                )

    def _number(self, text: str) -> int:
        if not re.fullmatch("[0-9]{1,7}", text):
            raise FileRefused("workbook_damaged")
        return int(text)


def column_number(letters: str) -> int:
    """Return the number of a column, from 0, of its letters.

    Raises:
        FileRefused: The letters are no column.
    """
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise FileRefused("workbook_damaged")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as a spreadsheet shows it (``B7``)."""
    letters = ""
    rest = column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
