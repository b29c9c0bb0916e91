"""A run leaves a record of itself, whatever becomes of it, and tells when its state changed.

The record is written when the run begins, so that one that is killed can be told from one that
never began, and again when it ends. It carries the last successful run along.

Border: what a record holds stands in ``run_record.py``, what is told in ``notification.py``. No
failure here ends a run.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.console import RunWatch, StaalkaartError, run_watch, watching
from pipelines.operations.clock import now
from pipelines.operations.notification import tell_run
from pipelines.operations.run_record import (
    FAILED,
    NOT_STARTED,
    RUNNING,
    RefusedFile,
    RunRecord,
    Success,
    UnmetCheck,
    read_run_record,
    write_run_record,
)
from pipelines.settings import Settings

LOGGER = logging.getLogger(__name__)
USAGE = 2  # the exit code of what a person must mend before a run can begin


@dataclass
class Ending:
    """How a run ended, where its watch does not know."""

    problem: str | None = None
    is_usage: bool = False


@contextmanager
def recorded_run(settings: Settings, by: str) -> Iterator[RunWatch]:
    """Keep the record of a run; the caller holds the lock.

    Args:
        settings: The run's settings.
        by: What started it, in words for people.

    Yields:
        The watch of the run, which collects what the record says.
    """
    before = read_run_record(settings.status_file).record
    begun = RunRecord(
        RUNNING,
        started_at=now(),
        by=by,
        as_of=settings.as_of.isoformat() if settings.as_of else None,
        last_success=before.last_success if before else None,
    )
    clock = time.monotonic()
    ending = Ending()
    with watching(run_watch()) as watch:
        _write(settings, begun, watch)
        try:
            yield watch
        except StaalkaartError as problem:
            ending = Ending(str(problem), problem.exit_code == USAGE)
            raise
        except BaseException as fault:
            ending = Ending(f"Afgebroken ({type(fault).__name__}).")
            raise
        finally:
            ended = time.monotonic()
            record = replace(
                _ended(begun, watch, ending, now(), ended - clock),
                stage_seconds=stage_seconds(watch.stages, ended),
            )
            _write(settings, record, watch)
            told = tell_run(settings, record)
            if told.problem:
                _say(watch, told.problem)


def _ended(
    begun: RunRecord, watch: RunWatch, ending: Ending, finished_at: datetime, seconds: float
) -> RunRecord:
    """Return the record of a run that has ended."""
    outcome = watch.outcome or (NOT_STARTED if ending.is_usage else FAILED)
    record = replace(
        begun,
        outcome=outcome,
        finished_at=finished_at,
        seconds=round(seconds, 1),
        message=watch.problem or ending.problem,
        landing_hash=watch.landing_hash,
        code_version=watch.code_version,
        institutions_in_error={
            result.institution_id: result.error for result in watch.institutions if result.error
        },
        refused_files=tuple(
            RefusedFile(
                result.institution_id, one.file_name, one.message_nl or "", tuple(one.kinds)
            )
            for result in watch.institutions
            for one in result.refused_deliveries
        ),
        unrecognised_folders=tuple(watch.unrecognised_folders),
        unmet_checks=_unmet_checks(watch),
    )
    if record.is_successful:
        success = Success(outcome, finished_at, begun.started_at)
        return replace(record, last_success=success)
    return record


def stage_seconds(stages: list[tuple[str, float]], ended: float) -> dict[str, float]:
    """Return how long each stage took: until the next one began, or the run ended.

    Args:
        stages: The stages that began, with their moments in seconds.
        ended: The moment the run ended, by the same clock.
    """
    seconds: dict[str, float] = {}
    ends = [moment for _, moment in stages[1:]] + [ended] * bool(stages)
    for (stage, began), end in zip(stages, ends, strict=True):
        seconds[stage] = round(seconds.get(stage, 0.0) + end - began, 1)
    return seconds


def _unmet_checks(watch: RunWatch) -> tuple[UnmetCheck, ...]:
    found = {
        (check.suite, check.position): UnmetCheck(
            check.suite,
            check.subject,
            check.is_blocking,
            check.could_not_run,
            " ".join(check.advice.split()),
        )
        for check in watch.checks
        if check.could_not_run or not check.success
    }
    return tuple(found.values())


def _write(settings: Settings, record: RunRecord, watch: RunWatch) -> None:
    """Write the record; a disk that cannot be written stops the run itself, not this."""
    try:
        write_run_record(settings.status_file, record)
    except OSError as problem:
        _say(watch, f"{settings.status_file.name} kon niet worden geschreven: {problem.strerror}.")


def _say(watch: RunWatch, problem: str) -> None:
    LOGGER.warning(problem)
    watch.side_problems.append(problem)
