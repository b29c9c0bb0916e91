"""What several tests need: settings on a fresh folder, a small build, the published sample.

Border: deliveries and expected figures stand beside the tests that use them.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import settings as hypothesis_settings

from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.warehouse import tables
from tests.skips import watch_skips

# A busy machine is not a failing test.
hypothesis_settings.register_profile("staalkaart", deadline=None)
hypothesis_settings.load_profile("staalkaart")

LANDING_HASH = "a" * 64
CheckWriter = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    """Fail a session in which a test is skipped that no list names."""
    watch_skips(config)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose raw and data folders are fresh and exist."""
    made = Settings(raw_dir=tmp_path / "raw", data_dir=tmp_path / "data")
    made.raw_dir.mkdir()
    made.warehouse_dir.mkdir(parents=True)
    return made


@pytest.fixture(scope="session")
def published_sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped sample, published once per test process; read-only for every test."""
    from pipelines.nightly import run_nightly

    made = Settings(
        raw_dir=PROJECT_ROOT / "data" / "raw", data_dir=tmp_path_factory.mktemp("sample")
    )
    assert run_nightly(made, is_quiet=True) == 0
    return made


@pytest.fixture
def write_checks() -> CheckWriter:
    """Write one check result and the build row into an open build."""

    def write(
        connection: duckdb.DuckDBPyConnection,
        success: bool = True,
        could_not_run: bool = False,
        severity: str = "critical",
        landing_hash: str = LANDING_HASH,
    ) -> None:
        day = "2024-01-01"
        check = ["counts", "counts", "expect", "alles", None, success, could_not_run]
        tables.fill_table(
            connection,
            "check_results",
            [[*check, 1.0, None, severity, f"{day} 00:00:00+00", None, landing_hash]],
        )
        row = [f"{day} 00:00:00+00", day, "0", "2025.1", None, True, LANDING_HASH, None]
        tables.fill_table(connection, "build", [row])

    return write


@pytest.fixture
def small_build(settings: Settings, write_checks: CheckWriter) -> Path:
    """A build file with three counts, one view and Python's own tables, checked and passed."""
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(
            f"""
            create schema delivered;
            create table delivered.run as select '{LANDING_HASH}' as landing_hash;
            create schema staging;
            create view staging.stg_counts as select 1 as number;
            create table counts (count_key varchar, lower decimal(18, 2), upper decimal(18, 2));
            comment on table counts is 'Eén rij per cel | One row per cell';
            comment on column counts.lower is 'Ondergrens | Lower bound';
            insert into counts values ('a', 3, null), ('b', 7, 9), ('c', 19, 20);
            create table nothing_yet (number integer);
            create view enrolment_verdicts as select count_key, lower from counts;
            comment on view enrolment_verdicts is 'Een blik | A view';
            """
        )
        write_checks(connection)
    return settings.build_file
