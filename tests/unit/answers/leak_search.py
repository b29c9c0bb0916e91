"""Searching files for numbers in whatever container and notation they might hide.

Every file is opened as far as it opens: archives and what is in them, streams and strings of PDF,
the printed text of its pages, text chunks of pictures, base64, escapes of HTML, JSON and addresses,
UTF-16, and text that markup cuts in pieces.

Border: which numbers may not be there is decided by who asks.
"""

import base64
import binascii
import bz2
import gzip
import html
import io
import lzma
import re
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pypdf
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

DEEPEST = 8
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
HEXADECIMAL = re.compile(rb"(?:[0-9A-Fa-f]{2}[ \r\n]?){6,}")
DIGITS = tuple(str(digit).encode() for digit in range(10))
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x78", b"\x89PNG", b"%PDF")
# Tags after which another text begins; all others may stand in the middle of a number.
BLOCK_TAG = re.compile(
    r"</?(?:\w+:)?(?:p|tc|tr|td|th|li|dt|dd|h[1-6]|si|c|row|v|f|text|title|desc|div|figcaption"
    r"|caption|br|tab|option|head|body|svg|g|summary|property|definedName)\b[^<>]*>"
)
TAG = re.compile(r"<[^<>]*>")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|_x([0-9a-fA-F]{4})_")
# 123456, 123.456, 123,456, 123 456 (also with narrow and hard blanks), 123'456
BETWEEN = "[.,'\u2019 \t\r\n\u00a0\u2009\u202f]?"
PLAIN = re.compile(rf"(?<![0-9])([0-9]{{3}}){BETWEEN}([0-9]{{3}})(?![0-9])")
DRAWN = re.compile(rf"(?<!\.){PLAIN.pattern}")
SCIENTIFIC = re.compile(r"(?<![0-9])([0-9])[.,]([0-9]{1,5})[eE]\+?0*5(?![0-9])")
WIDE_ENCODINGS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
WIDE_SHARE = 5  # one byte in so many is zero in text of a wide encoding
STREAM = " stream"
Layer = tuple[str, bytes]


def found_in(files: dict[str, bytes], numbers: set[int]) -> list[tuple[int, str]]:
    """Return those of the numbers that stand in a file, each with the way to it."""
    found = numbers_by_way(files)
    return [(number, way) for way, there in found.items() for number in sorted(there & numbers)]


def numbers_by_way(files: dict[str, bytes]) -> dict[str, set[int]]:
    """Return every six-digit number of files by the way to it."""
    found: dict[str, set[int]] = {}
    for name, content in files.items():
        for way, layer in layers(name, content):
            if there := numbers_in(layer, is_drawn=way.endswith(STREAM)):
                found.setdefault(way, set()).update(there)
    return found


def numbers_in(layer: bytes, is_drawn: bool = False) -> set[int]:
    """Return the six-digit numbers of a layer, in all notations, escapes and encodings.

    What is drawn is full of places with six decimals, which are no numbers of their own; what a
    drawing says is among the layers too, as the text of its page.
    """
    plain = DRAWN if is_drawn else PLAIN
    found: set[int] = set()
    for text, is_text in _decoded(layer):
        for view in _views(text) if is_text else (text,):
            found |= {int(one[1] + one[2]) for one in plain.finditer(view)}
            found |= {int(one[1] + one[2].ljust(5, "0")) for one in SCIENTIFIC.finditer(view)}
    return found


def _decoded(layer: bytes) -> Iterator[tuple[str, bool]]:
    """Yield a layer as text, and whether it is text, so that escapes and tags have a meaning."""
    zeros = layer.count(0)
    if zeros:
        yield layer.replace(b"\x00", b"").decode("utf-8", errors="replace"), False
    try:
        yield layer.decode("utf-8"), True
    except UnicodeDecodeError:
        yield layer.decode("latin-1"), False
    if zeros * WIDE_SHARE >= len(layer) > 0:
        for encoding in WIDE_ENCODINGS:
            for start in range(4 if "32" in encoding else 2):
                yield layer[start:].decode(encoding, errors="replace"), True


def _views(text: str) -> Iterator[str]:
    """Yield a text as it is, without its escapes, and without the tags that may cut a number."""
    yield text
    plain = urllib.parse.unquote(text) if "%" in text else text
    plain = html.unescape(plain) if "&" in plain else plain
    plain = ESCAPE.sub(_unescaped, plain) if "\\" in plain or "_x" in plain else plain
    if plain != text:
        yield plain
    if "<" in plain:
        yield TAG.sub("", BLOCK_TAG.sub("|", plain))


def _unescaped(one: re.Match[str]) -> str:
    return chr(int("".join(filter(None, one.groups())), 16))


def layers(name: str, content: bytes, depth: int = 0) -> Iterator[Layer]:
    """Yield a content and everything that is packed in it, each with the way to it."""
    yield name, content
    if depth == DEEPEST:
        return
    for opener in OPENERS:
        for way, inner in opener(content):
            yield from layers(f"{name} > {way}", inner, depth + 1)


def _archive(content: bytes) -> Iterator[Layer]:
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield "comment", archive.comment
            for member in archive.infolist():
                yield f"{member.filename} (extra)", member.extra + member.comment
                yield member.filename, archive.read(member)


def _compressed(content: bytes) -> Iterator[Layer]:
    ways: tuple[tuple[bytes, str, Callable[[bytes], bytes]], ...] = (
        (b"\x1f\x8b", "gzip", gzip.decompress),
        (b"BZh", "bzip2", bz2.decompress),
        (b"\xfd7zXZ", "xz", lzma.decompress),
        (b"\x78", "zlib", zlib.decompress),
    )
    for start, way, unpack in ways:
        if content.startswith(start):
            try:
                yield way, unpack(content)
            except (OSError, EOFError, zlib.error, lzma.LZMAError):
                continue


def _picture(content: bytes) -> Iterator[Layer]:
    """Yield the chunks of a PNG; the compressed part of a text chunk follows a zero byte."""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return
    place = 8
    while place + 8 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8].decode("latin-1")
        chunk = content[place + 8 : place + 8 + length]
        place += length + 12
        if kind == "IDAT":
            continue  # points of grey: 888 and 222 beside each other are no number
        yield kind, chunk
        if kind in ("zTXt", "iTXt", "iCCP"):
            starts = [one.start() for one in re.finditer(b"\x78[\x01\x5e\x9c\xda]", chunk)]
            yield from ((f"{kind} packed", chunk[start:]) for start in starts)


def _document(content: bytes) -> Iterator[Layer]:
    if not content.startswith(b"%PDF"):
        return
    reader = pypdf.PdfReader(io.BytesIO(content))
    for number in range(1, int(reader.trailer["/Size"])):
        for way, inner in _of_object(reader.get_object(number)):
            yield f"object {number}{way}", inner
    for number, page in enumerate(reader.pages, start=1):
        yield f"text of page {number}", page.extract_text().encode("utf-8")


def _of_object(one: PdfObject | None) -> Iterator[Layer]:
    """Yield the strings and the stream of one object of a PDF."""
    if isinstance(one, StreamObject):
        yield STREAM, one.get_data()
    if isinstance(one, DictionaryObject):
        for key, value in one.items():
            yield from ((f" {key}{way}", inner) for way, inner in _of_object(value))
    elif isinstance(one, ArrayObject):
        for value in one:
            yield from _of_object(value)
    elif isinstance(one, TextStringObject):
        yield "", str(one).encode("utf-8", errors="replace")
    elif isinstance(one, ByteStringObject):
        yield "", bytes(one)


def _encoded(content: bytes) -> Iterator[Layer]:
    for run in BASE64.findall(content):
        for signs in {b"+/", b"-_" if b"-" in run or b"_" in run else b"+/"}:
            try:
                inner = base64.b64decode(run.rstrip(b"=") + b"==", altchars=signs)
            except binascii.Error:
                continue
            if _may_hold_a_number(inner):
                yield "base64", inner
    for run in HEXADECIMAL.findall(content):
        inner = binascii.unhexlify(re.sub(rb"\s", b"", run))
        if _may_hold_a_number(inner):
            yield "hexadecimal", inner


def _may_hold_a_number(content: bytes) -> bool:
    """Return whether looking further makes sense: digits, something packed, or encoded again."""
    is_packed = content.startswith(PACKED) or BASE64.fullmatch(content) is not None
    return is_packed or sum(map(content.count, DIGITS)) >= 6


OPENERS: tuple[Callable[[bytes], Iterator[Layer]], ...] = (
    _archive,
    _compressed,
    _picture,
    _document,
    _encoded,
)
