"""The verdict on a delivery without loading it: what ``staalkaart check`` gives a steward.

Recognition, readers, rules and verdict are those of the nightly run; nothing lands, so that no key
is needed. Imports nothing heavy: neither Dagster, dbt, DuckDB nor Great Expectations.

Border: how a verdict is shown stands in ``check_report.py``; codes are compared between files in
``comparison.py``; what depends on earlier deliveries is known to the nightly run only.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.console import StaalkaartError
from pipelines.deliveries.attribution import unit_of, unit_of_folder
from pipelines.deliveries.contract import contracts_dir, load_contract
from pipelines.deliveries.destinations import RememberedRows
from pipelines.deliveries.kinds import Kind
from pipelines.deliveries.ledger import Part
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.proposals import with_proposals
from pipelines.deliveries.reading import Source, read_delivery, source_of
from pipelines.deliveries.recognition import (
    Candidate,
    Place,
    date_of_folder,
    is_ignored,
    recognise,
)
from pipelines.deliveries.refusals import today, unfit_to_open
from pipelines.deliveries.register import Register, load_register
from pipelines.deliveries.rules import UNKNOWN_KIND, finding
from pipelines.deliveries.streams import HISTORY_STREAM
from pipelines.settings import Settings

CLEAN, ROWS_REJECTED, REFUSED = 0, 1, 2


@dataclass(frozen=True)
class Verdict:
    """What the nightly run would make of a file.

    Attributes:
        path: The file.
        file_name: Its name, masked.
        unit: Whose delivery it is; empty when nothing says it.
        parts: One per kind.
        findings: One row per row and rule, with ``value``, ``allowed`` and ``proposal``.
        source: How it was read; None when it was refused unread.
        accepted: Per kind what comparing codes needs of the accepted rows; no personal column.
        received_on: The date of its folder, or today; None when it was refused unread.
        is_confirmed: Whether a side-car confirms that it may halve a year.
    """

    path: Path
    file_name: str
    unit: str
    parts: list[Part]
    findings: pl.DataFrame
    source: Source | None = None
    accepted: dict[str, pl.DataFrame] = field(default_factory=dict)
    received_on: date | None = None
    is_confirmed: bool = False

    @property
    def rows_read(self) -> int:
        """Rows that were read: accepted and rejected."""
        return sum(part.rows_read for part in self.parts)

    @property
    def rows_rejected(self) -> int:
        """Rows that an error rejects."""
        return sum(part.rows_rejected for part in self.parts)

    @property
    def is_refused(self) -> bool:
        """Whether the file is refused as a whole."""
        return any(part.refused_by for part in self.parts)

    @property
    def exit_code(self) -> int:
        """0 clean, 1 rejected rows, 2 refused."""
        if self.is_refused:
            return REFUSED
        return ROWS_REJECTED if self.rows_rejected else CLEAN


def check_file(
    settings: Settings, path: Path, institution: str | None, readers: LimitedReaders
) -> Verdict:
    """Return the verdict on a file.

    Args:
        settings: Where the register and the contracts are.
        path: The file, anywhere.
        institution: Whose delivery it is; found from folder, name or rows when None.
        readers: The limited child process for what a library must unpack.

    Raises:
        StaalkaartError: The file is not there, or the institution is unknown (exit code 2).
    """
    register = load_register(settings.dbt_dir)
    if institution is not None and institution not in register.units:
        allowed = ", ".join(register.units)
        raise StaalkaartError(f"Instelling '{institution}' bestaat niet. Gebruik: {allowed}.")
    if not path.is_symlink() and not path.exists():
        raise StaalkaartError(f"Het bestand {path.name} bestaat niet.")
    path = path.parent.resolve() / path.name
    unit = institution or _readable_unit(path, register, readers)
    # A refusal of the file itself is the same for every institution.
    folder = contracts_dir(settings.project_root)
    place_unit = unit or register.institution_ids[0]
    contract = load_contract(folder, place_unit)
    dated_on = date_of_folder(path.parent.name)
    candidate = _recognised(path, Place(place_unit, register, contract), dated_on is not None)
    if candidate.refused_by is None and unit is None:
        candidate = replace(candidate, refused_by="institution_unclear", facts={})
    if candidate.refused_by is not None or candidate.claim is None:
        return _unread(candidate, unit or "")
    received_on = dated_on or today()
    source = source_of(path, [candidate.claim], place_unit, received_on, register, contract)
    remembered: dict[str, RememberedRows] = {}

    def remember(kind: Kind) -> RememberedRows:
        is_history = source.claim.stream == HISTORY_STREAM
        remembered[kind.name] = RememberedRows(kind, by_learner=is_history)
        return remembered[kind.name]

    reading = read_delivery(source, remember, readers)
    return Verdict(
        path,
        candidate.file_name,
        place_unit,
        reading.parts,
        with_proposals(reading.findings, source.sender),
        source,
        {name: each.rows for name, each in remembered.items() if each.rows is not None},
        received_on,
        candidate.is_confirmed,
    )


def _readable_unit(path: Path, register: Register, readers: LimitedReaders) -> str | None:
    if path.is_symlink() or not path.is_file() or unfit_to_open(path)[0]:
        # What may not be opened is of nobody but the owner of its folder.
        return unit_of_folder(path, register)
    return unit_of(path, register, readers)


def _recognised(path: Path, place: Place, is_dated: bool) -> Candidate:
    raw_dir = path.parent.parent if is_dated else path.parent
    if is_ignored(path.name):
        return Candidate(path, path.name, refused_by="file_ignored", facts={"found": path.name})
    candidate = recognise(raw_dir, path, place, None)
    if path.is_dir() and not path.is_symlink():
        return replace(candidate, claim=None, refused_by="file_is_folder", facts={})
    if candidate.refused_by is None:
        rule_id, facts = unfit_to_open(path)
        candidate = replace(candidate, refused_by=rule_id, facts=facts)
    return candidate


def _unread(candidate: Candidate, unit: str) -> Verdict:
    claim = candidate.claim
    rule_id = candidate.refused_by or "file_not_recognised"
    kind = (claim.kind if claim else "") or UNKNOWN_KIND
    found = finding(rule_id, kind=kind, **candidate.facts)
    part = Part(
        kind=kind,
        stream=claim.stream if claim else "unknown",
        format=claim.format if claim else "unknown",
        refused_by=rule_id,
        message_nl=found["message_nl"].item(),
    )
    return Verdict(
        candidate.path,
        candidate.file_name,
        unit,
        [part],
        found.with_columns(proposal=pl.lit(None, pl.String)),
    )
