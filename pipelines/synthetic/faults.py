"""Rows and files that must be rejected, from faults.yml.

Border: what a screening rule says about them is not repeated here; the list only says how many
rows must be rejected.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.synthetic.persons import landmark_number

_NOBODY = 999  # a place beyond the landmark learners
SOURCE = Path(__file__).with_name("faults.yml")


@dataclass(frozen=True)
class FaultyRows:
    """Rows to append to a file, as text by column, and how many of them are rejected."""

    rows: list[dict[str, str]]
    rejected: int


@cache
def _source() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return content


def faulty_rows(good: list[dict[str, str]], year: int, count: int, first: int) -> FaultyRows:
    """Return about ``count`` faulty rows made from good ones, each fault in turn.

    Args:
        good: Good rows of the file, as text; at least one, used in turn.
        year: Start year of the academic year, part of the new enrolment ids.
        count: How many rows are wanted; a fault that needs two rows may add one more.
        first: Place in the list of faults of the first one used.
    """
    faults = _source()["rows"]
    rows: list[dict[str, str]] = []
    rejected = 0
    place = 0
    while len(rows) < count:
        fault = faults[(place + first) % len(faults)]
        row = dict(good[place % len(good)]) | {"inschrijving_id": f"F{year % 100:02d}-{place + 1}"}
        rows += _changed(row, fault)
        rejected += fault["rejected"]
        place += 1
    return FaultyRows(rows, rejected)


def _changed(row: dict[str, str], fault: dict[str, Any]) -> list[dict[str, str]]:
    change = fault.get("change")
    if change == "check_digits":
        number = row["insz"] or landmark_number(_NOBODY)
        wrong = (int(number[-2:]) + 1) % 98
        return [row | {"insz": f"{number[:-2]}{wrong:02d}"}]
    if change == "same_key":
        return [
            row,
            row | {"contracttype": "geen" if row["contracttype"] != "geen" else "creditcontract"},
        ]
    if change == "other_house":
        is_vub = row["instellingsnummer"] in ("vub", "110148")
        return [row | {"instellingsnummer": "ugent" if is_vub else "vub"}]
    if change == "same_row":
        return [row, row]
    return [row | {name: str(value) for name, value in fault["set"].items()}]


def write_faulty_files(out: Path) -> list[Path]:
    """Write the broken files of faults.yml below ``out`` and return their paths."""
    written = []
    for fault in _source()["files"]:
        path = out / fault["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fault["text"].encode(fault.get("encoding", "utf-8")))
        written.append(path)
    return written
