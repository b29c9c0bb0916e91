"""Which raw deliveries are older than a day and about people, and which of them may go.

A delivery may go when everything it gave is landed, is what the code of today would land, and its
bytes are those of the ledger. What is a link, what nobody could read and what was refused stays for
a person to judge.

Border: nothing is removed here; nothing is read from a delivery but its bytes for the checksum, and
the names of the sheets of a workbook.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.deliveries.contract import contracts_dir, load_contract
from pipelines.deliveries.fingerprints import reading_fingerprint
from pipelines.deliveries.landing import landed_path
from pipelines.deliveries.ledger import Delivery, Ledger, delivery_id_of, read_ledger
from pipelines.deliveries.reading import is_about_people
from pipelines.deliveries.recognition import Candidate, find_candidates, find_strangers
from pipelines.deliveries.register import Register, load_register
from pipelines.settings import Settings

# Why a delivery that is old enough stays; the words stand in ``REASONS_NL``.
LANDED = "landed"
REASONS_NL = {
    "refused": "geweigerd, dus niet geland; beoordeel zelf of het weg mag",
    "unknown": "niet in het grootboek; voer eerst 'staalkaart run' uit",
    "unlanded": "de gelande rijen ontbreken of zijn onvolledig; zet de landing terug",
    "reading": "wordt bij de volgende run opnieuw gelezen; voer eerst 'staalkaart run' uit",
    "changed": "veranderde terwijl ernaar gekeken werd; begin opnieuw",
    "denied": "kon niet worden verwijderd; kijk de rechten na",
}


@dataclass(frozen=True)
class Kept:
    """One file of the raw folder that is older than the limit.

    Attributes:
        path: Where it is.
        file_name: Its masked name below the raw folder.
        institution_id: The reporting unit whose folder it is in.
        received_on: The day it was delivered; None when nobody knows.
        sha256: Of its bytes; empty when they were not read.
        verdict: ``landed`` when it may go, else a key of ``REASONS_NL``.
        kinds: What it gave.
        identity: Device, inode, size and time of change, by which it is known again.
    """

    path: Path
    file_name: str
    institution_id: str
    received_on: date | None
    sha256: str
    verdict: str
    kinds: tuple[str, ...] = ()
    identity: tuple[int, ...] = ()

    @property
    def may_go(self) -> bool:
        """Whether the file may be removed."""
        return self.verdict == LANDED


def older_deliveries(settings: Settings, limit: date) -> Iterator[Kept]:
    """Yield what is older than the limit and about people, or unread, in the order of the names."""
    ledger = read_ledger(settings.landing_dir)
    register = load_register(settings.dbt_dir)
    folder = contracts_dir(settings.project_root)
    for unit in register.units:
        contract = load_contract(folder, unit)
        for candidate in find_candidates(settings.raw_dir, unit, register, contract):
            if candidate.claim is None:
                yield from _unread(candidate, unit, ledger, limit)
            elif is_about_people(candidate.path, candidate.claim):
                kept = _judged(settings, candidate, unit, ledger, register)
                if kept.received_on is None or kept.received_on < limit:
                    yield kept
    for stranger in find_strangers(settings.raw_dir, register):
        yield from _unread(stranger, "", ledger, limit)


def _unread(candidate: Candidate, unit: str, ledger: Ledger, limit: date) -> Iterator[Kept]:
    """Yield a path that no run reads, if it is old enough to be looked at by a person."""
    known = [
        delivery.received_on
        for delivery in ledger.deliveries.values()
        if delivery.file_name == candidate.file_name
    ]
    received_on = candidate.dated_on or min(known, default=None)
    if received_on is None or received_on < limit:
        institution_id = unit or candidate.file_name.split("/")[0]
        yield Kept(candidate.path, candidate.file_name, institution_id, received_on, "", "refused")


def _judged(
    settings: Settings, candidate: Candidate, unit: str, ledger: Ledger, register: Register
) -> Kept:
    """Return whether a delivery about people may go, by its bytes and by what is landed of it."""
    sha256, identity = _hashed(candidate.path)
    delivery_id = delivery_id_of(unit, sha256)
    delivery = ledger.deliveries.get(delivery_id)
    if delivery is None or delivery.sha256 != sha256:
        return Kept(
            candidate.path, candidate.file_name, unit, candidate.dated_on, sha256, "unknown"
        )
    return Kept(
        candidate.path,
        candidate.file_name,
        unit,
        delivery.received_on,
        sha256,
        _verdict(settings, delivery_id, delivery, register),
        tuple(part.kind for part in delivery.parts),
        identity,
    )


def _verdict(settings: Settings, delivery_id: str, delivery: Delivery, register: Register) -> str:
    if not delivery.parts or any(part.refused_by for part in delivery.parts):
        return "refused"
    if delivery.reading != reading_fingerprint(settings, register, delivery):
        return "reading"
    rows: dict[str, int] = {}
    for part in delivery.parts:
        rows[part.kind] = rows.get(part.kind, 0) + part.rows_accepted
    # A message about somebody whom the service does not know has no rows to land.
    landed = all(
        _landed_rows(landed_path(settings.landing_dir, kind, delivery_id)) == count
        for kind, count in rows.items()
        if count
    )
    return LANDED if landed else "unlanded"


def _landed_rows(file: Path) -> int | None:
    try:
        return int(pq.read_metadata(file).num_rows)
    except Exception:  # missing, cut short or no Parquet: not landed
        return None


def _hashed(path: Path) -> tuple[str, tuple[int, ...]]:
    """Return the hash of a regular file and what tells it from another one of that name."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return "", ()
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            return "", ()
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest, identity_of(status)


def identity_of(status: os.stat_result) -> tuple[int, ...]:
    """Return what tells a file from another one, or a later one, of the same name."""
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
