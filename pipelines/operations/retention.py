"""How long raw deliveries that hold national numbers are kept, and the removal of older ones.

The landing keeps what counts: a warehouse built without the files has the same tables. Each file is
written to a log before it goes. Synthetic deliveries are removed only when somebody asks for it.

Border: which deliveries are old and may go is found in ``due_deliveries.py``; dated copies of the
published file have a rule of their own.
"""

import json
import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from pipelines.console import StaalkaartError
from pipelines.deliveries.landing import sync_folder
from pipelines.deliveries.recognition import CONFIRMATION, is_synthetic
from pipelines.operations.clock import now
from pipelines.operations.due_deliveries import Kept, identity_of, older_deliveries
from pipelines.operations.freshness import freshness
from pipelines.operations.parameters import Parameters, load_parameters
from pipelines.operations.run_record import read_run_record
from pipelines.settings import Settings
from pipelines.warehouse.lock import warehouse_lock


@dataclass(frozen=True)
class Outcome:
    """What the limit means for a raw folder, and what was done.

    Attributes:
        limit: Deliveries received before this day are older than the limit.
        found: Every file that is older and about people, or that nobody could read.
        removed: Those of them that were removed.
        failed: Those that could not be, with why.
    """

    limit: date
    found: tuple[Kept, ...]
    removed: tuple[Kept, ...] = ()
    failed: tuple[Kept, ...] = ()


def retention(settings: Settings, *, is_applied: bool, with_synthetic: bool = False) -> Outcome:
    """Return which raw deliveries are older than the limit, and remove what may go if asked.

    Args:
        settings: The raw folder and the data folder.
        is_applied: Whether to remove; else nothing changes.
        with_synthetic: Whether synthetic deliveries may be removed too.

    Raises:
        StaalkaartError: No raw folder, synthetic deliveries that nobody asked to remove, no recent
            successful run, or another run holds the lock (exit 2); nothing was removed.
    """
    if not settings.raw_dir.is_dir():
        raise StaalkaartError(
            f"De map met leveringen {settings.raw_dir} bestaat niet. Geef een andere met --raw."
        )
    parameters = load_parameters()
    limit = _today() - timedelta(days=parameters.keep_raw_days)
    if not is_applied:
        return Outcome(limit, tuple(older_deliveries(settings, limit)))
    if is_synthetic(settings.raw_dir) and not with_synthetic:
        raise StaalkaartError(
            f"{settings.raw_dir} bevat synthetische leveringen; die worden niet verwijderd. "
            "Geef --synthetic om het toch te doen."
        )
    with warehouse_lock(settings, "staalkaart retention"):
        _refuse_without_recent_run(settings, parameters)
        found = tuple(older_deliveries(settings, limit))
        removed, failed = _remove(settings, [one for one in found if one.may_go])
    return Outcome(limit, found, tuple(removed), tuple(failed))


def _today() -> date:
    return now().date()


def _refuse_without_recent_run(settings: Settings, parameters: Parameters) -> None:
    """Refuse when the ledger may be behind the raw folder, or the clock may be wrong."""
    found = freshness(read_run_record(settings.status_file).record, now(), parameters)
    if not found.is_fresh:
        raise StaalkaartError(
            "Er wordt niets verwijderd zonder een recente geslaagde run: het grootboek kan achter "
            "lopen, of de klok kan fout staan. Voer eerst 'staalkaart run' uit."
        )


def _remove(settings: Settings, due: list[Kept]) -> tuple[list[Kept], list[Kept]]:
    """Remove files, each written to the log before it goes; return what went and what did not."""
    removed, failed = [], []
    for one in due:
        try:
            is_same = identity_of(one.path.lstat()) == one.identity
            if is_same:
                _log(settings, one, "removed")
                one.path.unlink()
                # Its name may be that of a person too.
                one.path.with_name(one.path.name + CONFIRMATION).unlink(missing_ok=True)
                sync_folder(one.path.parent)
        except OSError:
            _log(settings, one, "not_removed")
            failed.append(replace(one, verdict="denied"))
            continue
        if is_same:
            removed.append(one)
        else:
            failed.append(replace(one, verdict="changed"))
    return removed, failed


def _log(settings: Settings, one: Kept, event: str) -> None:
    """Add one line to the log of removals and have it written to the disk."""
    line = {
        "event": event,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "file_name": one.file_name,
        "institution_id": one.institution_id,
        "sha256": one.sha256,
        "received_on": one.received_on.isoformat() if one.received_on else None,
        "kinds": list(one.kinds),
    }
    with settings.retention_log.open("a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        log.flush()
        os.fsync(log.fileno())
