"""The asset ``delivered_data``: landed files to the schema ``delivered`` of the build file.

Here, and nowhere else, it is decided what counts as delivered on a date. Every table always
exists, typed, empty where nothing came; the rows of the kinds stay in the landed files.

Border: what the rows mean (kinds of offering, labels, sizes) belongs in ``dbt_project``.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.deliveries.contract import contracts_dir, load_contract
from pipelines.deliveries.dangling import dangling_rows
from pipelines.deliveries.in_force import parts_in_force
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.landing import REJECTED_ROWS, landed_path
from pipelines.deliveries.ledger import Ledger, known_by, read_ledger
from pipelines.deliveries.reconciliation import reconciled_rows
from pipelines.deliveries.register import load_register
from pipelines.deliveries.rows_in_force import show_rows_in_force
from pipelines.deliveries.succession import HALVING_RULE, REPLACED_RULE, Succession, decide
from pipelines.settings import MEMORY_LIMIT, Settings

WINDOW_YEARS = 5
NEWEST_COMPLETED = "newest_completed"
_TABLES = {
    "deliveries": {
        "delivery_id": "varchar",
        "institution_id": "varchar",
        "stream": "varchar",
        "kind": "varchar",
        "scope_unit": "varchar",
        "file_name": "varchar",
        "sha256": "varchar",
        "received_on": "date",
        "format": "varchar",
        "rows_read": "bigint",
        "rows_accepted": "bigint",
        "rows_rejected": "bigint",
        "status": "varchar",
    },
    "rejected_rows": {
        "delivery_id": "varchar",
        "kind": "varchar",
        "row_number": "integer",
        "column_name": "varchar",
        "rule_id": "varchar",
        "severity": "varchar",
        "message_nl": "varchar",
    },
    "supplies": {
        "institution_id": "varchar",
        "academic_year": "varchar",
        "kind": "varchar",
        "stream": "varchar",
        "status": "varchar",
        "is_authoritative": "boolean",
        "complete_for": "varchar",
        "rows_read": "bigint",
        "rows_accepted": "bigint",
        "rows_rejected": "bigint",
        "delivery_id": "varchar",
    },
    "reconciliations": {
        "institution_id": "varchar",
        "academic_year": "varchar",
        "kind": "varchar",
        "stream": "varchar",
        "other_stream": "varchar",
        "keys_in_both": "bigint",
        "keys_only_here": "bigint",
        "keys_only_there": "bigint",
        "rows_here": "bigint",
        "rows_there": "bigint",
    },
    "incomplete_bundles": {
        "institution_id": "varchar",
        "academic_year": "varchar",
        "source_code": "varchar",
        "components_rejected": "bigint",
    },
    "contracts": {
        "institution_id": "varchar",
        "codes_are_reused": "boolean",
    },
    "run": {
        "as_of": "date",
        "is_synthetic": "boolean",
        "landing_hash": "varchar",
        "key_fingerprint": "varchar",
    },
    "windows": {
        "window_label": "varchar",
        "from_year": "varchar",
        "to_year": "varchar",
        "source": "varchar",
    },
}


@dataclass(frozen=True)
class DeliveredResult:
    """What was written.

    Attributes:
        landing_hash: Of everything landed.
        as_of: The date that was applied; None when nothing was ever accepted.
        row_counts: Rows per table of the schema.
        refused: Deliveries that are refused, also by the halving guard.
    """

    landing_hash: str
    as_of: date | None
    row_counts: dict[str, int]
    refused: int = 0


@dataclass(frozen=True)
class Decided:
    """What counts as delivered, before a row is read.

    Attributes:
        ledger: What was landed by the as-of date.
        succession: What of it is in force.
        codes_are_reused: Per institution, whether its contract says so.
        landing_hash: Of everything landed.
    """

    ledger: Ledger
    succession: Succession
    codes_are_reused: dict[str, bool]
    landing_hash: str


def landing_hash(settings: Settings) -> str:
    """Return a hash of what was landed by the as-of date; equal hashes give equal tables.

    It covers bytes, dates, confirmations, refusals, the reading (code, contracts) and the key.
    What was delivered later changes nothing, so that a past date keeps its hash.
    """
    ledger = known_by(read_ledger(settings.landing_dir), settings.as_of)
    facts = {
        "is_synthetic": ledger.is_synthetic,
        "key_fingerprint": ledger.key_fingerprint,
        "deliveries": {
            delivery_id: delivery.model_dump(mode="json", exclude={"first_seen_on", "is_present"})
            for delivery_id, delivery in ledger.deliveries.items()
        },
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def decide_delivered(settings: Settings) -> Decided:
    """Return what counts as delivered; nothing is read but the ledger, register and contracts."""
    ledger = known_by(read_ledger(settings.landing_dir), settings.as_of)
    register = load_register(settings.dbt_dir)
    folder = contracts_dir(settings.project_root)
    contracts = {unit: load_contract(folder, unit) for unit in register.units}
    succession = decide(ledger, contracts, settings.as_of)
    reused = {unit: contracts[unit].codes_are_reused for unit in register.institution_ids}
    return Decided(ledger, succession, reused, landing_hash(settings))


def write_delivered_data(settings: Settings) -> DeliveredResult:
    """Write the schema ``delivered`` into a fresh build file.

    Args:
        settings: Folders and the as-of date.
    """
    decided = decide_delivered(settings)
    succession = decided.succession
    settings.warehouse_dir.mkdir(parents=True, exist_ok=True)
    for leftover in (settings.build_file, Path(f"{settings.build_file}.wal")):
        leftover.unlink(missing_ok=True)
    with duckdb.connect(
        str(settings.build_file), config={"memory_limit": MEMORY_LIMIT}
    ) as connection:
        connection.execute("create schema delivered")
        for kind in load_kinds().values():
            parts = parts_in_force(kind, succession, decided.ledger)
            show_rows_in_force(connection, settings.landing_dir, kind, parts)
        write_tables(connection, settings, decided)
        _write_rejected_rows(connection, settings.landing_dir, decided)
        counts = _row_counts(connection)
    refused = {key[0] for key, status in succession.statuses.items() if status == "refused"}
    return DeliveredResult(decided.landing_hash, succession.as_of, counts, len(refused))


def write_tables(
    connection: duckdb.DuckDBPyConnection, settings: Settings, decided: Decided
) -> None:
    """Write the tables of the schema that are no kind of row; ``rejected_rows`` stays empty.

    Args:
        connection: To a database that holds the kinds in schema ``delivered``.
        settings: Where the landing is.
        decided: What counts as delivered.
    """
    ledger, succession = decided.ledger, decided.succession
    for name, columns in _TABLES.items():
        listed = ", ".join(f"{column} {dtype}" for column, dtype in columns.items())
        connection.execute(f"create table delivered.{name} ({listed})")
    _insert(connection, "deliveries", _delivery_rows(ledger, succession))
    _write_incomplete_bundles(connection, _rejected_paths(settings.landing_dir, ledger))
    compared = reconciled_rows(connection, settings.landing_dir, succession, ledger)
    _insert(connection, "reconciliations", compared)
    _insert(connection, "supplies", (tuple(vars(s).values()) for s in succession.supplies))
    _insert(connection, "contracts", decided.codes_are_reused.items())
    run = (
        succession.as_of,
        bool(ledger.is_synthetic),
        decided.landing_hash,
        ledger.key_fingerprint,
    )
    _insert(connection, "run", [run])
    _insert(connection, "windows", _windows(succession))


def _delivery_rows(ledger: Ledger, succession: Succession) -> Iterable[tuple[Any, ...]]:
    for delivery_id, delivery in sorted(ledger.deliveries.items()):
        for part in delivery.parts:
            scope = "|".join(sorted(part.scopes)) or part.named_scope or ""
            yield (
                delivery_id,
                delivery.institution_id,
                part.stream,
                part.kind,
                f"{scope}/{delivery.part_name}" if delivery.part_name else scope,
                delivery.file_name,
                delivery.sha256 or None,
                delivery.received_on,
                part.format,
                part.rows_read,
                part.rows_accepted,
                part.rows_rejected,
                succession.statuses[delivery_id, part.kind],
            )


def _rejected_paths(landing_dir: Path, ledger: Ledger) -> list[str]:
    candidates = [
        landed_path(landing_dir, REJECTED_ROWS, delivery_id)
        for delivery_id in sorted(ledger.deliveries)
    ]
    return [str(path) for path in candidates if path.exists()]


def _write_incomplete_bundles(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> None:
    """A building block that was rejected leaves its offering a bundle that nobody can judge."""
    if paths:
        connection.execute(
            """
            insert into delivered.incomplete_bundles
            select
                split_part(rejected.delivery_id, ':', 1),
                rejected.academic_year,
                rejected.bundle_code,
                count(distinct rejected.row_number || ' ' || coalesce(rejected.column_name, ''))
            from read_parquet($paths) as rejected
            inner join delivered.deliveries as deliveries
                on rejected.delivery_id = deliveries.delivery_id and rejected.kind = deliveries.kind
            where
                rejected.severity = 'error'
                and rejected.bundle_code is not null
                and rejected.academic_year is not null
                and deliveries.status = 'in_force'
            group by all
            order by all
            """,
            {"paths": paths},
        )


def _write_rejected_rows(
    connection: duckdb.DuckDBPyConnection, landing_dir: Path, decided: Decided
) -> None:
    ledger, succession = decided.ledger, decided.succession
    paths = _rejected_paths(landing_dir, ledger)
    if paths:
        # Row number 0 is the file as a whole, which has no row number.
        connection.execute(
            """
            insert into delivered.rejected_rows
            select
                delivery_id, kind, nullif(row_number, 0), column_name, rule_id, severity, message_nl
            from read_parquet($paths)
            """,
            {"paths": paths},
        )
    unread = [
        (delivery_id, part.kind, None, None, part.refused_by, "error", part.message_nl)
        for delivery_id, delivery in sorted(ledger.deliveries.items())
        for part in delivery.parts
        if part.refused_by and not delivery.sha256
    ]
    halved = [
        (halving.delivery_id, halving.kind, None, None, HALVING_RULE, "error", halving.message_nl)
        for halving in succession.halvings
    ]
    replaced = [
        (
            replacement.delivery_id,
            None,
            None,
            None,
            REPLACED_RULE,
            "warning",
            replacement.message_nl,
        )
        for replacement in succession.replacements
    ]
    dangling = dangling_rows(connection)
    _insert(connection, "rejected_rows", [*unread, *halved, *replaced, *dangling])


def _windows(succession: Succession) -> list[tuple[str, str, str, str]]:
    windows: list[tuple[str, str, str, str]] = []
    completed = [
        int(supply.academic_year[:4])
        for supply in succession.supplies
        if supply.status != "refused"
        and succession.as_of is not None
        and date(int(supply.academic_year[5:]), 9, 30) < succession.as_of
    ]
    if completed:
        last = max(completed)
        first = last - WINDOW_YEARS + 1
        years = (f"{first}-{first + 1}", f"{last}-{last + 1}")
        windows.append((f"{years[0]}..{years[1]}", *years, NEWEST_COMPLETED))
    # Questions are the business of the answers; imported here so that screening stays light.
    from pipelines.answers.questions import load_questions

    for number, question in sorted(load_questions().items()):
        window = question.window
        if window.is_counted_together:
            windows.append((window.label, window.from_year, window.to_year, number))
    return windows


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert rows, all at once: a list per column is ten times faster than row by row."""
    columns = _TABLES[table]
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    lists = ", ".join(f"unnest(cast(? as {dtype}[]))" for dtype in columns.values())
    connection.execute(
        f"insert into delivered.{table} select {lists}",
        [list(column) for column in values],
    )


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    names = sorted([*load_kinds(), *_TABLES])
    return {
        name: connection.execute(f"select count(*) from delivered.{name}").fetchall()[0][0]  # noqa: S608
        for name in names
    }
