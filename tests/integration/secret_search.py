"""Searching a folder for a secret in whatever form and container it might have been kept.

Forms: text in UTF-8 and UTF-16, hexadecimal, base64 at every place in a group of three, escaped as
an address, backwards. Containers: archives and documents, streams, SQLite, Parquet, DuckDB, names
of files. Of a secret its beginning and its end are sought, so that a part of it is found too.

Border: which secrets, and where they came from, is known to who asks.
"""

import base64
import contextlib
import gzip
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

PIECE = 16
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def forms(secret: str) -> set[bytes]:
    """Return the ways in which the beginning or the end of a secret may be written."""
    found: set[bytes] = set()
    for piece in (secret[:PIECE], secret[-PIECE:]):
        plain = piece.encode()
        found |= {plain, plain[::-1], piece.encode("utf-16-le"), piece.encode("utf-16-be")}
        found |= {plain.hex().encode(), plain.hex().upper().encode()}
        found |= {"".join(f"%{byte:02{case}}" for byte in plain).encode() for case in "xX"}
        found |= {_middle(base64.b64encode(b"\0" * before + plain), before) for before in range(3)}
    return found


def _middle(encoded: bytes, before: int) -> bytes:
    """Return the part of base64 that does not depend on what stands before and after."""
    return encoded[(0, 2, 3)[before] : len(encoded.rstrip(b"=")) - 1]


def holding(folder: Path, secrets: dict[str, str]) -> set[tuple[str, str]]:
    """Return which secrets stand in a folder, each with the file that holds it."""
    sought = {name: forms(secret) for name, secret in secrets.items()}
    found: set[tuple[str, str]] = set()
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        contents = _contents(file) if file.is_file() else iter(())
        for content in (name.encode(), *contents):
            found |= {
                (secret, name)
                for secret, ways in sought.items()
                if any(way in content for way in ways)
            }
    return found


def _contents(file: Path) -> Iterator[bytes]:
    whole = file.read_bytes()
    yield whole
    yield from _unpacked(whole)
    if whole.startswith(b"SQLite format 3\0"):
        yield from _sqlite(file)
    if whole.startswith(b"PAR1"):
        yield pl.read_parquet(io.BytesIO(whole)).write_ndjson().encode()
    if whole[8:12] == b"DUCK":
        yield from _duckdb(file)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what is packed in a content: archives and documents, streams, streams of a PDF."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                inner = archive.read(member)
                yield member.filename.encode() + member.comment + inner
                yield from _unpacked(inner)
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
    streams = STREAM.findall(content) if content.startswith(b"%PDF") else [content]
    for stream in streams:
        # Any file may begin with the bytes of a packed stream; what cannot be unpacked is none.
        if stream.startswith(b"\x78"):
            with contextlib.suppress(zlib.error):
                yield zlib.decompressobj().decompress(stream)


def _sqlite(file: Path) -> Iterator[bytes]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                yield "\n".join(
                    cell.decode("latin-1") if isinstance(cell, bytes) else str(cell) for cell in row
                ).encode("latin-1", errors="replace")
                for cell in row:
                    yield from _unpacked(cell) if isinstance(cell, bytes) else ()
    finally:
        connection.close()


def _duckdb(file: Path) -> Iterator[bytes]:
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall()
        for schema, table in tables:
            rows = connection.execute(f'select * from "{schema}"."{table}"').fetchall()
            yield repr(rows).encode()
