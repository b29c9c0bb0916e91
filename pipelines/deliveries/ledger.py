"""The ledger: what was seen, when first, and what reading it gave. One file, written atomically.

It holds facts about deliveries, never their order of authority: streams, supersession and the as-of
date are applied in ``delivered.py`` only.

Border: rows of deliveries stand in the landed Parquet files.
"""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from pipelines.console import StaalkaartError
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.landing import sync_folder

LEDGER_NAME = "ledger.json"
_AMENDING = threading.Lock()


class Seen(BaseModel):
    """A file as it was when it was last hashed."""

    size: int
    modified_ns: int
    sha256: str


class Part(BaseModel):
    """What one delivery gave of one kind.

    Attributes:
        kind: Canonical kind, or ``unknown`` for a file that yielded nothing.
        stream: The stream.
        format: The format.
        named_scope: Academic year that the file name says, where it does.
        rows_read: Rows that were read; always rows_accepted + rows_rejected.
        rows_accepted: Rows in the landed file.
        rows_rejected: Rows rejected by an error.
        scopes: Accepted and rejected rows per scope unit (academic year or quarter).
        rejected_without_scope: Rejected rows whose scope unit cannot be read.
        refused_by: The rule that refuses the file, or None.
        message_nl: Why, in Dutch.
        shares: Of a source whose scope unit is the learner: accepted rows per learner key and
            per ``<institution>|<academic year>``.
    """

    kind: str
    stream: str = "unknown"
    format: str = "unknown"
    named_scope: str | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    scopes: dict[str, tuple[int, int]] = {}
    rejected_without_scope: int = 0
    refused_by: str | None = None
    message_nl: str | None = None
    shares: dict[str, dict[str, int]] = {}


class Delivery(BaseModel):
    """One delivery: the bytes of a file, under whatever names.

    Attributes:
        institution_id: The reporting unit, or the name of an unknown folder.
        sha256: Hash of the bytes; empty for what could not be opened.
        received_on: Earliest date folder, or the date of first sight.
        first_seen_on: Date of first sight.
        file_name: Path below the raw folder, masked; the first by name.
        claims: What the names say the file is.
        part_name: The part of the institution (such as a faculty) that the name says.
        is_confirmed: Whether it may leave a year with fewer than half its rows.
        reading: Fingerprint of everything besides the bytes that the parts depend on.
        parts: What reading gave, per kind.
        is_present: Whether the file was there at the last visit.
    """

    institution_id: str
    sha256: str
    received_on: date
    first_seen_on: date
    file_name: str
    claims: list[str] = []
    part_name: str = ""
    is_confirmed: bool = False
    reading: str = ""
    parts: list[Part] = []
    is_present: bool = True


class Ledger(BaseModel):
    """Everything that the landing folder knows about deliveries.

    Attributes:
        version: Of the layout of this file.
        is_synthetic: Whether the deliveries are synthetic; None before the first one.
        key_fingerprint: Of the key of all learner keys; None before the first one.
        files: Per masked path the file as last hashed.
        deliveries: Per delivery id.
    """

    version: int = 1
    is_synthetic: bool | None = None
    key_fingerprint: str | None = None
    files: dict[str, Seen] = {}
    deliveries: dict[str, Delivery] = {}


def hash_of(path: Path) -> str:
    """Return the SHA-256 of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def delivery_id_of(unit: str, sha256: str) -> str:
    """Return the id of a delivery: its unit and the first 16 digits of the hash of its bytes."""
    return f"{unit}:{sha256[:16]}"


def read_ledger(landing_dir: Path) -> Ledger:
    """Return the ledger of a landing folder; an empty one when there is none.

    Raises:
        StaalkaartError: The file is damaged (exit code 2).
    """
    path = landing_dir / LEDGER_NAME
    if not path.exists():
        return Ledger()
    try:
        return Ledger.model_validate_json(path.read_bytes())
    except (ValidationError, OSError):
        raise StaalkaartError(
            f"Het grootboek {LEDGER_NAME} in de landingsmap is beschadigd. Zet een kopie terug, of "
            "begin met een nieuwe map: staalkaart run --data <map>."
        ) from None


def known_by(ledger: Ledger, as_of: date | None) -> Ledger:
    """Return the ledger as it was known on a date; the whole of it without a date.

    The key is known from the first delivery about people on.
    """
    if as_of is None:
        return ledger
    known = {
        delivery_id: delivery
        for delivery_id, delivery in ledger.deliveries.items()
        if delivery.received_on <= as_of
    }
    kinds = load_kinds()
    holds_people = any(
        part.kind in kinds and kinds[part.kind].holds_people
        for delivery in known.values()
        for part in delivery.parts
    )
    fingerprint = ledger.key_fingerprint if holds_people else None
    return ledger.model_copy(update={"deliveries": known, "key_fingerprint": fingerprint})


@contextmanager
def amended_ledger(landing_dir: Path) -> Iterator[Ledger]:
    """Yield the ledger as it is now, to be changed; it is written at the end, when it changed.

    One reporting unit at a time, since several are received side by side.

    Raises:
        StaalkaartError: The file is damaged (exit code 2).
    """
    with _AMENDING:
        ledger = read_ledger(landing_dir)
        before = _written(ledger)
        yield ledger
        content = _written(ledger)
        if content != before:
            _write(landing_dir, content)


def write_ledger(landing_dir: Path, ledger: Ledger) -> None:
    """Write the ledger: temporary name, sync, rename."""
    _write(landing_dir, _written(ledger))


def _written(ledger: Ledger) -> bytes:
    in_order = ledger.model_copy(
        update={
            "files": dict(sorted(ledger.files.items())),
            "deliveries": dict(sorted(ledger.deliveries.items())),
        }
    )
    return in_order.model_dump_json(indent=1).encode()


def _write(landing_dir: Path, content: bytes) -> None:
    landing_dir.mkdir(parents=True, exist_ok=True)
    temporary = landing_dir / f".{LEDGER_NAME}.part"
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(landing_dir / LEDGER_NAME)
    sync_folder(landing_dir)
