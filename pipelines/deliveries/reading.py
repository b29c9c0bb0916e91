"""The reading of one delivery: batches in, accepted rows to a destination, findings and counts out.

The nightly run and ``staalkaart check`` both read here; only the destination of the rows differs.

Border: what a cell may hold is screened in ``screening.py``; what is read, in ``visit.py`` and
``check.py``.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.destinations import Destination, LandedRows
from pipelines.deliveries.kinds import Kind, load_kinds
from pipelines.deliveries.landing import ParquetFile, landed_path
from pipelines.deliveries.ledger import Part
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.own_table_contract import OwnTable
from pipelines.deliveries.pseudonyms import PseudonymKey
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.dho_history import read_history
from pipelines.deliveries.readers.own_table import read_own_table
from pipelines.deliveries.readers.study_guide import read_courses, read_study_guide
from pipelines.deliveries.readers.template_csv import read_template
from pipelines.deliveries.readers.template_xlsx import kinds_in_workbook, read_template_workbook
from pipelines.deliveries.recognition import Claim, year_in_name
from pipelines.deliveries.register import DEPARTMENT, Register
from pipelines.deliveries.repetition import Repetitions
from pipelines.deliveries.rules import (
    LANDED_FINDING,
    UNKNOWN_KIND,
    FileRefused,
    finding,
    finding_rows,
    load_rules,
    no_findings,
)
from pipelines.deliveries.screening import screen
from pipelines.deliveries.sender import Sender, last_year_for
from pipelines.deliveries.streams import HISTORY_STREAM

# JSON and XML write decimals behind a point, whatever the country.
POINT_STREAMS = ("study_guide", HISTORY_STREAM)
DestinationOf = Callable[[Kind], Destination]
GUIDE_READERS = {
    "study_guide_json": read_study_guide,
    "study_guide_courses_json": read_courses,
}


@dataclass(frozen=True)
class Source:
    """One delivery under one claim (or one per year, for the same study guide).

    Attributes:
        path: The file.
        claims: What its names say; all of one stream, format and kind.
        unit: The reporting unit whose folder it is in.
        sender: What screening must know.
        contract: The sender's contract.
        table: The own table of the contract that the file is, if it is one.
    """

    path: Path
    claims: tuple[Claim, ...]
    unit: str
    sender: Sender
    contract: Contract
    table: OwnTable | None = None

    @property
    def claim(self) -> Claim:
        """The first claim; the others differ in year only."""
        return self.claims[0]


def source_of(
    path: Path,
    claims: list[Claim],
    unit: str,
    received_on: date,
    register: Register,
    contract: Contract,
) -> Source:
    """Return a delivery as it is read, in the nightly run and by ``staalkaart check``.

    Args:
        path: The file.
        claims: What its names say; all of one stream, format and kind.
        unit: The reporting unit whose folder it is in.
        received_on: Decides the last academic year that can be delivered.
        register: The institutions.
        contract: The sender's contract.
    """
    claim = claims[0]
    table = next((table for table in contract.own_tables if table.name == claim.table), None)
    sender = Sender(
        unit,
        last_year_for(received_on),
        register,
        contract.academic_year_notation,
        is_guide=claim.stream == "study_guide",
        stream=claim.stream,
        labels=tuple(table.labels.items()) if table else (),
        decimal_sign="point" if claim.stream in POINT_STREAMS else contract.decimal_sign,
    )
    return Source(path, tuple(claims), unit, sender, contract, table)


@dataclass(frozen=True)
class Reading:
    """What reading one delivery gave.

    Attributes:
        parts: One part per kind; a single refused one when the file is refused.
        findings: What was found, in the order of the file per batch.
    """

    parts: list[Part]
    findings: pl.DataFrame


def is_about_people(path: Path, claim: Claim) -> bool:
    """Return whether the rows of a file carry national or student numbers.

    Of a workbook the names of the sheets say it; one that cannot be opened holds no rows.
    """
    kinds: tuple[str, ...] = (claim.kind,) if claim.kind else ()
    if claim.format == "template_xlsx":
        try:
            kinds = kinds_in_workbook(path, claim.kind)
        except (FileRefused, OSError):
            kinds = ()
    return any(load_kinds()[kind].holds_people for kind in kinds)


def land_delivery(
    source: Source,
    delivery_id: str,
    landing_dir: Path,
    key: PseudonymKey | None,
    rejected: ParquetFile,
    readers: LimitedReaders,
) -> Reading:
    """Read a delivery, land its accepted rows and write its findings.

    Args:
        source: The delivery.
        delivery_id: Its id.
        landing_dir: Where rows land.
        key: The pseudonym key; None when the kind holds no people.
        rejected: Where findings are written; they name no value of a personal column.
        readers: The limited child process.
    """

    def landed(kind: Kind) -> Destination:
        file = ParquetFile(landed_path(landing_dir, kind.name, delivery_id))
        return LandedRows(kind, delivery_id, source.unit, key, file)

    reading = read_delivery(source, landed, readers)
    rejected.write(
        reading.findings.select(pl.lit(delivery_id).alias("delivery_id"), *LANDED_FINDING)
    )
    if source.claim.stream == HISTORY_STREAM:
        for part in reading.parts:
            if part.rows_accepted:
                part.shares = _shares(landed_path(landing_dir, part.kind, delivery_id))
    return reading


def _shares(path: Path) -> dict[str, dict[str, int]]:
    """Return the rows per learner, and per institution and year, of a landed file."""
    shares: dict[str, dict[str, int]] = {}
    keys = ["learner_key", "institution_id", "academic_year"]
    counts = pl.read_parquet(path, columns=keys).group_by(keys).len().sort(keys)
    for learner, institution, year, count in counts.iter_rows():
        shares.setdefault(learner, {})[f"{institution}|{year}"] = count
    return shares


def read_delivery(
    source: Source, destination_of: DestinationOf, readers: LimitedReaders
) -> Reading:
    """Read and screen a delivery; all its kinds are committed, or none when it is refused.

    Args:
        source: The delivery.
        destination_of: Gives the destination of the accepted rows of a kind.
        readers: The limited child process.
    """
    findings: list[pl.DataFrame] = [no_findings()]
    with ExitStack() as stack:
        kinds: dict[str, KindReading] = {}
        try:
            for batch in _batches(source, readers):
                if batch.kind not in kinds:
                    kind = load_kinds()[batch.kind]
                    destination = stack.enter_context(destination_of(kind))
                    kinds[batch.kind] = KindReading(source, kind, destination)
                findings.append(kinds[batch.kind].add(batch))
            parts = []
            for reading in kinds.values():
                repeated, part = reading.finish()
                findings.append(repeated)
                parts.append(part)
            for reading in kinds.values():
                reading.commit()
        except FileRefused as refusal:
            return _refusal(source, refusal, kinds)
        except (OSError, UnicodeError):
            return _refusal(source, FileRefused("file_unreadable"), kinds)
    return Reading(parts, pl.concat(findings))


def _batches(source: Source, readers: LimitedReaders) -> Iterator[Batch]:
    """Yield the rows of a delivery, read in the limited child."""
    claim = source.claim
    if claim.format in GUIDE_READERS:
        for each in source.claims:
            year = int(each.year[:4])
            yield from readers.read(GUIDE_READERS[claim.format], source.path, source.unit, year)
    elif claim.format == "template_xlsx":
        allowed = tuple(
            kind for kind in load_kinds() if (kind == "positions") == (source.unit == DEPARTMENT)
        )
        yield from readers.read(read_template_workbook, source.path, claim.kind, allowed)
    elif source.table is not None:
        yield from readers.read(
            read_own_table, source.path, source.table, source.contract, source.unit
        )
    elif claim.format == "dho_history_xml":
        for batch in readers.read(read_history, source.path):
            yield _of_register(batch, source.sender.register)
    else:
        kind = load_kinds()[claim.kind]
        yield from readers.read(read_template, source.path, kind, source.contract)


def _of_register(batch: Batch, register: Register) -> Batch:
    """Return the rows of institutions of the register; the others are left out and counted."""
    number = pl.col("institution_id").str.strip_chars()
    is_known = number.is_null() | number.is_in(list(register.by_code))
    kept = batch.rows.filter(is_known)
    findings = batch.findings.filter(
        (pl.col("row_number") == 0)
        | ~pl.col("row_number").is_in(batch.rows.filter(~is_known)["row_number"].implode())
    )
    if kept.height < batch.rows.height:
        count = batch.rows.height - kept.height
        note = finding("dho_other_institution", kind=batch.kind, found=count)
        findings = pl.concat([findings, note])
    return Batch(batch.kind, kept, findings, batch.unreadable_count)


def _refusal(source: Source, refusal: FileRefused, kinds: dict[str, "KindReading"]) -> Reading:
    kind = source.claim.kind or UNKNOWN_KIND
    is_foreign = refusal.rule_id == "all_rows_foreign"
    count = sum(reading.rows_read for reading in kinds.values()) if is_foreign else 0
    part = Part(
        kind=kind,
        stream=source.claim.stream,
        format=source.claim.format,
        named_scope=source.claim.year or year_in_name(source.path.name),
        rows_read=count,
        rows_rejected=count,
        refused_by=refusal.rule_id,
        message_nl=load_rules()[refusal.rule_id].text("nl", **refusal.facts),
    )
    return Reading([part], finding(refusal.rule_id, kind=kind, **refusal.facts))


class KindReading:
    """The rows of one kind of a delivery on their way to their destination."""

    def __init__(self, source: Source, kind: Kind, destination: Destination) -> None:
        self.source = source
        self.kind = kind
        self.destination = destination
        self.repetitions = Repetitions()
        self.scopes: dict[str | None, list[int]] = {}
        self.rows_read = 0
        self.foreign_count = 0
        self.left_out = pl.Series([], dtype=pl.UInt32)

    def add(self, batch: Batch) -> pl.DataFrame:
        """Screen one batch and pass its accepted rows on; return its findings."""
        self._count(None, 0, batch.unreadable_count)
        if not batch.rows.height:
            self.rows_read += batch.unreadable_count
            return batch.findings
        screened = screen(batch.rows, self.kind, self.source.sender)
        self.rows_read += batch.rows.height + batch.unreadable_count
        self.foreign_count += screened.foreign_count
        counts = screened.years.group_by("scope").agg(
            accepted=pl.col("is_accepted").sum(), read=pl.len()
        )
        for scope, accepted, read in counts.iter_rows():
            self._count(scope, accepted, read - accepted)
        self.repetitions.add(screened.accepted)
        self.destination.write(screened.accepted)
        return pl.concat([batch.findings, screened.findings])

    def finish(self) -> tuple[pl.DataFrame, Part]:
        """Leave out repeated keys; return findings and the part.

        Raises:
            FileRefused: Every row is of another institution.
        """
        unit = self.source.unit
        if self.rows_read and self.foreign_count == self.rows_read:
            raise FileRefused("all_rows_foreign", expected=unit)
        repeated = self.repetitions.found()
        findings = self._repeated(repeated)
        self.left_out = repeated["ordinal"]
        known = {scope: (a, r) for scope, (a, r) in self.scopes.items() if scope}
        accepted = sum(counts[0] for counts in self.scopes.values())
        is_lost = self.rows_read > 0 and accepted == 0
        refusal = load_rules()["no_row_accepted"] if is_lost else None
        part = Part(
            kind=self.kind.name,
            stream=self.source.claim.stream,
            format=self.source.claim.format,
            named_scope=self.source.claim.year or None,
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

    def commit(self) -> None:
        """Make the accepted rows final, without the repeated ones."""
        self.destination.commit(without=self.left_out)

    def _repeated(self, repeated: pl.DataFrame) -> pl.DataFrame:
        if not repeated.height:
            return finding_rows("key_repeated_identical", _no_positions(), self.kind.name)
        scope = self.kind.scope_column
        rows = self.destination.rows_at(repeated["ordinal"])
        found = rows.join(
            repeated.with_columns(pl.col("ordinal").cast(rows["ordinal"].dtype)), on="ordinal"
        )
        for unit, count in found.group_by(scope).len().iter_rows():
            self._count(unit, -count, count)
        label = self.source.sender.label
        key = ", ".join(label(self.kind.column(name)) for name in self.kind.key)
        year = pl.col(scope) if scope == "academic_year" else pl.lit(None, pl.String)
        return pl.concat(
            finding_rows(
                rule_id,
                found.filter(pl.col("rule_id") == rule_id).select(
                    "row_number", year.alias("academic_year")
                ),
                self.kind.name,
                label(self.kind.column(self.kind.key[-1])),
                column=key,
            )
            for rule_id in ("key_repeated_identical", "key_repeated_different")
        ).sort("row_number")

    def _count(self, scope: str | None, accepted: int, rejected: int) -> None:
        counts = self.scopes.setdefault(scope, [0, 0])
        counts[0] += accepted
        counts[1] += rejected


def _no_positions() -> pl.DataFrame:
    return pl.DataFrame(schema={"row_number": pl.Int32, "academic_year": pl.String})
