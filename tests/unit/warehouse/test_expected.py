"""The expected counts of the sample: written, read back, compared; a change is not published."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from pipelines.console import StaalkaartError
from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.warehouse.expected import (
    FOLDER,
    differences,
    load_expected,
    read_expected,
    read_found,
    write_expected,
)
from pipelines.warehouse.gate import run_gate
from pipelines.warehouse.suites import read_suites

SUBJECT = "tellingen van het voorbeeld zijn de verwachte"
Row = tuple[object, ...]
ROWS: list[Row] = [
    ("offerings", "label", "2023-2024", "*", "none", "all", 100, None),
    ("offerings", "label", "2023-2024", "*", "type", "1", 60, 60),
    ("offerings", "label", "2023-2024", "*", "type", "2", 40, 45.5),
    ("offerings", "label", "2023-2024", "ap", "none", "all", 10, 12),
    ("offerings", "label", "2023-2024", "vub", "none", "all", None, None),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A project with an empty folder of expectations and a build with a few counts."""
    (tmp_path / "project" / "expectations").mkdir(parents=True)
    found = Settings(tmp_path, tmp_path / "data", project_root=tmp_path / "project")
    found.warehouse_dir.mkdir(parents=True)
    write_build(found, ROWS)
    return found


def write_build(settings: Settings, rows: Sequence[Row], as_of: str = "2025-01-01") -> None:
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(
            """
            create schema if not exists rules; create schema if not exists delivered;
            create or replace table rules.rule_sets as
                select '2025.1' as rule_set_version, true as is_default;
            create or replace table delivered.deliveries as
                select unnest(['b', 'a', 'a']) as sha256;
            create or replace table counts (
                measure varchar, definition varchar, academic_year varchar, institution_id varchar,
                split varchar, split_value varchar, second_split varchar,
                lower decimal(18, 2), upper decimal(18, 2), rule_set_version varchar
            )
            """
        )
        connection.execute(
            f"create or replace table delivered.run as select date '{as_of}' as as_of"
        )
        connection.executemany(
            "insert into counts values (?, ?, ?, ?, ?, ?, null, ?, ?, '2025.1')", rows
        )


def accept(settings: Settings) -> None:
    write_expected(settings.expectations_dir / FOLDER, *read_found(settings.build_file))


def gate_passes(settings: Settings) -> bool:
    load_expected(settings)
    (counts,) = [s for s in read_suites(PROJECT_ROOT / "expectations") if s.name == "counts"]
    only = [e for e in counts.expectations if e.meta.subject == SUBJECT]
    suite = counts.model_copy(update={"expectations": tuple(only)})
    (found,) = run_gate(settings.build_file, (suite,), is_synthetic=True)
    assert found.severity == "critical"
    assert not found.could_not_run
    return found.success


def test_what_is_written_is_read_back_and_empty_cells_are_left_out(settings: Settings) -> None:
    accept(settings)
    assert read_expected(settings.expectations_dir / FOLDER) == {
        ("offerings", "label", "*", "none", "2023-2024"): "100..-",
        ("offerings", "label", "*", "type", "2023-2024"): "100..105.5",
        ("offerings", "label", "ap", "none", "2023-2024"): "10..12",
    }


def test_the_file_does_not_depend_on_the_order_of_the_counts(settings: Settings) -> None:
    accept(settings)
    first = (settings.expectations_dir / FOLDER / "counts.csv").read_bytes()
    write_build(settings, ROWS[::-1])
    accept(settings)
    assert (settings.expectations_dir / FOLDER / "counts.csv").read_bytes() == first


def test_a_change_a_new_cell_and_a_lost_cell_are_told(settings: Settings) -> None:
    before = read_found(settings.build_file)[1]
    moved = ("offerings", "label", "2023-2024", "ap", "none", "all", 11, 12)
    new = ("titles", "label", "2023-2024", "*", "none", "all", 1, 1)
    write_build(settings, [*ROWS[1:3], moved, new])
    assert differences(before, read_found(settings.build_file)[1]) == [
        "offerings label * none 2023-2024: 100..- → geen",
        "offerings label ap none 2023-2024: 10..12 → 11..12",
        "titles label * none 2023-2024: geen → 1..1",
    ]


@pytest.mark.parametrize("position", [0, 1, 3])
def test_a_count_of_the_sample_that_changed_is_not_published(
    settings: Settings, position: int
) -> None:
    accept(settings)
    assert gate_passes(settings)
    changed = list(ROWS)
    changed[position] = (*changed[position][:6], 7, changed[position][7])
    write_build(settings, changed)
    assert not gate_passes(settings)


def test_a_cell_that_went_is_not_published(settings: Settings) -> None:
    accept(settings)
    write_build(settings, ROWS[:3])
    assert not gate_passes(settings)


def test_other_deliveries_or_another_date_have_nothing_to_compare_with(settings: Settings) -> None:
    accept(settings)
    write_build(settings, ROWS[:1], as_of="2024-01-01")
    assert gate_passes(settings)
    write_build(settings, ROWS[:1])
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("insert into delivered.deliveries values ('c')")
    assert gate_passes(settings)


def test_a_project_without_expected_counts_publishes(settings: Settings) -> None:
    assert gate_passes(settings)


def test_without_a_build_the_next_command_is_told(tmp_path: Path) -> None:
    with pytest.raises(StaalkaartError, match="make run"):
        read_found(tmp_path / "build.duckdb")


def test_the_shipped_counts_belong_to_the_shipped_sample() -> None:
    folder = PROJECT_ROOT / "expectations" / FOLDER
    assert len((folder / "deliveries.txt").read_text().strip()) == 32
    assert len(read_expected(folder)) > 5000
