"""Two streams that speak of the same institution, year and kind: compared, never added.

One row per institution, year, kind and outvoted stream says how many learners (or codes) both
have, and how many only one of them has.

Border: which stream is authoritative is decided in ``succession.py``.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from pipelines.deliveries.landing import landed_path
from pipelines.deliveries.ledger import Ledger
from pipelines.deliveries.streams import HISTORY_STREAM
from pipelines.deliveries.succession import Succession

# What identifies the thing that both streams speak of.
COMPARED = {
    "offerings": "source_code",
    "components": "component_code",
    "programmes": "programme_code",
    "enrolments": "learner_key",
}


def reconciled_rows(
    connection: duckdb.DuckDBPyConnection,
    landing_dir: Path,
    succession: Succession,
    ledger: Ledger,
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of ``delivered.reconciliations``.

    Args:
        connection: To the build file, in which the rows in force are written.
        landing_dir: Where the outvoted rows are.
        succession: What is in force and what is outvoted.
        ledger: What was delivered.
    """
    by_stream: dict[tuple[str, str], list[tuple[str, list[str]]]] = defaultdict(list)
    for (delivery_id, kind), scopes in sorted(succession.outvoted.items()):
        streams = {p.stream for p in ledger.deliveries[delivery_id].parts if p.kind == kind}
        for stream in streams:
            by_stream[kind, stream].append((delivery_id, scopes))
    for (kind, stream), deliveries in sorted(by_stream.items()):
        if kind not in COMPARED:
            continue
        paths = [str(landed_path(landing_dir, kind, delivery_id)) for delivery_id, _ in deliveries]
        marks = [f"{delivery_id}|{scope}" for delivery_id, scopes in deliveries for scope in scopes]
        mark = "delivery_id, academic_year"
        if stream == HISTORY_STREAM:
            mark = "delivery_id, learner_key, institution_id, academic_year"
        yield from connection.execute(
            f"""
            with here as (
                select
                    institution_id, academic_year, {COMPARED[kind]} as code,
                    any_value(stream) as stream,
                    count(*) as row_count
                from delivered.{kind}
                group by all
            ),
            there as (
                select
                    institution_id, academic_year, {COMPARED[kind]} as code,
                    count(*) as row_count
                from read_parquet($paths)
                where concat_ws('|', {mark}) in (select unnest($marks))
                group by all
            ),
            compared as (select distinct institution_id, academic_year from there)
            select
                institution_id, academic_year, $kind, any_value(here.stream), $stream,
                count(*) filter (where here.code is not null and there.code is not null),
                count(*) filter (where there.code is null),
                count(*) filter (where here.code is null),
                coalesce(sum(here.row_count), 0)::bigint,
                coalesce(sum(there.row_count), 0)::bigint
            from (
                select * from here semi join compared using (institution_id, academic_year)
            ) as here
            full join there using (institution_id, academic_year, code)
            group by institution_id, academic_year
            order by institution_id, academic_year
            """,  # noqa: S608 (own names)
            {"paths": paths, "marks": marks, "kind": kind, "stream": stream},
        ).fetchall()
