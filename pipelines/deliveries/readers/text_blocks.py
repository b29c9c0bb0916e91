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

from pipelines.deliveries.rules import FileRefused

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
    """

    encoding: str
    is_assumed: bool = False
    has_old_line_ends: bool = False


def find_form(path: Path, declared: str | None) -> TextForm:
    """Return how the bytes of a file are text, from its content and what the contract declares.

    Args:
        path: The file, not empty.
        declared: The encoding of the delivery contract, or None.

    Raises:
        FileRefused: The content is a web page, a workbook, binary, or not of the declared encoding.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_WORKBOOK_MAGIC):
        raise FileRefused("content_xlsx")
    if start.removeprefix(_UTF8_BOM).lstrip()[:1] == b"<":
        raise FileRefused("content_html")
    marked = _marked_encoding(start)
    if marked is not None:
        return TextForm(marked, has_old_line_ends=False)
    candidates = [declared] if declared else ["utf-8", "cp1252"]
    has_nul, has_line_feed, has_return, valid = _scan(path, candidates)
    if has_nul and not (declared or "").lower().replace("-", "").startswith(("utf16", "utf32")):
        raise FileRefused("content_binary")
    if not valid:
        raise FileRefused("encoding_wrong", expected=declared or "UTF-8 of Windows-1252")
    return TextForm(
        valid[0],
        is_assumed=declared is None and valid[0] != "utf-8",
        has_old_line_ends=has_return and not has_line_feed,
    )


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


def _scan(path: Path, candidates: list[str]) -> tuple[bool, bool, bool, list[str]]:
    decoders = {name: codecs.getincrementaldecoder(name)() for name in candidates}
    has_nul = has_line_feed = has_return = False
    with path.open("rb") as file:
        while chunk := file.read(BLOCK_SIZE):
            has_nul = has_nul or b"\0" in chunk
            has_line_feed = has_line_feed or b"\n" in chunk
            has_return = has_return or b"\r" in chunk
            # The first encoding that fits wins, so a later one need not be tried while it does.
            for name in list(decoders)[:1] or []:
                try:
                    decoders[name].decode(chunk)
                except UnicodeError:
                    del decoders[name]
                    return _rescan(path, list(decoders), has_nul, (has_line_feed, has_return))
    first = next(iter(decoders), None)
    if first is not None:
        try:
            decoders[first].decode(b"", final=True)
        except UnicodeError:
            del decoders[first]
            return _rescan(path, list(decoders), has_nul, (has_line_feed, has_return))
    return has_nul, has_line_feed, has_return, list(decoders)


def _rescan(
    path: Path, candidates: list[str], has_nul: bool, line_ends: tuple[bool, bool]
) -> tuple[bool, bool, bool, list[str]]:
    if not candidates:
        return has_nul, *line_ends, []
    return _scan(path, candidates)
