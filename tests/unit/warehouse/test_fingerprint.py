"""The fingerprint: what makes a new build necessary.

Border: that an unchanged run builds nothing is an integration test.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse.fingerprint import code_files, code_hash, published, wanted


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("pipelines/run.py", "dbt_project/models/counts.sql", "expectations/counts.yml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "changed",
    [
        "pipelines/run.py",
        "pipelines/deliveries/contracts/ucll.yml",
        "dbt_project/models/counts.sql",
        "dbt_project/seeds/rules.csv",
        "expectations/counts.yml",
    ],
)
def test_a_changed_or_new_file_changes_the_code_hash(project: Path, changed: str) -> None:
    before = code_hash(project)
    file = project / changed
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("other", encoding="utf-8")
    assert code_hash(project) != before


@pytest.mark.parametrize(
    "ignored", ["dbt_project/target/manifest.json", "pipelines/__pycache__/run.py", "README.md"]
)
def test_what_cannot_change_a_result_does_not_change_the_code_hash(
    project: Path, ignored: str
) -> None:
    before = code_hash(project)
    file = project / ignored
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("other", encoding="utf-8")
    assert code_hash(project) == before


def test_a_moved_file_changes_the_code_hash(project: Path) -> None:
    before = code_hash(project)
    (project / "pipelines/run.py").rename(project / "pipelines/walk.py")
    assert code_hash(project) != before
    assert len(code_files(project)) == 3


def test_no_file_or_a_broken_file_has_no_fingerprint(settings: Settings) -> None:
    assert published(settings) is None
    settings.published_file.write_bytes(b"not a database")
    assert published(settings) is None


def test_the_published_fingerprint_is_read_back(
    settings: Settings, write_checks: Callable[..., None]
) -> None:
    with duckdb.connect(str(settings.published_file)) as connection:
        write_checks(connection)
    found = published(settings)
    assert found is not None
    assert (found.landing_hash, found.code_version, found.as_of) == ("a" * 64, "0", None)


def test_another_as_of_date_or_landing_asks_for_another_build(settings: Settings) -> None:
    other_day = Settings(settings.raw_dir, settings.data_dir, as_of=date(2024, 1, 1))
    assert wanted(settings, "x") != wanted(other_day, "x")
    assert wanted(settings, "x") != wanted(settings, "y")
    assert wanted(settings, "x") == wanted(settings, "x")
