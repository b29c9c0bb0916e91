"""A proposal is made only where it is certain enough: none is better than a wrong one."""

from pathlib import Path

import pytest
import xlsxwriter
from drop_folder import OFFERING_HEADER, Drop

from pipelines.deliveries.check import check_file
from pipelines.deliveries.limited import LimitedReaders

Proposed = list[tuple[str, str | None]]


def proposed(drop: Drop, path: Path) -> Proposed:
    """Return rule and proposal of every finding of a file."""
    with LimitedReaders() as readers:
        findings = check_file(drop.settings, path, "ugent", readers).findings
    return [*findings.sort("row_number").select("rule_id", "proposal").iter_rows()]


@pytest.mark.parametrize(
    ("size", "rule_id", "proposal"),
    [
        ("4 5", "number_unreadable", None),
        ("4 5 ects", "number_unreadable", None),
        ("4 ,5", "number_unreadable", "4,5"),
        ("2:30", "number_unreadable", None),
        ("1'200", "number_unreadable", None),
        ("1.200 uren", "number_unreadable", None),
        ("1.200", "number_ambiguous", None),
        ("mei-5", "number_date_like", None),
        ("mei-24", "number_date_like", None),
        ("mei 2024", "number_date_like", None),
        ("jan/05", "number_date_like", None),
        ("1-mai", "number_date_like", "1,5"),
        ("3-d\u00e9c", "number_date_like", None),
        ("3-mei", "number_date_like", "3,5"),
        ("4/12", "number_date_like", "4,12"),
        ("1/2", "number_date_like", None),
    ],
)
def test_a_size_gets_the_proposal_that_is_certain(
    drop: Drop, size: str, rule_id: str, proposal: str | None
) -> None:
    rows = [f"ugent;2023-2024;A{n};Zorg;mooc;{each};ects" for n, each in enumerate(["3", size])]
    path = drop.put_rows("ugent/aanbod.csv", OFFERING_HEADER, *rows)
    assert proposed(drop, path) == [(rule_id, proposal)]


def test_a_number_that_a_workbook_shows_as_a_date_is_that_number(drop: Drop) -> None:
    numbers = [3, 3.5, 59, 61, 120, 45780, 3.3]
    path = drop.settings.raw_dir / "aanbod.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("aanbod")
        sheet.write_row(0, 0, OFFERING_HEADER.split(";"))
        day = book.add_format({"num_format": "d-mmm"})
        for row, number in enumerate([None, *numbers], start=1):
            sheet.write_row(row, 0, ["ugent", "2023-2024", f"A{row}", "Zorg", "mooc", 3, "ects"])
            if number is not None:
                sheet.write_number(row, 5, number, day)
    found = proposed(drop, path)
    assert {rule_id for rule_id, _ in found} == {"number_date_like"}
    proposals = [proposal for _, proposal in found]
    # Spreadsheets show 59 and 60 as days that the reader gives one name.
    assert proposals == ["3", "3,5", None, "61", "120", "3,5", "3,3"]
