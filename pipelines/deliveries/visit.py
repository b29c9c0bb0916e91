"""One visit to the folder of a reporting unit: what is there, what is new, what it gave.

Border: reading one delivery belongs in ``reading.py``; which delivery counts, in ``succession.py``.
"""

import functools
import time
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipelines.deliveries.contract import contracts_dir, load_contract
from pipelines.deliveries.destinations import RememberedRows
from pipelines.deliveries.fingerprints import reading_fingerprint
from pipelines.deliveries.landing import REJECTED_ROWS, ParquetFile, landed_path
from pipelines.deliveries.ledger import (
    Delivery,
    Ledger,
    Part,
    Seen,
    amended_ledger,
    delivery_id_of,
    hash_of,
    read_ledger,
)
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.pseudonyms import PseudonymKey, load_key
from pipelines.deliveries.readers.dho_history import SEVERAL_PEOPLE, numbers_in_name
from pipelines.deliveries.reading import (
    Source,
    is_about_people,
    land_delivery,
    read_delivery,
    source_of,
)
from pipelines.deliveries.recognition import (
    Candidate,
    Claim,
    find_candidates,
    is_named_plainly,
    is_synthetic,
)
from pipelines.deliveries.refusals import (
    mended,
    record_refusal,
    refused_part,
    today,
    unfit_to_open,
)
from pipelines.deliveries.register import load_register
from pipelines.deliveries.results import (
    DeliverySummary,
    IntakeResult,
    refused_after_all,
    result_of,
    summary_of,
)
from pipelines.deliveries.return_file import RETURN_FOLDER, ReturnFolder, return_to_sender
from pipelines.deliveries.rules import LANDED_FINDING, finding
from pipelines.deliveries.safeguards import (
    key_notes,
    missing_key,
    refuse_mixing,
    refuse_other_key,
)
from pipelines.deliveries.streams import HISTORY_STREAM
from pipelines.deliveries.succession import decide
from pipelines.settings import Settings

# Seconds that a file must be left alone before it is read.
SETTLED_AFTER = 1.0
# Before the learner key of someone whose number stands in the name of a message.
PERSON = "person:"


class Visit:
    """One visit to the folder of a reporting unit."""

    def __init__(self, settings: Settings, unit: str) -> None:
        self.settings = settings
        self.unit = unit
        self.register = load_register(settings.dbt_dir)
        self.contract = load_contract(contracts_dir(settings.project_root), unit)
        self.ledger = read_ledger(settings.landing_dir)
        self.is_synthetic = is_synthetic(settings.raw_dir)
        self.notes: list[str] = []
        self.forgotten: dict[str, Delivery] = {}
        self.readers = LimitedReaders()
        self.returned = ReturnFolder(settings.data_dir / RETURN_FOLDER / unit)

    def run(self) -> IntakeResult:
        """Receive the deliveries; the ledger is written once, at the end."""
        refuse_mixing(self.settings, self.ledger)
        candidates = find_candidates(self.settings.raw_dir, self.unit, self.register, self.contract)
        self.forgotten = self._forget_refusals()
        summaries: list[DeliverySummary] = []
        by_hash: dict[str, list[Candidate]] = {}
        seen: dict[str, Seen] = {}
        growing = self._growing(candidates)
        for candidate in candidates:
            if candidate.path in growing:
                summaries.append(_waiting(self.unit, candidate))
                continue
            refused = self._refused_unread(candidate)
            if refused is not None:
                summaries.append(refused)
                continue
            sha256 = self._hash(candidate, seen)
            if sha256 is None:
                summaries.append(_waiting(self.unit, candidate))
            else:
                by_hash.setdefault(sha256, []).append(candidate)
        try:
            with self.readers:
                summaries += [self._receive(sha256, group) for sha256, group in by_hash.items()]
        finally:
            self._record(seen)
        own = self._own_deliveries()
        departed = sum(not delivery.is_present for delivery in own.values())
        judged = self._judged(summaries, own)
        return result_of(self.unit, judged, self.notes, mended(own.items()), departed)

    def _record(self, seen: dict[str, Seen]) -> None:
        """Write what this visit found into the ledger; what others found meanwhile stays."""
        prefix = f"{self.unit}/"
        with amended_ledger(self.settings.landing_dir) as ledger:
            ledger.is_synthetic = self.ledger.is_synthetic
            ledger.key_fingerprint = ledger.key_fingerprint or self.ledger.key_fingerprint
            ledger.files = {
                name: file for name, file in ledger.files.items() if not name.startswith(prefix)
            } | seen
            ledger.deliveries = {
                name: delivery
                for name, delivery in ledger.deliveries.items()
                if delivery.institution_id != self.unit
            } | self._own_deliveries()

    def _growing(self, candidates: list[Candidate]) -> set[Path]:
        """Return the files that change while one waits; only files of the last moment are watched.

        A file cut off at a line end cannot be told from a whole one, and would be a delivery of
        its own beside the whole one. Order is never decided by these times.
        """
        before: dict[Path, tuple[int, int]] = {}
        for candidate in candidates:
            if candidate.refused_by is None:
                size, modified_ns = _size_and_time(candidate.path)
                if 0 <= time.time() - modified_ns / 1e9 < SETTLED_AFTER:
                    before[candidate.path] = (size, modified_ns)
        if before:
            time.sleep(SETTLED_AFTER)
        return {path for path, seen in before.items() if _size_and_time(path) != seen}

    def _own_deliveries(self) -> dict[str, Delivery]:
        deliveries = self.ledger.deliveries.items()
        return {name: found for name, found in deliveries if found.institution_id == self.unit}

    def _judged(
        self, summaries: list[DeliverySummary], own: dict[str, Delivery]
    ) -> list[DeliverySummary]:
        """Mark what the halving guard refuses or another file of the day replaced; it is told."""
        ledger = Ledger(deliveries=own)
        found = decide(ledger, {self.unit: self.contract}, self.settings.as_of)
        messages = {halving.delivery_id: halving.message_nl for halving in found.halvings}
        replaced: dict[str, str] = {}
        for each in found.replacements:
            replaced.setdefault(each.delivery_id, each.message_nl)
        summaries = [
            replace(summary, warning_nl=replaced.get(summary.delivery_id)) for summary in summaries
        ]
        return [
            refused_after_all(summary, messages[summary.delivery_id])
            if summary.delivery_id in messages
            else summary
            for summary in summaries
        ]

    def _forget_refusals(self) -> dict[str, Delivery]:
        """Forget refusals of paths that were never opened; they are found again if still there."""
        forgotten: dict[str, Delivery] = {}
        for name, delivery in list(self.ledger.deliveries.items()):
            if delivery.institution_id == self.unit:
                delivery.is_present = False
                if not delivery.sha256:
                    forgotten[name] = self.ledger.deliveries.pop(name)
        return forgotten

    def _refused_unread(self, candidate: Candidate) -> DeliverySummary | None:
        rule_id, facts = candidate.refused_by, candidate.facts
        if rule_id is None:
            rule_id, facts = unfit_to_open(candidate.path)
        if rule_id is None:
            return None
        refused = replace(candidate, refused_by=rule_id, facts=facts)
        return record_refusal(self.ledger, refused, self.unit, self.forgotten)

    def _hash(self, candidate: Candidate, seen: dict[str, Seen]) -> str | None:
        """Return the hash of a file, trusting size and time; None when it changes meanwhile."""
        status = candidate.path.stat()
        # A masked name may be that of another file tomorrow, so those are always hashed.
        is_plain = is_named_plainly(self.settings.raw_dir, candidate)
        known = self.ledger.files.get(candidate.file_name) if is_plain else None
        is_same = (
            known is not None
            and not self.settings.verify
            and (known.size, known.modified_ns) == (status.st_size, status.st_mtime_ns)
        )
        if known is not None and is_same:
            seen[candidate.file_name] = known
            return known.sha256
        sha256 = hash_of(candidate.path)
        after = candidate.path.stat()
        if (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
            return None
        if is_plain:
            seen[candidate.file_name] = Seen(
                size=status.st_size, modified_ns=status.st_mtime_ns, sha256=sha256
            )
        return sha256

    def _receive(self, sha256: str, group: list[Candidate]) -> DeliverySummary:
        delivery_id = delivery_id_of(self.unit, sha256)
        known = self.ledger.deliveries.get(delivery_id)
        first_seen_on = known.first_seen_on if known else today()
        dates = [candidate.dated_on or first_seen_on for candidate in group]
        received_on = min([*dates, *([known.received_on] if known else [])])
        claims = sorted({c.claim for c in group if c.claim})
        delivery = Delivery(
            institution_id=self.unit,
            sha256=sha256,
            received_on=received_on,
            first_seen_on=first_seen_on,
            file_name=min(candidate.file_name for candidate in group),
            claims=[
                *(f"{c.stream}:{c.format}:{c.kind}:{c.year}:{c.table}" for c in claims),
                *self._people(group, known),
            ],
            part_name=self.contract.part_of(group[0].path.name),
            is_confirmed=any(c.is_confirmed for c in group)
            or any(sha256.startswith(start) for start in self.contract.confirmed if start),
        )
        delivery.reading = reading_fingerprint(self.settings, self.register, delivery)
        is_unchanged = known is not None and known.reading == delivery.reading
        if known is not None and is_unchanged:
            delivery.parts = known.parts
        else:
            self.returned.clear(sha256)
            delivery.parts = self._read(group[0].path, delivery_id, delivery, claims)
        self.ledger.deliveries[delivery_id] = delivery
        summary = summary_of(delivery_id, delivery, is_unchanged=is_unchanged)
        returned = self.returned.files_of(sha256)
        return replace(summary, return_file=returned[0] if returned else None)

    def _people(self, group: list[Candidate], known: Delivery | None) -> list[str]:
        """Return the learner keys of the people in the names of the same message.

        Whose a message is may stand in its name only, so a new name can change what it gives.
        Without a key nothing about people can be read anew, and what was known stays.
        """
        numbers = {
            number
            for candidate in group
            if candidate.claim is not None and candidate.claim.stream == HISTORY_STREAM
            for number in numbers_in_name(candidate.path.name)
        }
        if self._loaded_key is None:
            before = known.claims if known else []
            return [claim for claim in before if claim.startswith(PERSON)]
        return sorted(PERSON + self._loaded_key.learner_key(number) for number in numbers)

    def _read(
        self, path: Path, delivery_id: str, delivery: Delivery, claims: list[Claim]
    ) -> list[Part]:
        """Read, screen and land one delivery; every claim that fails is a refused part."""
        landing = self.settings.landing_dir
        parts: list[Part] = []
        groups: dict[tuple[str, str, str], list[Claim]] = {}
        for claim in claims:
            groups.setdefault((claim.format, claim.kind, claim.table), []).append(claim)
        with ParquetFile(landed_path(landing, REJECTED_ROWS, delivery_id)) as rejected:
            for same in groups.values():
                source = source_of(
                    path, same, self.unit, delivery.received_on, self.register, self.contract
                )
                key = self.key() if is_about_people(path, same[0]) else None
                if self._is_of_several_people(delivery, source):
                    parts.append(refused_part(source.claim, path.name, SEVERAL_PEOPLE))
                    found = finding(SEVERAL_PEOPLE, kind=source.claim.kind)
                    rejected.write(
                        found.select(pl.lit(delivery_id).alias("delivery_id"), *LANDED_FINDING)
                    )
                    continue
                reading = land_delivery(source, delivery_id, landing, key, rejected, self.readers)
                parts += reading.parts
                self.notes += return_to_sender(
                    source,
                    reading.findings,
                    self.returned,
                    Path(delivery.file_name).stem,
                    delivery.sha256,
                    self.readers,
                )
            rejected.commit()
        return parts

    def _is_of_several_people(self, delivery: Delivery, source: Source) -> bool:
        """Return whether one message with rows stands under the numbers of several people."""
        if sum(claim.startswith(PERSON) for claim in delivery.claims) < 2:
            return False
        reading = read_delivery(source, RememberedRows, self.readers)
        return any(part.rows_read for part in reading.parts)

    @functools.cached_property
    def _loaded_key(self) -> PseudonymKey | None:
        return load_key(is_synthetic=self.is_synthetic)

    def key(self) -> PseudonymKey:
        """Return the key of the learner keys and note its fingerprint in the ledger."""
        key = self._loaded_key
        if key is None:
            raise missing_key()
        refuse_other_key(key, self.ledger)
        if self.ledger.key_fingerprint is None:
            self.ledger.key_fingerprint = key.fingerprint
        self.notes += [note for note in key_notes(key) if note not in self.notes]
        return key


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _waiting(unit: str, candidate: Candidate) -> DeliverySummary:
    stream = candidate.claim.stream if candidate.claim else "unknown"
    return DeliverySummary("", candidate.file_name, stream, (), "waiting")
