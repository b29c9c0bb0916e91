"""Codes that refer to nothing among the files of one ``staalkaart check``.

Finds what the nightly run would find if these files were all that was ever delivered: the same
references, the same choice of what is in force, the same words. Polars only, so that a check
starts at once; the nightly run does the same by SQL on the tables in force (``dangling.py``).

Border: which columns refer to what stands in ``references.py``; which delivery counts is decided in
``succession.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.deliveries.check import Verdict
from pipelines.deliveries.contract import Contract, contracts_dir, load_contract
from pipelines.deliveries.ledger import Delivery, Ledger, Part, hash_of
from pipelines.deliveries.references import (
    REFERENCES,
    STREAM_WITHOUT_REFERENCES,
    Reference,
    code_columns,
)
from pipelines.deliveries.refusals import today
from pipelines.deliveries.rules import FINDING_SCHEMA, LONGEST_VALUE_SHOWN, shown
from pipelines.deliveries.same_message import with_several_people_refused
from pipelines.deliveries.streams import HISTORY_STREAM
from pipelines.deliveries.succession import decide
from pipelines.settings import Settings

_FILE = "file_index"
_WHERE = ["institution_id", "academic_year"]
_FINDING = {**FINDING_SCHEMA, "proposal": pl.String()}


@dataclass(frozen=True)
class NotCompared:
    """A column with codes of an institution and years of which the kind referred to is not there.

    Attributes:
        reference: The column and what it refers to.
        institution_id: The institution.
        academic_years: The years, in order.
    """

    reference: Reference
    institution_id: str
    academic_years: tuple[str, ...]


def compare_codes(
    settings: Settings, verdicts: Sequence[Verdict]
) -> tuple[list[Verdict], list[NotCompared]]:
    """Return the verdicts with a warning per dangling code, and what could not be compared.

    A message under the numbers of several people is refused first: none of its rows count.

    Args:
        settings: Where the contracts are.
        verdicts: What was found in each file of the command.
    """
    verdicts = with_several_people_refused(verdicts)
    in_force = _rows_in_force(settings, verdicts)
    warnings: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    not_compared: list[NotCompared] = []
    for reference in REFERENCES:
        used = _used(in_force, reference)
        covered = in_force[reference.first_kind].select(_WHERE).unique()
        known = pl.concat(
            in_force[kind].select(*_WHERE, pl.col(column).alias("code"))
            for kind, column in reference.targets
        )
        compared = used.join(covered, on=_WHERE, how="semi")
        dangling = compared.join(known, on=[*_WHERE, "code"], how="anti")
        for index, row_number, year, code, count in (
            dangling.sort(_FILE, "row_number", "code")
            .select(_FILE, "row_number", "academic_year", "code", "row_count")
            .iter_rows()
        ):
            warnings[index].append(_finding(reference, row_number, year, code, count))
        alone = used.join(covered, on=_WHERE, how="anti").select(_WHERE).unique().sort(_WHERE)
        for (institution, *_), rows in alone.group_by("institution_id", maintain_order=True):
            years = tuple(rows["academic_year"])
            not_compared.append(NotCompared(reference, str(institution), years))
    return [_with_warnings(v, warnings[n]) for n, v in enumerate(verdicts)], not_compared


def _used(in_force: dict[str, pl.DataFrame], reference: Reference) -> pl.DataFrame:
    """Return each code that a file uses, with its first row and how many rows have it."""
    rows = in_force[reference.kind].filter(
        pl.col(reference.column).is_not_null() & (pl.col("stream") != STREAM_WITHOUT_REFERENCES)
    )
    return rows.group_by(_FILE, *_WHERE, pl.col(reference.column).alias("code")).agg(
        row_number=pl.col("row_number").min(), row_count=pl.len()
    )


def _finding(
    reference: Reference, row_number: int, year: str, code: str, count: int
) -> tuple[object, ...]:
    rule = reference.rule
    facts = reference.facts(code, year, count)
    row: dict[str, object] = {
        "kind": reference.kind,
        "row_number": row_number,
        "academic_year": year,
        "column_name": reference.label,
        "rule_id": rule.id,
        "severity": rule.severity,
        "message_nl": rule.text("nl", **facts),
        "message_en": rule.text("en", **facts),
        "value": shown(code)[:LONGEST_VALUE_SHOWN],
    }
    return tuple(row.get(name) for name in _FINDING)


def _with_warnings(verdict: Verdict, warnings: list[tuple[object, ...]]) -> Verdict:
    if not warnings:
        return verdict
    found = pl.DataFrame(warnings, schema=_FINDING, orient="row")
    return replace(verdict, findings=pl.concat([verdict.findings, found]))


def _rows_in_force(settings: Settings, verdicts: Sequence[Verdict]) -> dict[str, pl.DataFrame]:
    """Return per kind the accepted rows that would count, with the index of their file."""
    kinds = {r.kind for r in REFERENCES} | {kind for r in REFERENCES for kind, _ in r.targets}
    frames: dict[str, list[pl.DataFrame]] = {kind: [_no_rows(kind)] for kind in sorted(kinds)}
    ids = {_id_of(index, verdict): index for index, verdict in enumerate(verdicts)}
    deliveries = {each: _delivery(verdicts[n], len(verdicts) > 1) for each, n in ids.items()}
    found = decide(Ledger(deliveries=deliveries), _contracts(settings, verdicts), None)
    for (delivery_id, kind), scopes in found.in_force.items():
        index = ids[delivery_id]
        rows = verdicts[index].accepted.get(kind)
        if rows is None or kind not in kinds:
            continue
        stream = next(p.stream for p in deliveries[delivery_id].parts if p.kind == kind)
        scope = _history_scope() if stream == HISTORY_STREAM else pl.col("academic_year")
        counted = rows.filter(scope.is_in(scopes)).with_columns(
            pl.lit(index, pl.Int32).alias(_FILE), pl.lit(stream).alias("stream")
        )
        frames[kind].append(counted.select(_no_rows(kind).columns))
    return {kind: pl.concat(parts) for kind, parts in frames.items()}


def _no_rows(kind: str) -> pl.DataFrame:
    text = dict.fromkeys(("stream", *_WHERE, *code_columns(kind)), pl.String())
    return pl.DataFrame(schema={_FILE: pl.Int32(), "row_number": pl.Int32(), **text})


def _id_of(index: int, verdict: Verdict) -> str:
    return f"{verdict.unit}:{index:06d}"


def _delivery(verdict: Verdict, has_rivals: bool) -> Delivery:
    """Return a file as the ledger of the nightly run would know it; alone it needs no hash."""
    contract = verdict.source.contract if verdict.source else Contract()
    sha256 = hash_of(verdict.path) if has_rivals and verdict.source else ""
    received_on = verdict.received_on or today()
    return Delivery(
        institution_id=verdict.unit,
        sha256=sha256,
        received_on=received_on,
        first_seen_on=received_on,
        file_name=verdict.file_name,
        part_name=contract.part_of(verdict.path.name),
        is_confirmed=verdict.is_confirmed
        or any(sha256.startswith(start) for start in contract.confirmed if start),
        parts=[_with_shares(part, verdict.accepted.get(part.kind)) for part in verdict.parts],
    )


def _with_shares(part: Part, rows: pl.DataFrame | None) -> Part:
    """Return a part of a history with its rows per learner, known in this process only."""
    if part.stream != HISTORY_STREAM or rows is None:
        return part
    shares: dict[str, dict[str, int]] = {}
    keys = ["learner", *_WHERE]
    for learner, institution, year, count in rows.group_by(keys).len().sort(keys).iter_rows():
        shares.setdefault(learner, {})[f"{institution}|{year}"] = count
    return part.model_copy(update={"shares": shares})


def _history_scope() -> pl.Expr:
    return pl.concat_str("learner", *_WHERE, separator="|")


def _contracts(settings: Settings, verdicts: Iterable[Verdict]) -> dict[str, Contract]:
    """Return the contract of every institution of which there are rows."""
    contracts = {v.unit: v.source.contract for v in verdicts if v.source is not None}
    frames = [rows for v in verdicts for rows in v.accepted.values() if "institution_id" in rows]
    named = {unit for rows in frames for unit in rows["institution_id"].unique()}
    folder = contracts_dir(settings.project_root)
    return contracts | {unit: load_contract(folder, unit) for unit in named - set(contracts)}
