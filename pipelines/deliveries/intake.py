"""Intake: recognise, read, screen, pseudonymise and land what a reporting unit sent.

One bad row never stops a file; one bad file never stops the others; a fault in this program while
reading one institution is caught here and reported as that institution's error.

Border: which delivery counts is decided in ``delivered.py``; what the terminal shows in ``cli.py``.
"""

import functools
import hashlib
import logging
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipelines.console import StaalkaartError
from pipelines.deliveries.contract import (
    contract_fingerprint,
    contracts_dir,
    load_contract,
)
from pipelines.deliveries.kinds import Kind, load_kinds
from pipelines.deliveries.landing import REJECTED_ROWS, ParquetFile, landed_path
from pipelines.deliveries.ledger import (
    Delivery,
    Ledger,
    Part,
    Seen,
    read_ledger,
    write_ledger,
)
from pipelines.deliveries.pseudonyms import PseudonymKey, load_key, with_learner_keys
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.study_guide import count_courses, read_study_guide
from pipelines.deliveries.readers.template_csv import read_template
from pipelines.deliveries.recognition import (
    Candidate,
    Claim,
    find_candidates,
    find_strangers,
    is_synthetic,
    year_in_name,
)
from pipelines.deliveries.register import Register, load_register
from pipelines.deliveries.repetition import Repetitions
from pipelines.deliveries.rules import (
    UNKNOWN_KIND,
    FileRefused,
    finding,
    finding_rows,
    load_rules,
    masked,
)
from pipelines.deliveries.screening import Sender, last_year_for, screen
from pipelines.settings import Settings

LOGGER = logging.getLogger(__name__)
LARGEST_DELIVERY = 20 * 1024**3
COURSES_KIND = "courses"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class DeliverySummary:
    """One delivery as the closing table shows it.

    Attributes:
        delivery_id: Institution id and the first 16 hexadecimal digits of the SHA-256.
        file_name: Path below the raw folder, masked.
        stream: The stream, or ``unknown``.
        kinds: Kinds of which rows were read.
        status: ``accepted``, ``refused`` or ``waiting`` (still growing).
        message_nl: Why it was refused, in Dutch.
    """

    delivery_id: str
    file_name: str
    stream: str
    kinds: tuple[str, ...]
    status: str
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    message_nl: str | None = None
    is_unchanged: bool = False


@dataclass(frozen=True)
class IntakeResult:
    """What a visit to the folder of one reporting unit gave.

    Attributes:
        institution_id: The reporting unit.
        deliveries: Every delivery that is there, unchanged ones too.
        refused: Deliveries that are refused and whose year did not come well later.
        rows_read: Over all deliveries that are there; accepted and rejected add up to it.
        unchanged: Deliveries that were not read again.
        error: What went wrong in this program, without any value of a row; None normally.
        notes: What the reader must know, such as that the demonstration key is used.
    """

    institution_id: str
    deliveries: list[DeliverySummary] = field(default_factory=list)
    refused: int = 0
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    unchanged: int = 0
    error: str | None = None
    notes: list[str] = field(default_factory=list)

    @classmethod
    def failed(cls, institution_id: str, error: str) -> "IntakeResult":
        """Return the result of a visit that a fault in this program ended."""
        return cls(institution_id, error=error)


def reporting_units(settings: Settings) -> list[str]:
    """Return the institution ids of the register, and ``department``."""
    return list(load_register(settings.dbt_dir).units)


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
    for unit in register.units:
        load_contract(contracts_dir(settings.project_root), unit)
    ledger = read_ledger(settings.landing_dir)
    _refuse_mixing(settings, ledger)
    key = load_key(is_synthetic=is_synthetic(settings.raw_dir))
    if key is not None:
        _refuse_other_key(key, ledger)
    about_people = [
        candidate
        for unit in register.units
        for candidate in find_candidates(settings.raw_dir, unit, register)
        if candidate.claim is not None
        and candidate.claim.kind
        and load_kinds()[candidate.claim.kind].holds_people
    ]
    if key is None and _must_read_people(settings, ledger, register, about_people):
        raise _missing_key()
    return _key_notes(key) if about_people else []


def unrecognised_folders(settings: Settings) -> list[str]:
    """Record what stands in the raw folder and belongs to no institution, as refused.

    Returns:
        The names of the folders (or stray files), masked and sorted.
    """
    register = load_register(settings.dbt_dir)
    strangers = find_strangers(settings.raw_dir, register)
    ledger = read_ledger(settings.landing_dir)
    before = ledger.model_copy(deep=True)
    forgotten = {
        name: ledger.deliveries.pop(name)
        for name, delivery in list(ledger.deliveries.items())
        if delivery.institution_id not in register.units
    }
    for stranger in strangers:
        _record_refusal(ledger, stranger, "", forgotten)
    if ledger != before:
        write_ledger(settings.landing_dir, ledger)
    return sorted({stranger.file_name.split("/")[0] for stranger in strangers})


def receive_institution(settings: Settings, institution_id: str) -> IntakeResult:
    """Receive everything that one reporting unit sent; a bad file never raises.

    Args:
        settings: The run's settings.
        institution_id: An institution id or ``department``.

    Raises:
        StaalkaartError: A missing or wrong key, or mixing; ``prepare`` reports these earlier.
    """
    try:
        return _Visit(settings, institution_id).run()
    except StaalkaartError:
        raise
    except Exception as error:
        # The text of an exception may hold a value of a row, so only its type and place are kept.
        frames = traceback.extract_tb(error.__traceback__)
        place = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)][-1]
        where = f"{type(error).__name__} in {Path(place.filename).name}, regel {place.lineno}"
        LOGGER.error("Onverwachte fout bij %s: %s", institution_id, where)
        return IntakeResult(institution_id, error=where)


class _Visit:
    """One visit to the folder of a reporting unit."""

    def __init__(self, settings: Settings, unit: str) -> None:
        self.settings = settings
        self.unit = unit
        self.register = load_register(settings.dbt_dir)
        self.contract = load_contract(contracts_dir(settings.project_root), unit)
        self.ledger = read_ledger(settings.landing_dir)
        self.is_synthetic = is_synthetic(settings.raw_dir)
        self.today = datetime.now(tz=UTC).date()
        self.notes: list[str] = []

    def run(self) -> IntakeResult:
        """Receive the deliveries; the ledger is written once, at the end."""
        _refuse_mixing(self.settings, self.ledger)
        before = self.ledger.model_copy(deep=True)
        candidates = find_candidates(self.settings.raw_dir, self.unit, self.register)
        self.forgotten = self._forget_refusals()
        summaries: list[DeliverySummary] = []
        by_hash: dict[str, list[Candidate]] = {}
        seen: dict[str, Seen] = {}
        for candidate in candidates:
            refused = self._refused_unread(candidate)
            if refused is not None:
                summaries.append(refused)
                continue
            sha256 = self._hash(candidate, seen)
            if sha256 is None:
                summaries.append(_waiting(self.unit, candidate))
            else:
                by_hash.setdefault(sha256, []).append(candidate)
        prefix = f"{self.unit}/"
        others = {k: v for k, v in self.ledger.files.items() if not k.startswith(prefix)}
        self.ledger.files = others | seen
        try:
            summaries += [self._receive(sha256, group) for sha256, group in by_hash.items()]
        finally:
            if self.ledger != before:
                write_ledger(self.settings.landing_dir, self.ledger)
        mended = self._mended()
        return _result(self.unit, summaries, self.notes, mended)

    def _mended(self) -> set[str]:
        """Return refused deliveries whose year has since come in good order, by a later one."""
        own = [d for d in self.ledger.deliveries.items() if d[1].institution_id == self.unit]
        mended: set[str] = set()
        for name, refused in own:
            bad = [part for part in refused.parts if part.refused_by]
            if bad and all(_has_successor(part, refused, [d for _, d in own]) for part in bad):
                mended.add(name)
        return mended

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
            try:
                size = candidate.path.stat().st_size
                with candidate.path.open("rb"):
                    pass
            except OSError:
                rule_id = "file_unreadable"
            else:
                if size == 0:
                    rule_id = "file_empty"
                elif size > LARGEST_DELIVERY:
                    rule_id, facts = "file_too_large", {"allowed": "20 GB"}
        if rule_id is None:
            return None
        refused = replace(candidate, refused_by=rule_id, facts=facts)
        return _record_refusal(self.ledger, refused, self.unit, self.forgotten)

    def _hash(self, candidate: Candidate, seen: dict[str, Seen]) -> str | None:
        """Return the hash of a file, trusting size and time; None when it changes meanwhile."""
        status = candidate.path.stat()
        known = self.ledger.files.get(candidate.file_name)
        # A masked name may stand for several files, so those are always hashed.
        is_masked = candidate.file_name != _plain_name(self.settings.raw_dir, candidate.path)
        is_same = (
            known is not None
            and not is_masked
            and not self.settings.verify
            and (known.size, known.modified_ns) == (status.st_size, status.st_mtime_ns)
        )
        if known is not None and is_same:
            seen[candidate.file_name] = known
            return known.sha256
        with candidate.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        after = candidate.path.stat()
        if (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
            return None
        seen[candidate.file_name] = Seen(
            size=status.st_size, modified_ns=status.st_mtime_ns, sha256=sha256
        )
        return sha256

    def _receive(self, sha256: str, group: list[Candidate]) -> DeliverySummary:
        delivery_id = f"{self.unit}:{sha256[:16]}"
        known = self.ledger.deliveries.get(delivery_id)
        first_seen_on = known.first_seen_on if known else self.today
        dates = [candidate.dated_on or first_seen_on for candidate in group]
        received_on = min([*dates, *([known.received_on] if known else [])])
        claims = sorted({c.claim for c in group if c.claim})
        delivery = Delivery(
            institution_id=self.unit,
            sha256=sha256,
            received_on=received_on,
            first_seen_on=first_seen_on,
            file_name=min(candidate.file_name for candidate in group),
            claims=[f"{c.stream}:{c.format}:{c.kind}:{c.year}" for c in claims],
            part_name=self._part_name(group[0]),
            is_confirmed=any(c.is_confirmed for c in group)
            or any(sha256.startswith(start) for start in self.contract.confirmed if start),
        )
        delivery.reading = _reading_fingerprint(self.settings, self.register, delivery)
        is_unchanged = known is not None and known.reading == delivery.reading
        if known is not None and is_unchanged:
            delivery.parts = known.parts
        else:
            delivery.parts = self._read(group[0].path, delivery_id, delivery, claims)
        self.ledger.deliveries[delivery_id] = delivery
        return _summary(delivery_id, delivery, is_unchanged=is_unchanged)

    def _part_name(self, candidate: Candidate) -> str:
        for start, pattern in self.contract.part_in_name.items():
            if candidate.path.name.lower().startswith(start):
                match = re.search(pattern, candidate.path.name)
                return masked(match["part"]) if match else ""
        return ""

    def _read(
        self, path: Path, delivery_id: str, delivery: Delivery, claims: list[Claim]
    ) -> list[Part]:
        """Read, screen and land one delivery; every claim that fails is a refused part."""
        landing = self.settings.landing_dir
        parts: list[Part] = []
        groups: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims:
            groups.setdefault((claim.format, claim.kind), []).append(claim)
        with ParquetFile(landed_path(landing, REJECTED_ROWS, delivery_id)) as rejected:
            for same in groups.values():
                reading = _Reading(self, delivery_id, delivery, path, same)
                parts += reading.run(rejected)
            rejected.commit()
        return parts

    def key(self) -> PseudonymKey:
        """Return the key of the learner keys and note its fingerprint in the ledger."""
        key = load_key(is_synthetic=self.is_synthetic)
        if key is None:
            raise _missing_key()
        _refuse_other_key(key, self.ledger)
        if self.ledger.key_fingerprint is None:
            self.ledger.key_fingerprint = key.fingerprint
        self.notes = _key_notes(key)
        return key


class _Reading:
    """The reading of one delivery under one claim (or one per year, for the same study guide)."""

    def __init__(
        self,
        visit: _Visit,
        delivery_id: str,
        delivery: Delivery,
        path: Path,
        claims: list[Claim],
    ) -> None:
        self.visit = visit
        self.delivery_id = delivery_id
        self.path = path
        self.claims = claims
        self.claim = claims[0]
        self.sender = Sender(
            visit.unit,
            last_year_for(delivery.received_on),
            visit.register,
            visit.contract.academic_year_notation,
            is_guide=self.claim.stream == "study_guide",
        )
        self.file_name = delivery.file_name
        if self.claim.kind and load_kinds()[self.claim.kind].holds_people:
            self.key: PseudonymKey | None = visit.key()
        else:
            self.key = None

    def run(self, rejected: ParquetFile) -> list[Part]:
        """Land the accepted rows and return one part per kind."""
        landing = self.visit.settings.landing_dir
        findings: list[pl.DataFrame] = []
        with ExitStack() as stack:
            kinds: dict[str, _KindLanding] = {}
            try:
                if self.claim.format == "study_guide_courses_json":
                    return [self._courses()]
                for batch in self._batches():
                    if batch.kind not in kinds:
                        file = ParquetFile(landed_path(landing, batch.kind, self.delivery_id))
                        kinds[batch.kind] = _KindLanding(self, load_kinds()[batch.kind])
                        kinds[batch.kind].file = stack.enter_context(file)
                    findings.append(kinds[batch.kind].add(batch))
                parts = []
                for landing_of_kind in kinds.values():
                    repeated, part = landing_of_kind.finish()
                    findings.append(repeated)
                    parts.append(part)
            except FileRefused as refusal:
                return [self._refusal(refusal, rejected, kinds)]
            except (OSError, UnicodeError):
                return [self._refusal(FileRefused("file_unreadable"), rejected, kinds)]
            for table in findings:
                rejected.write(_of_delivery(table, self.delivery_id))
        return parts

    def _batches(self) -> Iterator[Batch]:
        if self.claim.format == "study_guide_json":
            for claim in self.claims:
                yield from read_study_guide(self.path, self.visit.unit, int(claim.year[:4]))
        else:
            kind = load_kinds()[self.claim.kind]
            yield from read_template(self.path, kind, self.visit.contract)

    def _courses(self) -> Part:
        """A course file is read and counted; in this version it gives no rows of any kind."""
        count = count_courses(self.path)
        return Part(
            kind=COURSES_KIND,
            stream=self.claim.stream,
            format=self.claim.format,
            named_scope=self.claim.year,
            rows_read=count,
            rows_accepted=count,
            scopes={self.claim.year: (count, 0)},
        )

    def _refusal(
        self, refusal: FileRefused, rejected: ParquetFile, kinds: dict[str, "_KindLanding"]
    ) -> Part:
        kind = self.claim.kind or UNKNOWN_KIND
        rejected.write(
            _of_delivery(finding(refusal.rule_id, kind=kind, **refusal.facts), self.delivery_id)
        )
        is_foreign = refusal.rule_id == "all_rows_foreign"
        count = sum(landing.rows_read for landing in kinds.values()) if is_foreign else 0
        return Part(
            kind=kind,
            stream=self.claim.stream,
            format=self.claim.format,
            named_scope=self.claim.year or year_in_name(self.path.name),
            rows_read=count,
            rows_rejected=count,
            refused_by=refusal.rule_id,
            message_nl=load_rules()[refusal.rule_id].text("nl", **refusal.facts),
        )


class _KindLanding:
    """The rows of one kind on their way to one landed file."""

    file: ParquetFile

    def __init__(self, reading: _Reading, kind: Kind) -> None:
        self.reading = reading
        self.kind = kind
        self.repetitions = Repetitions()
        self.scopes: dict[str | None, list[int]] = {}
        self.rows_read = 0
        self.foreign_count = 0

    def add(self, batch: Batch) -> pl.DataFrame:
        """Screen, pseudonymise and write one batch; return its findings."""
        self._count(None, 0, batch.unreadable_count)
        if not batch.rows.height:
            self.rows_read += batch.unreadable_count
            return batch.findings
        screened = screen(batch.rows, self.kind, self.reading.sender)
        self.rows_read += batch.rows.height + batch.unreadable_count
        self.foreign_count += screened.foreign_count
        counts = screened.years.group_by("scope").agg(
            accepted=pl.col("is_accepted").sum(), read=pl.len()
        )
        for scope, accepted, read in counts.iter_rows():
            self._count(scope, accepted, read - accepted)
        accepted_rows = screened.accepted
        self.repetitions.add(accepted_rows)
        if self.kind.holds_people and accepted_rows.height:
            if self.reading.key is None:
                raise _missing_key()
            accepted_rows = with_learner_keys(
                accepted_rows, self.kind, self.reading.visit.unit, self.reading.key
            )
        self.file.write(self._landed(accepted_rows))
        return pl.concat([batch.findings, screened.findings])

    def finish(self) -> tuple[pl.DataFrame, Part]:
        """Leave out repeated keys, name the file; return findings and the part."""
        unit = self.reading.visit.unit
        if self.rows_read and self.foreign_count == self.rows_read:
            raise FileRefused("all_rows_foreign", expected=unit)
        repeated = self.repetitions.found()
        findings = self._repeated(repeated)
        self.file.commit(without=repeated["ordinal"])
        known = {scope: (a, r) for scope, (a, r) in self.scopes.items() if scope}
        accepted = sum(counts[0] for counts in self.scopes.values())
        is_lost = self.rows_read > 0 and accepted == 0
        refusal = load_rules()["no_row_accepted"] if is_lost else None
        part = Part(
            kind=self.kind.name,
            stream=self.reading.claim.stream,
            format=self.reading.claim.format,
            named_scope=self.reading.claim.year or None,
            rows_read=self.rows_read,
            rows_accepted=accepted,
            rows_rejected=self.rows_read - accepted,
            scopes=dict(sorted(known.items())),
            rejected_without_scope=self.scopes.get(None, [0, 0])[1],
            refused_by=refusal.id if refusal else None,
            message_nl=refusal.text("nl", found=self.rows_read) if refusal else None,
        )
        if refusal:
            lost = finding(refusal.id, kind=self.kind.name, found=self.rows_read)
            findings = pl.concat([findings, lost])
        return findings, part

    def _repeated(self, repeated: pl.DataFrame) -> pl.DataFrame:
        if not repeated.height:
            return finding_rows("key_repeated_identical", _no_positions(), self.kind.name)
        scope = self.kind.scope_column
        rows = self.file.rows_at(repeated["ordinal"]).select("ordinal", "row_number", scope)
        found = rows.join(
            repeated.with_columns(pl.col("ordinal").cast(rows["ordinal"].dtype)), on="ordinal"
        )
        for unit, count in found.group_by(scope).len().iter_rows():
            self._count(unit, -count, count)
        is_guide = self.reading.sender.is_guide
        key = ", ".join(self.kind.column(name).label(is_guide) for name in self.kind.key)
        year = pl.col(scope) if scope == "academic_year" else pl.lit(None, pl.String)
        return pl.concat(
            finding_rows(
                rule_id,
                found.filter(pl.col("rule_id") == rule_id).select(
                    "row_number", year.alias("academic_year")
                ),
                self.kind.name,
                self.kind.column(self.kind.key[-1]).label(is_guide),
                column=key,
            )
            for rule_id in ("key_repeated_identical", "key_repeated_different")
        ).sort("row_number")

    def _count(self, scope: str | None, accepted: int, rejected: int) -> None:
        counts = self.scopes.setdefault(scope, [0, 0])
        counts[0] += accepted
        counts[1] += rejected

    def _landed(self, rows: pl.DataFrame) -> pl.DataFrame:
        constants = {"delivery_id": self.reading.delivery_id}
        if "institution_id" not in rows.columns:
            constants["institution_id"] = self.reading.visit.unit
        return rows.with_columns(
            pl.lit(value).alias(name) for name, value in constants.items()
        ).select(pl.col(name).cast(dtype) for name, dtype in self.kind.landing_schema.items())


def _no_positions() -> pl.DataFrame:
    return pl.DataFrame(schema={"row_number": pl.Int32, "academic_year": pl.String})


def _of_delivery(findings: pl.DataFrame, delivery_id: str) -> pl.DataFrame:
    return findings.select(pl.lit(delivery_id).alias("delivery_id"), pl.all())


def _record_refusal(
    ledger: Ledger, candidate: Candidate, unit: str, forgotten: dict[str, Delivery]
) -> DeliverySummary:
    """Note in the ledger a path that is refused without being opened."""
    institution_id = unit or candidate.file_name.split("/")[0]
    digest = hashlib.sha256(f"path:{candidate.file_name}".encode()).hexdigest()
    delivery_id = f"{institution_id}:{digest[:16]}"
    rule_id = candidate.refused_by or "file_not_recognised"
    known = forgotten.get(delivery_id)
    first_seen_on = known.first_seen_on if known else datetime.now(tz=UTC).date()
    claim = candidate.claim
    delivery = Delivery(
        institution_id=institution_id,
        sha256="",
        received_on=candidate.dated_on or first_seen_on,
        first_seen_on=first_seen_on,
        file_name=candidate.file_name,
        parts=[
            Part(
                kind=(claim.kind if claim else "") or UNKNOWN_KIND,
                stream=claim.stream if claim else "unknown",
                format=claim.format if claim else "unknown",
                named_scope=(claim.year if claim else "") or year_in_name(candidate.path.name),
                refused_by=rule_id,
                message_nl=load_rules()[rule_id].text("nl", **candidate.facts),
            )
        ],
    )
    ledger.deliveries[delivery_id] = delivery
    return _summary(delivery_id, delivery, is_unchanged=False)


def _summary(delivery_id: str, delivery: Delivery, *, is_unchanged: bool) -> DeliverySummary:
    refusals = [part for part in delivery.parts if part.refused_by]
    return DeliverySummary(
        delivery_id,
        delivery.file_name,
        delivery.parts[0].stream if delivery.parts else "unknown",
        tuple(part.kind for part in delivery.parts),
        "refused" if refusals else "accepted",
        sum(part.rows_read for part in delivery.parts),
        sum(part.rows_accepted for part in delivery.parts),
        sum(part.rows_rejected for part in delivery.parts),
        refusals[0].message_nl if refusals else None,
        is_unchanged,
    )


def _waiting(unit: str, candidate: Candidate) -> DeliverySummary:
    stream = candidate.claim.stream if candidate.claim else "unknown"
    return DeliverySummary("", candidate.file_name, stream, (), "waiting")


def _has_successor(part: Part, refused: Delivery, deliveries: list[Delivery]) -> bool:
    """Return whether a later delivery gave what a refused part should have given."""
    scopes = set(part.scopes) or {part.named_scope or "unknown"}
    return any(
        later.received_on > refused.received_on
        and good.refused_by is None
        and good.stream == part.stream
        and part.kind in (good.kind, UNKNOWN_KIND)
        and scopes <= set(good.scopes)
        for later in deliveries
        for good in later.parts
    )


def _result(
    unit: str,
    summaries: list[DeliverySummary],
    notes: Iterable[str],
    mended: set[str],
) -> IntakeResult:
    return IntakeResult(
        unit,
        summaries,
        sum(s.status == "refused" and s.delivery_id not in mended for s in summaries),
        sum(summary.rows_read for summary in summaries),
        sum(summary.rows_accepted for summary in summaries),
        sum(summary.rows_rejected for summary in summaries),
        sum(summary.is_unchanged for summary in summaries),
        notes=list(notes),
    )


def _plain_name(raw_dir: Path, path: Path) -> str:
    return path.relative_to(raw_dir).as_posix()


def _refuse_mixing(settings: Settings, ledger: Ledger) -> None:
    is_mark = is_synthetic(settings.raw_dir)
    if ledger.is_synthetic is None or not ledger.deliveries:
        ledger.is_synthetic = is_mark
    if ledger.is_synthetic != is_mark:
        kinds = ("synthetische", "echte") if is_mark else ("echte", "synthetische")
        raise StaalkaartError(
            f"De map {settings.raw_dir.name} bevat {kinds[0]} leveringen, de gegevensmap "
            f"{settings.data_dir.name} {kinds[1]}. Ze worden nooit gemengd: geef een andere "
            "gegevensmap met --data."
        )


def _refuse_other_key(key: PseudonymKey, ledger: Ledger) -> None:
    if ledger.key_fingerprint not in (None, key.fingerprint):
        raise StaalkaartError(
            "De sleutel is niet die waarmee de eerdere leveringen gepseudonimiseerd zijn. Geef de "
            "juiste met STAALKAART_KEY of STAALKAART_KEY_FILE, of begin met de nieuwe sleutel in "
            "een lege gegevensmap: --data."
        )


def _missing_key() -> StaalkaartError:
    return StaalkaartError(
        "Er zijn leveringen met rijksregister- of studentnummers, maar er is geen sleutel. Zet hem "
        "in STAALKAART_KEY, of in een bestand met rechten 0400 dat STAALKAART_KEY_FILE noemt."
    )


def _key_notes(key: PseudonymKey | None) -> list[str]:
    if key is None or not key.is_demo:
        return []
    return [
        "De openbare demosleutel wordt gebruikt; hij geldt alleen voor synthetische leveringen."
    ]


def _must_read_people(
    settings: Settings, ledger: Ledger, register: Register, candidates: list[Candidate]
) -> bool:
    """Return whether one of these files about people must be read (again)."""
    by_hash = {delivery.sha256: delivery for delivery in ledger.deliveries.values()}
    for candidate in candidates:
        try:
            status = candidate.path.stat()
        except OSError:
            continue
        seen = ledger.files.get(candidate.file_name)
        if status.st_size == 0:
            continue
        if seen is None or (seen.size, seen.modified_ns) != (status.st_size, status.st_mtime_ns):
            return True
        delivery = by_hash.get(seen.sha256)
        if delivery is None or delivery.reading != _reading_fingerprint(
            settings, register, delivery
        ):
            return True
    return False


def _reading_fingerprint(settings: Settings, register: Register, delivery: Delivery) -> str:
    """Return the fingerprint of what the parts of a delivery depend on besides the bytes."""
    depends_on = [
        _code_fingerprint(),
        contract_fingerprint(contracts_dir(settings.project_root), delivery.institution_id),
        repr(sorted(register.by_code.items())),
        last_year_for(delivery.received_on),
        *delivery.claims,
    ]
    return hashlib.sha256("\n".join(depends_on).encode()).hexdigest()[:16]


@functools.cache
def _code_fingerprint() -> str:
    """Return a hash of the code and the facts that readers and screening consist of."""
    digest = hashlib.sha256(pl.__version__.encode())
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in (".py", ".yml") and "contracts" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
