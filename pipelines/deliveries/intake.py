"""Intake: what the command line and Dagster call to receive deliveries.

One bad row never stops a file; one bad file never stops the others; a fault in this program while
reading one institution is caught here and reported as that institution's error.

Border: a visit to one folder is ``visit.py``; which delivery counts is decided in ``delivered.py``.
"""

import hashlib
import logging
import os
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.deliveries.contract import contracts_dir, load_contract
from pipelines.deliveries.fingerprints import PACKAGE, reading_fingerprint
from pipelines.deliveries.ledger import (
    Ledger,
    amended_ledger,
    delivery_id_of,
    hash_of,
    read_ledger,
)
from pipelines.deliveries.pseudonyms import load_key
from pipelines.deliveries.reading import is_about_people
from pipelines.deliveries.recognition import (
    Candidate,
    find_candidates,
    find_strangers,
    is_ignored,
    is_named_plainly,
    is_synthetic,
)
from pipelines.deliveries.refusals import record_refusal, unfit_to_open
from pipelines.deliveries.register import Register, load_register
from pipelines.deliveries.results import DeliverySummary, IntakeResult
from pipelines.deliveries.safeguards import (
    key_notes,
    missing_key,
    refuse_mixing,
    refuse_other_key,
)
from pipelines.deliveries.visit import Visit
from pipelines.settings import Settings
from pipelines.storage import is_about, storage_error, storage_reason

__all__ = [
    "NOTHING_DELIVERED",
    "DeliverySummary",
    "IntakeResult",
    "prepare",
    "raw_state",
    "receive_institution",
    "reporting_units",
    "unrecognised_folders",
]
LOGGER = logging.getLogger(__name__)
# Reporting units received at a time.
SIDE_BY_SIDE = 2
NOTHING_DELIVERED = hashlib.sha256().hexdigest()


def reporting_units(settings: Settings) -> list[str]:
    """Return the institution ids of the register, and ``department``."""
    return list(load_register(settings.dbt_dir).units)


def raw_state(settings: Settings) -> str:
    """Return a hash of what stands in the raw folder: paths, sizes and times, no content.

    ``NOTHING_DELIVERED`` when there is no file at all.
    """
    state = hashlib.sha256()
    for path in sorted(settings.raw_dir.rglob("*")):
        if path.is_file() and not is_ignored(path.name):
            facts = path.stat()
            name = path.relative_to(settings.raw_dir).as_posix()
            # A name need not be text.
            state.update(os.fsencode(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n"))
    return state.hexdigest()


def prepare(settings: Settings) -> list[str]:
    """Check what must be right before anything is written.

    Returns:
        Notes in Dutch, such as that the public demonstration key is used.

    Raises:
        StaalkaartError: No raw folder, a faulty contract, synthetic and real deliveries mixed, or a
            missing or wrong key (exit code 2).
    """
    if not settings.raw_dir.is_dir():
        raise StaalkaartError(
            f"De map met leveringen {settings.raw_dir} bestaat niet. Geef een andere met --raw."
        )
    register = load_register(settings.dbt_dir)
    contracts = {
        unit: load_contract(contracts_dir(settings.project_root), unit) for unit in register.units
    }
    ledger = read_ledger(settings.landing_dir)
    refuse_mixing(settings, ledger)
    key = load_key(is_synthetic=is_synthetic(settings.raw_dir))
    if key is not None:
        refuse_other_key(key, ledger)
    about_people = [
        candidate
        for unit in register.units
        for candidate in find_candidates(settings.raw_dir, unit, register, contracts[unit])
        if candidate.claim is not None and is_about_people(candidate.path, candidate.claim)
    ]
    if key is None and _must_read_people(settings, ledger, register, about_people):
        raise missing_key()
    return key_notes(key) if about_people else []


def unrecognised_folders(settings: Settings) -> list[str]:
    """Record what stands in the raw folder and belongs to no institution, as refused.

    Returns:
        The names of the folders (or stray files), masked and sorted.
    """
    register = load_register(settings.dbt_dir)
    strangers = find_strangers(settings.raw_dir, register)
    with amended_ledger(settings.landing_dir) as ledger:
        forgotten = {
            name: ledger.deliveries.pop(name)
            for name, delivery in list(ledger.deliveries.items())
            if delivery.institution_id not in register.units
        }
        for stranger in strangers:
            record_refusal(ledger, stranger, "", forgotten)
    return sorted({stranger.file_name.split("/")[0] for stranger in strangers})


def receive_side_by_side(settings: Settings, units: list[str]) -> Iterator[IntakeResult]:
    """Receive what reporting units sent, a few of them at a time, and yield the results in order.

    While one waits for the disk or for the child that reads its file, another goes on.

    Args:
        settings: The run's settings.
        units: Institution ids and ``department``.

    Raises:
        StaalkaartError: As ``receive_institution``; units that were not begun are left.
    """
    with ThreadPoolExecutor(SIDE_BY_SIDE, "receive") as pool:
        received = [pool.submit(receive_institution, settings, unit) for unit in units]
        try:
            for result in received:
                yield result.result()
        finally:
            for result in received:
                result.cancel()


def receive_institution(settings: Settings, institution_id: str) -> IntakeResult:
    """Receive everything that one reporting unit sent; a bad file never raises.

    Args:
        settings: The run's settings.
        institution_id: An institution id or ``department``.

    Raises:
        StaalkaartError: A missing or wrong key, or mixing; ``prepare`` reports these earlier. Or
            nothing can be landed: disk full, no right to write (exit code 2).
    """
    try:
        return Visit(settings, institution_id).run()
    except StaalkaartError:
        raise
    except Exception as error:
        reason = storage_reason(error)
        if isinstance(error, OSError) and reason and not is_about(error, settings.raw_dir):
            # Not this institution's fault, and the next one could not be landed either.
            raise storage_error(reason, settings.data_dir) from None
        # The text of an exception may hold a value of a row, so only its type and place are kept.
        frames = traceback.extract_tb(error.__traceback__)
        place = [frame for frame in frames if Path(frame.filename).is_relative_to(PACKAGE)][-1]
        where = f"{type(error).__name__} in {Path(place.filename).name}, regel {place.lineno}"
        LOGGER.error("Onverwachte fout bij %s: %s", institution_id, where)
        return IntakeResult(institution_id, error=where)


def _must_read_people(
    settings: Settings, ledger: Ledger, register: Register, candidates: list[Candidate]
) -> bool:
    """Return whether one of these files about people must be read (again)."""
    for candidate in candidates:
        if unfit_to_open(candidate.path)[0] is not None:
            continue
        if is_named_plainly(settings.raw_dir, candidate):
            seen = ledger.files.get(candidate.file_name)
            status = candidate.path.stat()
            as_now = (status.st_size, status.st_mtime_ns)
            if seen is None or (seen.size, seen.modified_ns) != as_now:
                return True
            sha256 = seen.sha256
        else:
            sha256 = hash_of(candidate.path)
        delivery = ledger.deliveries.get(delivery_id_of(candidate.unit, sha256))
        if delivery is None or delivery.reading != reading_fingerprint(
            settings, register, delivery
        ):
            return True
    return False
