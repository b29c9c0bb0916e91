"""Where a delivery comes from, as far as typing and screening its rows must know.

Border: what a sender's contract may say stands in ``contract.py``.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.deliveries import parsing
from pipelines.deliveries.kinds import Column
from pipelines.deliveries.register import Register

INSTITUTION = "sender:institution_id"
LAST_YEAR = "sender:last_year"


@dataclass(frozen=True)
class Dialect:
    """How a sender writes: all that the expressions of typing and screening depend on.

    Attributes:
        register: The institutions and their codes.
        notation: ``academic_year_notation`` of the contract.
        decimal_sign: ``decimal_sign`` of the contract, or what the format itself says.
        is_guide: Whether the columns are known to the sender by their study-guide keys.
        stream: The stream, for the rules that make an exception for it.
    """

    register: Register
    notation: str | None
    decimal_sign: parsing.DecimalSign | None
    is_guide: bool
    stream: str


@dataclass(frozen=True)
class Sender:
    """What screening must know about where a delivery comes from.

    Attributes:
        institution_id: The folder of the delivery; rows of others are foreign.
        last_year: The last academic year that can be delivered (see ``last_year_for``).
        notation: ``academic_year_notation`` of the contract.
        decimal_sign: ``decimal_sign`` of the contract, or what the format itself says.
        register: The institutions and their codes.
        is_guide: Whether the columns are known to the sender by their study-guide keys.
        stream: The stream, for the rules that make an exception for it.
        labels: The sender's own header per canonical column, for an own table.
    """

    institution_id: str
    last_year: str
    register: Register
    notation: str | None = None
    is_guide: bool = False
    stream: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    decimal_sign: parsing.DecimalSign | None = None

    @property
    def dialect(self) -> Dialect:
        """How this sender writes."""
        return Dialect(self.register, self.notation, self.decimal_sign, self.is_guide, self.stream)

    @property
    def constants(self) -> list[pl.Expr]:
        """What checks know of this very sender, as columns beside the cells."""
        return [
            pl.lit(self.institution_id).alias(INSTITUTION),
            pl.lit(self.last_year).alias(LAST_YEAR),
        ]

    def label(self, column: Column) -> str:
        """Return the name of a column as the sender knows it."""
        return dict(self.labels).get(column.name) or column.label(self.is_guide)


def last_year_for(received_on: date) -> str:
    """Return the academic year after the one in which a delivery was received."""
    start = parsing.start_year_of(received_on) + 1
    return f"{start}-{start + 1}"
