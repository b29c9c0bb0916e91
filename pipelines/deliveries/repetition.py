"""Repeated keys within one delivery, over all its batches, in 16 bytes per row.

Border: a key repeated over deliveries is superseding, decided in ``delivered.py``.
"""

import polars as pl


class Repetitions:
    """Remembers a hash of the key and of the contents of every accepted row."""

    def __init__(self) -> None:
        self._seen: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Remember accepted rows (``key_hash``, ``row_hash``) in their order."""
        self._seen.append(rows.select("key_hash", "row_hash"))

    def found(self) -> pl.DataFrame:
        """Return the rows to leave out: ``ordinal`` (from 0) and ``rule_id``.

        Of rows with the same values, however written, the first is kept; rows with one key that
        differ are all left out.
        """
        empty = pl.DataFrame(schema={"ordinal": pl.UInt32, "rule_id": pl.String})
        if not self._seen:
            return empty
        seen = pl.concat(self._seen).with_row_index("ordinal")
        if seen["key_hash"].n_unique() == seen.height:
            return empty
        repeated = seen.filter(pl.col("key_hash").is_duplicated())
        judged = repeated.with_columns(
            is_identical=pl.col("row_hash").n_unique().over("key_hash") == 1,
            is_first=pl.col("ordinal") == pl.col("ordinal").min().over("key_hash"),
        )
        return judged.filter(~(pl.col("is_identical") & pl.col("is_first"))).select(
            "ordinal",
            pl.when("is_identical")
            .then(pl.lit("key_repeated_identical"))
            .otherwise(pl.lit("key_repeated_different"))
            .alias("rule_id"),
        )
