"""What every reader yields: a batch of rows of one kind, all cells text.

Border: reading a format belongs in the module of that format.
"""

from dataclasses import dataclass, field

import polars as pl

from pipelines.deliveries.rules import no_findings


@dataclass(frozen=True)
class Batch:
    """Some rows of one kind, in the order of the file.

    Attributes:
        kind: Canonical name of the kind.
        rows: ``row_number`` and the canonical columns that the file has, as text.
        findings: What the reader found about these rows or about the file.
        unreadable_count: Rows that were read but cannot be given columns; ``findings`` names
            them and they count as rejected.
    """

    kind: str
    rows: pl.DataFrame
    findings: pl.DataFrame = field(default_factory=no_findings)
    unreadable_count: int = 0
