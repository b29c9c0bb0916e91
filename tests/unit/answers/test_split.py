"""Every value of a split of persons has its column, whether or not anyone has it."""

from pathlib import Path

import pytest

from pipelines.answers.cells import Cell
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.overview import split_labels
from tests.unit.answers.world import YEARS

STATUSES = ["werkt", "werkt niet (werkzoekend)", "werkt niet (niet actief)", "onbekend"]


def test_a_status_without_any_learner_keeps_its_column(answer_folder: Path) -> None:
    file = answer_folder / "tabellen" / "2b-naar-werkstatus-ontwerpkader.csv"
    rows = [line.split(";") for line in file.read_text("utf-8-sig").splitlines()]
    heading = next(row for row in rows if "werkt" in row)
    start = heading.index("werkt")
    assert heading[start : start + 4] == STATUSES
    by_year = {row[start - 1]: row[start : start + 4] for row in rows if len(row) > start}
    years = [year.replace("-", "\N{EN DASH}") for year in YEARS]
    assert by_year[years[4]] == ["98.760", "21.350", "<5", "3.340"]


def test_a_year_without_deliveries_has_no_zero_in_any_column(material: Material) -> None:
    cell = Cell("learners", "framework", YEARS[0])
    assert not material.book.split_figure(cell, "working_status", "not_active").is_known


@pytest.mark.parametrize(
    ("split", "values"),
    [
        ("working_status", ["working", "job_seeking", "not_active", "unknown"]),
        ("contract_type", ["diploma", "credit", "exam_credit", "exam_diploma", "none"]),
        ("working_status_source", ["register", "declared", "none"]),
    ],
)
def test_the_values_of_a_split_of_persons_do_not_depend_on_what_was_counted(
    material: Material, split: str, values: list[str]
) -> None:
    assert [value for value, _ in split_labels(material, "learners", split)] == values
