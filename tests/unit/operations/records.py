"""Records of runs as tests need them, at moments counted back from one fixed moment.

Border: no test stands here.
"""

from datetime import UTC, datetime, timedelta

from pipelines.operations.run_record import PUBLISHED, RefusedFile, RunRecord, Success, UnmetCheck

MOMENT = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
REFUSED = RefusedFile(
    "ucll",
    "ucll/2024-11-04/inschrijvingen_2023-2024.csv",
    "Het jaar 2023-2024 zou van 812 naar 12 rijen gaan.",
    ("enrolments",),
)
BLOCKING = UnmetCheck("counts", "delen en totaal", True, False, "Zoek de cel op in counts.")
WARNING = UnmetCheck("delivered", "aandeel geweigerde rijen", False, False, "Stuur terug.")


def hours_ago(hours: float) -> datetime:
    return MOMENT - timedelta(hours=hours)


def well(hours: float = 4.0, **changes: object) -> RunRecord:
    """Return the record of a run that published so many hours ago, with changes."""
    ended = hours_ago(hours)
    fields: dict[str, object] = {
        "outcome": PUBLISHED,
        "started_at": ended - timedelta(seconds=90),
        "finished_at": ended,
        "seconds": 90.0,
        "stage_seconds": {"deliveries": 60.0, "models": 25.5},
        "by": "staalkaart run",
        "last_success": Success(PUBLISHED, ended, ended - timedelta(seconds=90)),
    }
    return RunRecord(**{**fields, **changes})  # type: ignore[arg-type]


def unwell(outcome: str, hours: float = 4.0, success: float | None = 28.0) -> RunRecord:
    """Return the record of a run that did not end well, after one that did."""
    last = None if success is None else Success(PUBLISHED, hours_ago(success))
    return well(hours, outcome=outcome, last_success=last, message="iets")
