"""What the first bytes of a file say that it is, whatever its name says.

Border: whether a workbook is safe to open is found in ``workbook_sniff.py``; how bytes are text, in
``text_blocks.py``.
"""

import codecs
import re
from pathlib import Path
from typing import Literal

Content = Literal[
    "empty", "zip", "ole", "pdf", "gzip", "html", "xml", "json", "utf16", "utf32", "binary", "text"
]
START_SIZE = 4096
_MAGIC: tuple[tuple[bytes, Content], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    # The mark of UTF-32 little-endian begins with that of UTF-16 and must be tried first.
    (codecs.BOM_UTF32_LE, "utf32"),
    (codecs.BOM_UTF32_BE, "utf32"),
    (codecs.BOM_UTF16_LE, "utf16"),
    (codecs.BOM_UTF16_BE, "utf16"),
)
# A bracket alone is no proof: a header can begin with one.
_JSON = re.compile(rb"\[?\s*\{\s*[\"}]|\[\s*[\"\]\[]")
# How a message names what was found, in Dutch.
NAMES_NL: dict[Content, str] = {
    "empty": "leeg",
    "zip": "een ZIP-bestand",
    "ole": "een oud Excel-bestand of een bestand met wachtwoord",
    "pdf": "een PDF",
    "gzip": "een gecomprimeerd bestand (gzip)",
    "html": "een webpagina",
    "xml": "XML",
    "json": "JSON",
    "utf16": "tekst (UTF-16)",
    "utf32": "tekst (UTF-32)",
    "binary": "binaire inhoud",
    "text": "tekst",
}


def content_of(path: Path) -> Content:
    """Return what a file is, from its first four kilobytes."""
    with path.open("rb") as file:
        return content_of_bytes(file.read(START_SIZE))


def content_of_bytes(start: bytes) -> Content:
    """Return what a file is that begins with these bytes."""
    if not start:
        return "empty"
    for magic, content in _MAGIC:
        if start.startswith(magic):
            return content
    body = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if body.startswith(b"<?xml"):
        return "html" if b"<html" in body else "xml"
    if body.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table")):
        return "html"
    if body.startswith(b"<"):
        return "xml"
    if _JSON.match(body):
        return "json"
    return "binary" if b"\0" in start else "text"
