"""The nightly job in this process: the same job as the schedule's, with progress and a summary.

Border: what the job does stands in ``definitions.py``; how the summary looks in ``summary.py``.
"""

import logging
import traceback
from datetime import UTC, datetime

from rich.console import Console

from pipelines.console import RunWatch, StaalkaartError, watching
from pipelines.interface import open_instance
from pipelines.settings import Settings, silence_telemetry
from pipelines.storage import reason_in, storage_error, storage_reason
from pipelines.summary import TerminalWatch, show_summary
from pipelines.warehouse.models import BrokenModelsError

PUBLISHED, NOT_PUBLISHED, SOMETHING_REFUSED = 0, 1, 3


def run_nightly(settings: Settings, is_quiet: bool = False) -> int:
    """Run the nightly job and return the exit code of the command line.

    Returns:
        0 when published (or nothing had changed), 3 when a file was refused or an institution is
        in error and everything else was published.

    Raises:
        StaalkaartError: Exit 1 when nothing was published, 2 for usage, lock, key or mixing.
    """
    errors = Console(stderr=True)
    watch = TerminalWatch(errors) if errors.is_terminal and not is_quiet else RunWatch()
    try:
        with watching(watch), watch:
            _execute(settings)
    except Exception as error:
        raise _for_people(error, settings, is_published=bool(watch.row_counts)) from None
    finally:
        if not is_quiet and watch.institutions:
            show_summary(settings, watch)
        for problem in watch.side_problems:
            errors.print(f"Let op: {problem}", markup=False, soft_wrap=True)
    return SOMETHING_REFUSED if _is_something_refused(watch) else PUBLISHED


def _execute(settings: Settings) -> None:
    """Run the job on the instance that the interface shows."""
    silence_telemetry()
    from pipelines.definitions import build_definitions

    # Dagster records every event in its own store; on the terminal they would drown the progress.
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    job = build_definitions(settings).resolve_job_def("nightly")
    with open_instance(settings) as instance:
        job.execute_in_process(instance=instance, run_config=_run_config(settings))


def _run_config(settings: Settings) -> dict[str, object]:
    lock = {
        "raw": str(settings.raw_dir),
        "data": str(settings.data_dir),
        "as_of": settings.as_of.isoformat() if settings.as_of else "",
        "verify": settings.verify,
        "project": str(settings.project_root),
        "by": "staalkaart run",
    }
    return {
        "resources": {"warehouse_lock": {"config": lock}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def _for_people(error: Exception, settings: Settings, is_published: bool) -> StaalkaartError:
    """Return the problem that people can mend, or where the details of a bug are."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, StaalkaartError):
            reason = reason_in(str(cause)) if isinstance(cause, BrokenModelsError) else None
            return storage_error(reason, settings.data_dir) if reason else cause
        cause = cause.__cause__
    reason = storage_reason(error)
    if reason:
        return storage_error(reason, settings.data_dir)
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    log = settings.logs_dir / f"error-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    outcome = "de warehouse is wel gepubliceerd" if is_published else "er is niets gepubliceerd"
    return StaalkaartError(
        f"Onverwachte fout ({type(error).__name__}); {outcome}. Details: {log}",
        exit_code=SOMETHING_REFUSED if is_published else NOT_PUBLISHED,
    )


def _is_something_refused(watch: RunWatch) -> bool:
    return bool(watch.unrecognised_folders) or any(
        result.refused or result.error for result in watch.institutions
    )
