"""A drop folder to write deliveries into, and one call that receives and combines them.

Border: what a test sends stands in the test, or in tests/fixtures/deliveries.
"""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.deliveries import delivered, intake
from pipelines.settings import PROJECT_ROOT, Settings

FIXTURES = PROJECT_ROOT / "tests" / "fixtures" / "deliveries"
KEY = "een sleutel van de tests, nergens anders gebruikt"
ENROLMENT_HEADER = (
    "instellingsnummer;academiejaar;inschrijving_id;insz;studentnummer;contracttype;aanbod_code;"
    "onderdeel_code;opleiding_code;studiepunten;inschrijvingsdatum;uitschrijvingsdatum;werkstatus;"
    "doel;resultaat"
)
OFFERING_HEADER = "instellingsnummer;academiejaar;aanbod_code;titel;soort;omvang;omvang_eenheid"


def insz(first_nine: int, *, born_from_2000: bool = False) -> str:
    """Return a national number with the right check digits."""
    check = 97 - (first_nine + (2_000_000_000 if born_from_2000 else 0)) % 97
    return f"{first_nine:09d}{check:02d}"


def enrolment(number: int, **changes: str) -> str:
    """Return one good enrolment line, with changes."""
    row = {
        "instellingsnummer": "ugent",
        "academiejaar": "2023-2024",
        "inschrijving_id": f"E{number}",
        "insz": insz(850_730_000 + number),
        "studentnummer": "",
        "contracttype": "creditcontract",
        "aanbod_code": "A1",
        "onderdeel_code": "",
        "opleiding_code": "",
        "studiepunten": "3",
        "inschrijvingsdatum": "2023-09-20",
        "uitschrijvingsdatum": "",
        "werkstatus": "werkend",
        "doel": "",
        "resultaat": "",
    }
    return ";".join((row | changes).values())


class Drop:
    """A drop folder, its data folder and what became of them."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
        self.settings.raw_dir.mkdir()

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file below the raw folder."""
        path = self.settings.raw_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def put_rows(self, name: str, header: str, *rows: str) -> Path:
        """Write a table, one line per row."""
        return self.put(name, "\n".join([header, *rows]) + "\n")

    def put_guides(self, *institutions: str) -> None:
        """Copy the hand-written study guides of these institutions."""
        for institution in institutions:
            shutil.copytree(
                FIXTURES / "study-guides" / institution, self.settings.raw_dir / institution
            )

    def receive(self, institution_id: str) -> intake.IntakeResult:
        """Receive what one institution sent."""
        return intake.receive_institution(self.settings, institution_id)

    def deliver(self, *institutions: str, as_of: date | None = None) -> None:
        """Receive what these institutions sent and combine it."""
        intake.prepare(self.settings)
        intake.unrecognised_folders(self.settings)
        for institution in institutions:
            assert self.receive(institution).error is None
        delivered.write_delivered_data(replace(self.settings, as_of=as_of))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the build file."""
        with duckdb.connect(str(self.settings.build_file), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def rules_broken(self) -> list[str]:
        """Return the ids of all rules in rejected_rows."""
        return [row[0] for row in self.rows("select rule_id from delivered.rejected_rows")]
