"""Whether the last successful run is recent enough, by a clock that may have been changed.

Border: nothing is read here; the record comes from ``run_record.py``, the limits from
``parameters.py``. Only the standard library is needed, because the watchdog asks it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pipelines.operations.parameters import Parameters
from pipelines.operations.run_record import RunRecord

State = Literal["fresh", "stale", "never", "future"]


@dataclass(frozen=True)
class Freshness:
    """How old the last successful run is.

    Attributes:
        state: ``never`` when no successful run is known; ``future`` when it ended further ahead
            than the clock allows for, so that its age means nothing.
        since: When it ended; None when no successful run is known.
        age: How long ago that was; below zero when it lies in the future.
    """

    state: State
    since: datetime | None = None
    age: timedelta | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether the figures may be trusted to be recent."""
        return self.state == "fresh"


def freshness(record: RunRecord | None, now: datetime, parameters: Parameters) -> Freshness:
    """Return how old the last successful run is.

    Args:
        record: The record of the last run, None when there is none that can be read.
        now: The present moment, with its time zone.
        parameters: The limits.
    """
    success = record.last_success if record else None
    if success is None:
        return Freshness("never")
    age = now - success.finished_at
    if age < -parameters.clock_tolerance:
        return Freshness("future", success.finished_at, age)
    state: State = "stale" if age > parameters.stale_after else "fresh"
    return Freshness(state, success.finished_at, age)
