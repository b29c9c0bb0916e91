"""Writing delivery files the way institutions write them: notation, encoding, delimiter.

Border: nothing is drawn here; every value arrives ready.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.synthetic.academic_calendar import DATE_FORMATS, written
from pipelines.synthetic.catalogue import OfferingRun, Programme

DELIMITER = ";"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@cache
def template_columns() -> dict[str, list[str]]:
    """Return the columns of each kind of template file, in order."""
    path = Path(__file__).with_name("template.yml")
    columns: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return columns


class House:
    """How one institution writes its files: number, year, dates, encoding."""

    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        self.name = name
        self.number = str(settings.get("number", name))
        self.year_style = settings["year"]
        self.date_format = DATE_FORMATS[settings["date"]]
        self.encoding = settings.get("encoding", "utf-8")

    def same_on_every_row(self, year: int) -> dict[str, str]:
        """Return the two columns that are the same on every row of a file."""
        return {
            "instellingsnummer": self.number,
            "academiejaar": written(year, self.year_style),
        }

    def day(self, iso: str) -> str:
        """Return an ISO date in this house's notation; empty stays empty."""
        return date.fromisoformat(iso).strftime(self.date_format) if iso else ""

    def offering_rows(
        self, runs: Iterable[OfferingRun], year: int, before_correction: bool
    ) -> list[dict[str, str]]:
        """Return the rows of ``aanbod``, as first delivered or as corrected."""
        rows = []
        for run in runs:
            columns = run.columns | (run.before_correction if before_correction else {})
            days = {name: self.day(columns.get(name, "")) for name in ("startdatum", "einddatum")}
            rows.append(self.same_on_every_row(year) | columns | days)
        return rows

    def component_rows(self, runs: Iterable[OfferingRun], year: int) -> list[dict[str, str]]:
        """Return the rows of ``bouwstenen``."""
        return [
            self.same_on_every_row(year)
            | {
                "aanbod_code": run.code,
                "bouwsteen_code": one.code,
                "titel": one.title,
                "herkomst": one.origin,
                "studiepunten": one.credits_ects,
            }
            for run in runs
            for one in run.components
        ]

    def programme_rows(self, programmes: Iterable[Programme], year: int) -> list[dict[str, str]]:
        """Return the rows of ``opleidingen``."""
        return [
            self.same_on_every_row(year)
            | {
                "opleiding_code": programme.code,
                "opleiding_soort": programme.kind,
                "opleiding_naam": programme.name,
                "onderdeel_code": one.code,
                "onderdeel_titel": one.title,
                "studiepunten": one.credits_ects,
                "integratief": one.is_integrative,
            }
            for programme in programmes
            for one in programme.components
        ]

    def write_rows(self, path: Path, kind: str, rows: Iterable[Mapping[str, str]]) -> int:
        """Write a small template file and return its number of rows."""
        buffer = io.StringIO()
        writer = csv.DictWriter(
            buffer, template_columns()[kind], restval="", delimiter=DELIMITER, lineterminator="\n"
        )
        writer.writeheader()
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(buffer.getvalue().encode(self.encoding))
        return count


def write_frames(
    path: Path, kind: str, frames: Iterable[pl.DataFrame], house: House | None = None
) -> int:
    """Write a large template file frame by frame and return its number of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("wb") as file:
        if house is not None and house.encoding == "utf-8-sig":
            file.write(_BYTE_ORDER_MARK)
        file.write((DELIMITER.join(template_columns()[kind]) + "\n").encode("ascii"))
        for frame in frames:
            frame.select(template_columns()[kind]).write_csv(
                file,
                separator=DELIMITER,
                include_header=False,
                date_format=house.date_format if house else None,
            )
            count += frame.height
    return count
