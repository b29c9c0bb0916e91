"""The kinds of delivery: canonical columns, template headers, types and code lists.

The facts stand in ``kinds.yml``; this module loads and validates them.

Border: what is wrong with a cell stands in ``rules.yml``; how a cell is parsed in ``parsing.py``.
"""

import functools
import unicodedata
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

from pipelines.deliveries.facts import load_yaml

ColumnType = Literal[
    "text",
    "code",
    "codes",
    "boolean",
    "decimal",
    "date",
    "academic_year",
    "institution",
    "institutions",
    "national_number",
    "quarter",
]
KINDS_FILE = Path(__file__).with_name("kinds.yml")
POLARS_TYPES: dict[str, pl.DataType] = {
    "boolean": pl.Boolean(),
    "decimal": pl.Decimal(10, 2),
    "date": pl.Date(),
    "int8": pl.Int8(),
}
# The position of a row comes before its contents in every landed file.
POSITION_COLUMNS: dict[str, pl.DataType] = {"delivery_id": pl.String(), "row_number": pl.Int32()}


class Column(BaseModel):
    """One canonical column of a kind, with its header in the standard template."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: ColumnType
    header: str | None = None
    guide: str | None = None
    required: bool = False
    personal: bool = False
    landed: bool = True
    open_end: bool = False
    when_empty: str | None = None
    lands_as: Literal["int8"] | None = None
    codes: dict[str, str] = {}

    @property
    def polars_type(self) -> pl.DataType:
        """The type of the column in the landing."""
        return POLARS_TYPES.get(self.lands_as or self.type, pl.String())

    def label(self, is_guide: bool) -> str:
        """Return the name of the column as the sender of this format knows it."""
        return (self.guide if is_guide else self.header) or self.header or self.name


class Kind(BaseModel):
    """One kind of delivery.

    Attributes:
        name: Canonical name, also the folder in the landing.
        template_name: Dutch name, with which file names of the standard template begin; of a kind
            without template columns only messages use it.
        key: Columns that make a row unique within one delivery.
        one_of: Groups of columns of which at least one must be filled.
        columns: Every column, in the order of the landing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    template_name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column:
        """Return the column with this canonical name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def template_columns(self) -> tuple[Column, ...]:
        """The columns that the standard template knows."""
        return tuple(column for column in self.columns if column.header)

    @property
    def holds_people(self) -> bool:
        """Whether rows carry national or student numbers, so that a key is needed."""
        return any(column.personal for column in self.columns)

    @property
    def scope_column(self) -> str:
        """The column whose values are the scope units: the academic year, or the quarter."""
        return "quarter" if self.name == "positions" else "academic_year"

    @property
    def landing_schema(self) -> dict[str, pl.DataType]:
        """Names and types of the landed columns, in order."""
        schema = dict(POSITION_COLUMNS)
        if self.name == "positions":
            schema["institution_id"] = pl.String()
        schema.update({c.name: c.polars_type for c in self.columns if c.landed})
        return schema


@functools.cache
def load_kinds() -> dict[str, Kind]:
    """Return the kinds of ``kinds.yml`` by canonical name."""
    entries = load_yaml(KINDS_FILE)
    return {name: Kind(name=name, **entry) for name, entry in entries.items()}


def template_kinds() -> dict[str, Kind]:
    """Return the kinds that can be delivered in the standard template, by canonical name."""
    return {name: kind for name, kind in load_kinds().items() if kind.template_columns}


def normalised_header(header: str) -> str:
    """Return a header without case, spaces, accents, hyphens and underscores."""
    decomposed = unicodedata.normalize("NFKD", header)
    return "".join(c for c in decomposed.casefold() if c.isalnum())
