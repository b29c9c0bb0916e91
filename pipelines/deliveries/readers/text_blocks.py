"""Bytes of a text file to blocks of valid UTF-8 that end at a line end, in bounded memory.

What looks like a table but is not (a web page, a renamed workbook, a damaged file, one endless
line) is refused here, by content. Measured trap: Polars reads UTF-16 as nonsense and an HTML page
as an empty table without an error.

Border: delimiters, quotes and columns belong in ``template_csv.py``.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.deliveries.readers.sniffing import NAMES_NL, content_of_bytes
from pipelines.deliveries.rules import FileRefused, finding

BLOCK_SIZE = 8 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
_UTF8_BOM = codecs.BOM_UTF8
_WORKBOOK_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class TextForm:
    """How the bytes of a file are text.

    Attributes:
        encoding: Python name of the encoding.
        is_assumed: Whether the encoding was neither declared nor proved by the bytes.
        has_old_line_ends: Whether lines end in a carriage return alone.
        noted_as: How the encoding is told; empty for plain UTF-8.
    """

    encoding: str
    is_assumed: bool = False
    has_old_line_ends: bool = False
    noted_as: str = ""


def find_form(path: Path, declared: str | None) -> TextForm:
    """Return how the bytes of a file are text, from its content and what the contract declares.

    A byte order mark proves more than what is declared.

    Args:
        path: The file, not empty.
        declared: The encoding of the delivery contract, or None.

    Raises:
        FileRefused: The content is a web page, a workbook, binary, cut off inside a character, or
            not of the declared encoding.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_WORKBOOK_MAGIC):
        raise FileRefused("content_xlsx")
    marked = _marked_encoding(start)
    readable = start.decode(marked or "latin-1", errors="replace").lstrip("\ufeff \t\r\n")
    content = content_of_bytes(readable.encode())
    if content == "html":
        raise FileRefused("content_html")
    # A gzip file begins with bytes that no text has.
    content = "gzip" if content_of_bytes(start) == "gzip" else content
    if content in ("pdf", "gzip", "xml", "json"):
        raise FileRefused("content_other", found=NAMES_NL[content])
    known = marked or declared
    for encoding in (known,) if known else ("utf-8", "cp1252"):
        seen = _scan(path, encoding)
        if seen.has_nul:
            raise FileRefused("content_binary")
        # Without another letter that proves it is UTF-8, a last accent may be one of Windows-1252.
        if seen.is_cut and (known or seen.has_letters):
            raise FileRefused("file_truncated", found=seen.line_feeds + 1)
        if seen.is_valid and not seen.is_cut:
            return TextForm(
                encoding,
                is_assumed=known is None and encoding != "utf-8",
                has_old_line_ends=seen.has_return and not seen.line_feeds,
                noted_as=told_encoding(encoding) if known else "",
            )
    raise FileRefused("encoding_wrong", expected=told_encoding(known) or "UTF-8 of Windows-1252")


def encoding_notes(form: TextForm, kind: str) -> list[pl.DataFrame]:
    """Return what must be known about the encoding of a file; nothing for plain UTF-8."""
    if form.is_assumed:
        return [finding("encoding_assumed", kind=kind)]
    if form.noted_as:
        return [finding("encoding_noted", kind=kind, found=form.noted_as)]
    return []


def utf8_blocks(path: Path, form: TextForm) -> Iterator[bytes]:
    """Yield the file as UTF-8 in blocks that end at a line end (the last one may not).

    Raises:
        FileRefused: A line is longer than a megabyte, or bytes are not of the encoding.
    """
    is_utf8 = form.encoding in ("utf-8", "utf-8-sig")
    decoder = None if is_utf8 else codecs.getincrementaldecoder(form.encoding)()
    rest = b""
    with path.open("rb") as file:
        is_start = True
        while chunk := file.read(BLOCK_SIZE):
            try:
                data = chunk if decoder is None else decoder.decode(chunk).encode()
            except UnicodeError:
                raise FileRefused("encoding_wrong", expected=form.encoding) from None
            if is_start:
                data = data.removeprefix(_UTF8_BOM)
                is_start = False
            if form.has_old_line_ends:
                data = data.replace(b"\r", b"\n")
            block = rest + data
            cut = block.rfind(b"\n") + 1
            rest = block[cut:]
            if len(rest) > LONGEST_LINE and len(chunk) == BLOCK_SIZE and cut == 0:
                raise FileRefused("line_too_long", allowed="1 MB")
            if cut:
                yield block[:cut]
    if rest:
        yield rest


def _marked_encoding(start: bytes) -> str | None:
    if start.startswith(_UTF8_BOM):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def told_encoding(encoding: str | None) -> str:
    """Return how people call an encoding; empty for plain UTF-8, which needs no word."""
    name = codecs.lookup(encoding).name if encoding else ""
    return {"utf-8": "", "utf-8-sig": "UTF-8 (BOM)", "cp1252": "Windows-1252"}.get(
        name, name.upper()
    )


@dataclass
class _Scan:
    """What the bytes of a file are in one encoding."""

    is_valid: bool = True
    is_cut: bool = False
    has_nul: bool = False
    has_return: bool = False
    has_letters: bool = False
    line_feeds: int = 0


def _scan(path: Path, encoding: str) -> _Scan:
    """Return whether a file is of an encoding, and what else is seen on the way.

    ``has_letters`` says that other than ASCII was decoded; ``is_cut``, that only the last
    character is incomplete.
    """
    is_wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = _Scan()
    with path.open("rb") as file:
        while chunk := file.read(BLOCK_SIZE):
            seen.has_nul = seen.has_nul or (not is_wide and b"\0" in chunk)
            if not seen.is_valid:
                continue
            try:
                text = decoder.decode(chunk)
            except UnicodeError:
                seen.is_valid = False
                continue
            seen.has_nul = seen.has_nul or (is_wide and "\0" in text)
            seen.has_return = seen.has_return or "\r" in text
            seen.has_letters = seen.has_letters or not text.lstrip("\ufeff").isascii()
            seen.line_feeds += text.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        seen.is_cut = seen.is_valid
    return seen
