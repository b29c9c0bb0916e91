"""Landed files: Parquet, written under a temporary name, synced, then renamed.

Border: what goes into a file is decided in ``intake.py``; nothing that holds a national number may
reach this module.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow.parquet as pq

REJECTED_ROWS = "rejected_rows"


def landed_path(landing_dir: Path, kind: str, delivery_id: str) -> Path:
    """Return the landed file of a delivery and kind."""
    return landing_dir / kind / f"{delivery_id.replace(':', '-')}.parquet"


class ParquetFile:
    """A Parquet file that exists under its own name only when it is complete.

    Use as a context manager; without ``commit`` nothing is left behind.

    Attributes:
        path: The final name.
        temporary: The hidden name until then, in the same folder.
        row_count: Rows written so far.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.part")
        self.row_count = 0
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        """Return the file, to be filled."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not committed."""
        self._close()
        self.temporary.unlink(missing_ok=True)

    def write(self, rows: pl.DataFrame) -> None:
        """Add rows; every call must bring the same columns."""
        if not rows.height:
            return
        table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self.temporary.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.temporary, table.schema, compression="zstd")
        self._writer.write_table(table)
        self.row_count += rows.height

    def commit(self, without: pl.Series | None = None) -> None:
        """Give the file its name; an existing file is removed when there are no rows.

        Args:
            without: Ordinal numbers (from 0) of rows to leave out.
        """
        self._close()
        if without is not None and len(without):
            self._leave_out(without)
        if not self.row_count:
            self.path.unlink(missing_ok=True)
            return
        with self.temporary.open("rb") as file:
            os.fsync(file.fileno())
        self.temporary.replace(self.path)
        sync_folder(self.path.parent)

    def rows_at(self, ordinals: pl.Series) -> pl.DataFrame:
        """Return rows already written, by ordinal number (column ``ordinal``)."""
        self._close()
        return (
            pl.scan_parquet(self.temporary)
            .with_row_index("ordinal")
            .filter(pl.col("ordinal").is_in(ordinals.cast(pl.UInt32).implode()))
            .collect(engine="streaming")
        )

    def _leave_out(self, ordinals: pl.Series) -> None:
        smaller = self.temporary.with_name(f"{self.temporary.name}2")
        (
            pl.scan_parquet(self.temporary)
            .with_row_index("ordinal")
            .filter(~pl.col("ordinal").is_in(ordinals.cast(pl.UInt32).implode()))
            .drop("ordinal")
            .sink_parquet(smaller)
        )
        smaller.replace(self.temporary)
        self.row_count -= len(ordinals)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
