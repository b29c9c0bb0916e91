"""A page as a list of parts, before anybody decides how it looks.

Texts may hold anything a delivery holds; they are never markup.

Border: what is said stands in ``offering.py`` and ``enrolment.py``, how it looks in
``rendering.py``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """Labels with a value each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Finding:
    """An outcome in words beside what it is about, and the lines that explain it.

    Attributes:
        tone: ``good``, ``bad``, ``open`` or empty: how the outcome is coloured.
        details: Lines below the subject that matter; ``asides`` come last and stand back.
    """

    outcome: str
    tone: str
    subject: str
    details: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """A table with a heading per column; a column without any value is not shown.

    Attributes:
        widths: The width of each column, 0 for a share of what is left, so that several tables
            below each other line up; every column is then shown. Empty: as wide as the cells need.
        has_heading: Whether the headings are shown; a table that goes on needs none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    has_heading: bool = True


@dataclass(frozen=True)
class Note:
    """A sentence of its own; ``indent`` sets it under a column of the table above it."""

    text: str
    indent: int = 0


@dataclass(frozen=True)
class Subheading:
    """What the blocks below have in common."""

    text: str


Block = Facts | Finding | Grid | Note | Subheading


@dataclass(frozen=True)
class Part:
    """Blocks under one heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """What is explained, with a stamp that must be seen first, if any."""

    title: str
    stamp: str | None
    parts: tuple[Part, ...]
