"""What the interface shows of coverage: per institution how many years and kinds are there.

Border: coverage itself is computed by dbt; this only reads the published table.
"""

from pathlib import Path

import duckdb

STATUSES = ("delivered", "carried_forward", "refused", "missing")
COVERAGE = """
    select institution_id, status, count(*), cast(sum(rows_rejected) as bigint)
    from coverage
    group by institution_id, status
    order by institution_id, status
"""


def coverage_facts(published_file: Path) -> dict[str, int | str]:
    """Return the number of years and kinds per status, the rows rejected, and a table of both.

    One key per status (``coverage_delivered``), ``coverage_rows_rejected``, and ``coverage``: a
    table in Markdown with one row per institution.
    """
    with duckdb.connect(str(published_file), read_only=True) as connection:
        rows = connection.execute(COVERAGE).fetchall()
    totals: dict[str, int | str] = {
        f"coverage_{status}": sum(count for _, found, count, _ in rows if found == status)
        for status in STATUSES
    }
    totals["coverage_rows_rejected"] = sum(rejected or 0 for *_, rejected in rows)
    lines = [f"| institution | {' | '.join(STATUSES)} | rows rejected |"]
    lines.append("|---" * (len(STATUSES) + 2) + "|")
    for institution in sorted({row[0] for row in rows}):
        own = {status: (count, rejected or 0) for one, status, count, rejected in rows
               if one == institution}  # fmt: skip
        counts = " | ".join(str(own.get(status, (0, 0))[0]) for status in STATUSES)
        lines.append(f"| {institution} | {counts} | {sum(found[1] for found in own.values())} |")
    return totals | {"coverage": "\n".join(lines)}
