"""What is handed to Spark is what DuckDB counts: the same rows of every kind and small table.

Spark's own views are asked here by DuckDB, over the same landed files; Spark itself is started by
`make test-spark` only.
"""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment
from test_dho_history import enrolment as entry
from test_histories import put_history

from pipelines.deliveries.kinds import load_kinds
from pipelines.scale_out.handover import SMALL_TABLES, write_handover
from pipelines.scale_out.registration import location, rows_in_force


def offering(code: str, year: str) -> str:
    return f"ugent;{year};{code};Zorg;mooc;3;ects"


@pytest.fixture
def delivered(drop: Drop) -> Drop:
    """Deliveries that count in whole, in part and not at all, and histories of two learners."""
    drop.put_rows(
        "ugent/2023-11-01/aanbod.csv",
        OFFERING_HEADER,
        offering("A", "2022-2023"),
        offering("B", "2023-2024"),
    )
    drop.put_rows("ugent/2024-11-01/aanbod.csv", OFFERING_HEADER, offering("C", "2023-2024"))
    for day, number in (("2023-11-01", 1), ("2024-11-01", 2)):
        drop.put_rows(f"ugent/{day}/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(number))
    put_history(drop, "2024-01-01", 0, entry("a"), entry("b", year="2020"))
    put_history(drop, "2024-01-01", 1, entry("c"))
    put_history(drop, "2024-11-04", 0, entry("d"))
    drop.deliver("ugent", "department")
    return drop


def handed_over(drop: Drop, folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of every source of the models, asked as Spark asks them."""
    write_handover(drop.settings, folder)
    facts = json.loads((folder / "handover.json").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[Any, ...]]] = {}
    with duckdb.connect() as connection:
        connection.execute("create schema delivered")
        for table in ("in_force", *facts["tables"]):
            connection.execute(
                f"create view delivered.{table} as from read_parquet('{folder}/{table}/*.parquet')"
            )
        for kind, described in facts["kinds"].items():
            if described["is_delivered"]:
                files = drop.settings.landing_dir / kind / "*.parquet"
                connection.execute(
                    f"create view delivered.landed_{kind} as from read_parquet('{files}')"
                )
            connection.execute(f"create view delivered.{kind} as {rows_in_force(kind, described)}")
        for table in (*facts["tables"], *facts["kinds"]):
            found[table] = connection.execute(f"from delivered.{table} order by all").fetchall()
    return found


def test_every_source_of_the_models_holds_the_rows_that_duckdb_counts(
    delivered: Drop, tmp_path: Path
) -> None:
    found = handed_over(delivered, tmp_path / "handover")
    assert set(found) == {*load_kinds(), *SMALL_TABLES}
    for table, rows in found.items():
        assert rows == delivered.rows(f"from delivered.{table} order by all"), table


def test_the_world_has_what_could_go_wrong(delivered: Drop) -> None:
    """A delivery of which one year counts, histories, and a stream that is outvoted."""
    assert delivered.rows(
        "select academic_year, source_code from delivered.offerings order by 1"
    ) == [
        ("2022-2023", "A"),
        ("2023-2024", "C"),
    ]
    assert delivered.rows("select stream, enrolment_id from delivered.enrolments order by all") == [
        ("dho", "c"),
        ("dho", "d"),
        ("template", "E2"),
    ]


def test_the_sources_are_those_that_the_models_name(delivered: Drop, tmp_path: Path) -> None:
    sources = (delivered.settings.dbt_dir / "models" / "staging" / "sources.yml").read_text()
    named = {line.split(":")[1].strip() for line in sources.splitlines() if "      - name:" in line}
    assert named == set(handed_over(delivered, tmp_path / "handover"))


def test_an_address_stays_and_a_folder_becomes_one(tmp_path: Path) -> None:
    assert location("s3a://landing/2026/") == "s3a://landing/2026"
    assert location(str(tmp_path)) == f"file:{tmp_path}"
    assert location(str(tmp_path / "50% één map")).endswith("/50% één map")
