"""Where accepted rows of one kind go: to a landed file, or nowhere (``staalkaart check``).

One screening serves both, so that the verdict on a steward's machine is that of the nightly run.

Border: which rows are accepted is decided in ``reading.py`` and ``screening.py``.
"""

from types import TracebackType
from typing import Protocol, Self

import polars as pl

from pipelines.deliveries.kinds import Kind
from pipelines.deliveries.landing import ParquetFile
from pipelines.deliveries.pseudonyms import PseudonymKey, with_learner_keys
from pipelines.deliveries.references import code_columns
from pipelines.deliveries.safeguards import missing_key


class Destination(Protocol):
    """What takes the accepted rows of one kind of one delivery, in their order."""

    def __enter__(self) -> Self:
        """Return the destination, to be filled."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not committed."""

    def write(self, accepted: pl.DataFrame) -> None:
        """Take typed rows, with the personal columns that they still have."""

    def rows_at(self, ordinals: pl.Series) -> pl.DataFrame:
        """Return ``ordinal``, ``row_number`` and the scope column of rows already written."""

    def commit(self, without: pl.Series) -> None:
        """Keep what was written, but for the rows with these ordinal numbers (from 0)."""


class LandedRows:
    """Rows on their way to one landed file: pseudonymised, then written.

    Attributes:
        kind: The kind of the rows.
        delivery_id: The delivery.
        unit: The reporting unit whose rows they are, where a row does not say so.
        key: The pseudonym key; None when the kind holds no people.
        file: The landed file.
    """

    def __init__(
        self, kind: Kind, delivery_id: str, unit: str, key: PseudonymKey | None, file: ParquetFile
    ) -> None:
        self.kind = kind
        self.delivery_id = delivery_id
        self.unit = unit
        self.key = key
        self.file = file

    def __enter__(self) -> Self:
        """Return the destination, to be filled."""
        self.file.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not committed."""
        self.file.__exit__(kind, error, trace)

    def write(self, accepted: pl.DataFrame) -> None:
        """Pseudonymise and write rows.

        Raises:
            StaalkaartError: The rows are about people and there is no key (exit code 2).
        """
        if self.kind.holds_people and accepted.height:
            if self.key is None:
                raise missing_key()
            accepted = with_learner_keys(accepted, self.kind, self.unit, self.key)
        constants = {"delivery_id": self.delivery_id}
        if "institution_id" not in accepted.columns:
            constants["institution_id"] = self.unit
        self.file.write(
            accepted.with_columns(
                pl.lit(value).alias(name) for name, value in constants.items()
            ).select(pl.col(name).cast(dtype) for name, dtype in self.kind.landing_schema.items())
        )

    def rows_at(self, ordinals: pl.Series) -> pl.DataFrame:
        """Return ``ordinal``, ``row_number`` and the scope column of rows already written."""
        rows = self.file.rows_at(ordinals)
        return rows.select("ordinal", "row_number", self.kind.scope_column)

    def commit(self, without: pl.Series) -> None:
        """Give the landed file its name, without the rows with these ordinal numbers."""
        self.file.commit(without=without)


class RememberedRows:
    """Rows that go nowhere; their place in the file, their scope and their codes are remembered.

    Attributes:
        kind: The kind of the rows.
        rows: What is remembered of the rows that would have landed; None until they would have.
    """

    def __init__(self, kind: Kind, *, by_learner: bool = False) -> None:
        self.kind = kind
        self.rows: pl.DataFrame | None = None
        names = ("row_number", kind.scope_column, *code_columns(kind.name))
        self._columns = [pl.col(name) for name in names]
        if any(column.name == "institution_id" for column in kind.columns):
            self._columns.append(pl.col("institution_id"))
        if by_learner:
            # Tells learners apart within this process; a hash without a key is not to be written.
            identity = pl.coalesce("national_number", "student_number")
            self._columns.append(identity.hash().cast(pl.String).alias("learner"))
        self._seen: list[pl.DataFrame] = []

    def __enter__(self) -> Self:
        """Return the destination, to be filled."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was written, so nothing is removed."""

    def write(self, accepted: pl.DataFrame) -> None:
        """Remember where the rows stand and what they refer to."""
        self._seen.append(accepted.select(self._columns))

    def rows_at(self, ordinals: pl.Series) -> pl.DataFrame:
        """Return ``ordinal``, ``row_number`` and the scope column of rows already written."""
        rows = pl.concat(self._seen).with_row_index("ordinal")
        found = rows.filter(pl.col("ordinal").is_in(ordinals.cast(pl.UInt32).implode()))
        return found.select("ordinal", "row_number", self.kind.scope_column)

    def commit(self, without: pl.Series) -> None:
        """Leave out the repeated rows of what is remembered."""
        if self._seen:
            rows = pl.concat(self._seen).with_row_index("ordinal")
            is_repeated = pl.col("ordinal").is_in(without.cast(pl.UInt32).implode())
            self.rows = rows.filter(~is_repeated).drop("ordinal")
