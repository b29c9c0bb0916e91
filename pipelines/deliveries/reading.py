"""The reading of one delivery: batches in, landed files, findings and counts out.

Border: what a cell may hold is screened in ``screening.py``; what is read, in ``visit.py``.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import Kind, load_kinds
from pipelines.deliveries.landing import ParquetFile, landed_path
from pipelines.deliveries.ledger import Part
from pipelines.deliveries.pseudonyms import PseudonymKey, with_learner_keys
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.study_guide import count_courses, read_study_guide
from pipelines.deliveries.readers.template_csv import read_template
from pipelines.deliveries.recognition import Claim, year_in_name
from pipelines.deliveries.repetition import Repetitions
from pipelines.deliveries.rules import UNKNOWN_KIND, FileRefused, finding, finding_rows, load_rules
from pipelines.deliveries.safeguards import missing_key
from pipelines.deliveries.screening import Sender, screen

COURSES_KIND = "courses"


@dataclass(frozen=True)
class Source:
    """One delivery under one claim (or one per year, for the same study guide).

    Attributes:
        path: The file.
        delivery_id: Its id.
        claims: What its names say; all of one stream, format and kind.
        unit: The reporting unit whose folder it is in.
        sender: What screening must know.
        contract: The sender's contract.
        landing_dir: Where rows land.
        key: The pseudonym key; None when the kind holds no people.
    """

    path: Path
    delivery_id: str
    claims: tuple[Claim, ...]
    unit: str
    sender: Sender
    contract: Contract
    landing_dir: Path
    key: PseudonymKey | None

    @property
    def claim(self) -> Claim:
        """The first claim; the others differ in year only."""
        return self.claims[0]


def read_delivery(source: Source, rejected: ParquetFile) -> list[Part]:
    """Land the accepted rows of a delivery and return one part per kind.

    Args:
        source: The delivery.
        rejected: Where findings are written; they name no value of a personal column.
    """
    findings: list[pl.DataFrame] = []
    with ExitStack() as stack:
        kinds: dict[str, KindLanding] = {}
        try:
            if source.claim.format == "study_guide_courses_json":
                return [_courses(source)]
            for batch in _batches(source):
                if batch.kind not in kinds:
                    path = landed_path(source.landing_dir, batch.kind, source.delivery_id)
                    file = stack.enter_context(ParquetFile(path))
                    kinds[batch.kind] = KindLanding(source, load_kinds()[batch.kind], file)
                findings.append(kinds[batch.kind].add(batch))
            parts = []
            for landing in kinds.values():
                repeated, part = landing.finish()
                findings.append(repeated)
                parts.append(part)
        except FileRefused as refusal:
            return [_refusal(source, refusal, rejected, kinds)]
        except (OSError, UnicodeError):
            return [_refusal(source, FileRefused("file_unreadable"), rejected, kinds)]
        for table in findings:
            rejected.write(_of_delivery(table, source.delivery_id))
    return parts


def _batches(source: Source) -> Iterator[Batch]:
    if source.claim.format == "study_guide_json":
        for claim in source.claims:
            yield from read_study_guide(source.path, source.unit, int(claim.year[:4]))
    else:
        kind = load_kinds()[source.claim.kind]
        yield from read_template(source.path, kind, source.contract)


def _courses(source: Source) -> Part:
    """A course file is read and counted; in this version it gives no rows of any kind."""
    count = count_courses(source.path)
    return Part(
        kind=COURSES_KIND,
        stream=source.claim.stream,
        format=source.claim.format,
        named_scope=source.claim.year,
        rows_read=count,
        rows_accepted=count,
        scopes={source.claim.year: (count, 0)},
    )


def _refusal(
    source: Source,
    refusal: FileRefused,
    rejected: ParquetFile,
    kinds: dict[str, "KindLanding"],
) -> Part:
    kind = source.claim.kind or UNKNOWN_KIND
    rejected.write(
        _of_delivery(finding(refusal.rule_id, kind=kind, **refusal.facts), source.delivery_id)
    )
    is_foreign = refusal.rule_id == "all_rows_foreign"
    count = sum(landing.rows_read for landing in kinds.values()) if is_foreign else 0
    return Part(
        kind=kind,
        stream=source.claim.stream,
        format=source.claim.format,
        named_scope=source.claim.year or year_in_name(source.path.name),
        rows_read=count,
        rows_rejected=count,
        refused_by=refusal.rule_id,
        message_nl=load_rules()[refusal.rule_id].text("nl", **refusal.facts),
    )


class KindLanding:
    """The rows of one kind on their way to one landed file."""

    def __init__(self, source: Source, kind: Kind, file: ParquetFile) -> None:
        self.source = source
        self.kind = kind
        self.file = file
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
        screened = screen(batch.rows, self.kind, self.source.sender)
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
            if self.source.key is None:
                raise missing_key()
            accepted_rows = with_learner_keys(
                accepted_rows, self.kind, self.source.unit, self.source.key
            )
        self.file.write(self._landed(accepted_rows))
        return pl.concat([batch.findings, screened.findings])

    def finish(self) -> tuple[pl.DataFrame, Part]:
        """Leave out repeated keys, name the file; return findings and the part."""
        unit = self.source.unit
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
        is_guide = self.source.sender.is_guide
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
        constants = {"delivery_id": self.source.delivery_id}
        if "institution_id" not in rows.columns:
            constants["institution_id"] = self.source.unit
        return rows.with_columns(
            pl.lit(value).alias(name) for name, value in constants.items()
        ).select(pl.col(name).cast(dtype) for name, dtype in self.kind.landing_schema.items())


def _no_positions() -> pl.DataFrame:
    return pl.DataFrame(schema={"row_number": pl.Int32, "academic_year": pl.String})


def _of_delivery(findings: pl.DataFrame, delivery_id: str) -> pl.DataFrame:
    return findings.select(pl.lit(delivery_id).alias("delivery_id"), pl.all())
