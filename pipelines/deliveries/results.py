"""What a visit to a reporting unit gives back to the command line and to Dagster.

Border: counts and messages only, never a value of a row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.deliveries.ledger import Delivery

REFUSED = "refused"


@dataclass(frozen=True)
class DeliverySummary:
    """One delivery as the closing table shows it.

    Attributes:
        delivery_id: Institution id and the first 16 hexadecimal digits of the SHA-256.
        file_name: Path below the raw folder, masked.
        stream: The stream, or ``unknown``.
        kinds: Kinds of which rows were read.
        status: ``accepted``, ``refused`` or ``waiting`` (still growing).
        message_nl: Why it was refused, in Dutch.
        return_file: The file for its sender, with the faults of each row; None without any.
        warning_nl: What the sender must know of a delivery that was accepted, in Dutch.
    """

    delivery_id: str
    file_name: str
    stream: str
    kinds: tuple[str, ...]
    status: str
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    message_nl: str | None = None
    is_unchanged: bool = False
    return_file: Path | None = None
    warning_nl: str | None = None


@dataclass(frozen=True)
class IntakeResult:
    """What a visit to the folder of one reporting unit gave.

    Attributes:
        institution_id: The reporting unit.
        deliveries: Every delivery that is there, unchanged ones too.
        refused: Deliveries that are refused and whose year did not come well later.
        rows_read: Over all deliveries that are there; accepted and rejected add up to it.
        unchanged: Deliveries that were not read again.
        error: What went wrong in this program, without any value of a row; None normally.
        notes: What the reader must know, such as that the demonstration key is used.
        mended: Ids of refused deliveries whose year came well later.
        departed: Deliveries that landed earlier and whose file is no longer there.
    """

    institution_id: str
    deliveries: list[DeliverySummary] = field(default_factory=list)
    refused: int = 0
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    unchanged: int = 0
    error: str | None = None
    notes: list[str] = field(default_factory=list)
    mended: frozenset[str] = frozenset()
    departed: int = 0

    @property
    def refused_deliveries(self) -> list[DeliverySummary]:
        """Every delivery that is refused and was not mended since."""
        return [
            delivery
            for delivery in self.deliveries
            if delivery.status == REFUSED and delivery.delivery_id not in self.mended
        ]

    @classmethod
    def failed(cls, institution_id: str, error: str) -> "IntakeResult":
        """Return the result of a visit that a fault in this program ended."""
        return cls(institution_id, error=error)


def summary_of(delivery_id: str, delivery: Delivery, *, is_unchanged: bool) -> DeliverySummary:
    """Return a delivery as the closing table shows it."""
    refusals = [part for part in delivery.parts if part.refused_by]
    return DeliverySummary(
        delivery_id,
        delivery.file_name,
        delivery.parts[0].stream if delivery.parts else "unknown",
        tuple(part.kind for part in delivery.parts),
        REFUSED if refusals else "accepted",
        sum(part.rows_read for part in delivery.parts),
        sum(part.rows_accepted for part in delivery.parts),
        sum(part.rows_rejected for part in delivery.parts),
        refusals[0].message_nl if refusals else None,
        is_unchanged,
    )


def refused_after_all(summary: DeliverySummary, message_nl: str) -> DeliverySummary:
    """Return the summary of a delivery whose rows were good but which may not count."""
    return replace(summary, status=REFUSED, message_nl=message_nl)


def result_of(
    unit: str,
    summaries: list[DeliverySummary],
    notes: Iterable[str],
    mended: set[str],
    departed: int = 0,
) -> IntakeResult:
    """Return the result of a visit; refusals that were mended since do not count."""
    return IntakeResult(
        unit,
        summaries,
        sum(s.status == REFUSED and s.delivery_id not in mended for s in summaries),
        sum(summary.rows_read for summary in summaries),
        sum(summary.rows_accepted for summary in summaries),
        sum(summary.rows_rejected for summary in summaries),
        sum(summary.is_unchanged for summary in summaries),
        notes=list(notes),
        mended=frozenset(mended),
        departed=departed,
    )
