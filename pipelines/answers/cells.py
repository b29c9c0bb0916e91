"""Where a number stands in the cube, and what a reader of it may know.

One ``Cell`` is one address in the published table ``counts``; one ``PublishedFigure`` is what may
be printed for it. The two kinds of figure, public and protected, differ in who makes them:
``figures`` the public ones, ``disclosure`` the protected ones.

Border: nothing is read or rounded here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

FLANDERS = "*"
OVERLAP = "overlap"
PANEL = "panel"  # the institutions with accepted data in both years of a growth
INSTITUTION_KIND = "institution_kind"
ABSENT_KEY = re.compile(
    r"absent:([a-z_]+):([a-z_]+):([-0-9.]+):([^:]+):([a-z_]+)=([^:]+)(?::([a-z_]+)=([^:]+))?"
)


@dataclass(frozen=True, order=True)
class Cell:
    """The address of one cell of the cube (counting.md, The cube)."""

    measure: str
    definition: str
    year: str
    institution: str = FLANDERS
    split: str = "none"
    split_value: str = "all"
    second_split: str | None = None
    second_split_value: str | None = None

    def key(self, rule_set_version: str) -> str:
        """Return the ``count_key`` of the cell under a rule set (model ``counts``)."""
        split = "none" if self.split == "none" else f"{self.split}={self.split_value}"
        second = f":{self.second_split}={self.second_split_value}" if self.second_split else ""
        place = f"{self.measure}:{self.definition}:{self.year}:{self.institution}"
        return f"{place}:{split}{second}:{rule_set_version}"

    @staticmethod
    def of_absent(key: str, rule_set_version: str) -> "Cell | None":
        """Return the cell of the key of an absent row, None for the key of anything else."""
        found = ABSENT_KEY.fullmatch(key.removesuffix(f":{rule_set_version}"))
        return Cell(*found.groups()) if found else None

    def total(self) -> "Cell":
        """Return the same cell without its splits."""
        return Cell(self.measure, self.definition, self.year, self.institution)


@dataclass(frozen=True)
class Place:
    """Whose figures: of all institutions together, of one kind of institution, or of one.

    Attributes:
        institution: An institution, or ``*`` for all of them.
        kind: A kind of institution; then ``institution`` is ``*``.
    """

    institution: str = FLANDERS
    kind: str | None = None

    @property
    def is_everybody(self) -> bool:
        """Whether it is all institutions together."""
        return self == Place()

    @property
    def is_one_institution(self) -> bool:
        """Whether it is a single institution."""
        return self.institution != FLANDERS

    @property
    def name(self) -> str:
        """The kind or the institution, or ``*`` for all of them."""
        return self.kind or self.institution

    def total(self, measure: str, definition: str, year: str) -> Cell:
        """Return the cell that counts the whole place."""
        cell = Cell(measure, definition, year, self.institution)
        if self.kind is None:
            return cell
        return replace(cell, split=INSTITUTION_KIND, split_value=self.kind)

    def part(self, measure: str, definition: str, year: str, split: str, value: str) -> Cell:
        """Return the cell of one value of a split of the place."""
        cell = self.total(measure, definition, year)
        if self.kind is None or split == INSTITUTION_KIND:
            return replace(cell, split=split, split_value=value)
        return replace(cell, second_split=split, second_split_value=value)


EVERYBODY = Place()


@dataclass(frozen=True)
class CellSelection:
    """Which cells an answer needs; split ``none`` is always among them.

    Attributes:
        keys: Keys of figures that are needed besides, of whatever measure and rule set.
    """

    measures: tuple[str, ...]
    definitions: tuple[str, ...]
    years: tuple[str, ...]
    splits: tuple[str, ...] = ()
    crossings: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()

    def of_measures(self, measures: Iterable[str]) -> "CellSelection":
        """Return the same selection for these of its measures only."""
        return replace(self, measures=tuple(measures))


@dataclass(frozen=True)
class Certificate:
    """One check result that stands behind a printed number.

    ``observed`` and ``observed_upper`` are the bounds that the gate counted by its own queries. For
    protected measures they are never read, because they are the exact numbers.
    """

    suite: str
    expectation: str
    succeeded: bool
    observed: str | None = None
    observed_upper: str | None = None


@dataclass(frozen=True)
class Standing:
    """How complete a cell is: status, flags, and the number of institutions behind it."""

    status: str
    is_provisional: bool = False
    institutions_reporting: int | None = None


@dataclass(frozen=True)
class PublishedFigure:
    """What may be printed of one cell.

    Attributes:
        key: The ``count_key`` of the published table.
        lower: Units counted for certain; None where nothing is known.
        upper: Units that may count; None where no upper bound is known.
        below: Set where only "fewer than ``below``" may be printed.
        table: The published table the figure was read from; ``absent`` for the zero of a row that
            is not there, ``none`` where nothing was published.
        derived_from: The keys a figure rests on when it is no row of its own.
        hidden: ``all`` where the symbol for hidden is printed instead of a number, ``upper`` where
            only the upper bound is hidden; the number itself is not here then.
    """

    key: str
    cell: Cell
    unit: str
    standing: Standing
    lower: Decimal | None
    upper: Decimal | None
    below: Decimal | None = None
    certificates: tuple[Certificate, ...] = ()
    table: str = "counts"
    derived_from: tuple[str, ...] = ()
    hidden: Literal["", "upper", "all"] = ""

    @property
    def is_published(self) -> bool:
        """Whether a row, or the absence of one in a delivered cell, stands behind the figure."""
        return self.table != "none"

    @property
    def is_known(self) -> bool:
        """Whether there is a number at all; a missing delivery is not a zero."""
        return self.lower is not None

    @property
    def is_single(self) -> bool:
        """Whether both bounds are known and equal."""
        return self.lower is not None and self.lower == self.upper


@dataclass(frozen=True)
class PublicFigure(PublishedFigure):
    """A figure of a public measure: offerings, titles, components and credits offered. Exact."""


@dataclass(frozen=True)
class GrowthTerm:
    """One term of a decomposition of growth, for one bound (counting.md, Growth)."""

    measure: str
    definition: str
    institution: str
    from_year: str
    to_year: str
    bound: str
    term: str
    figure: PublishedFigure
