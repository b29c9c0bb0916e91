"""A world small enough to count by hand: two institutions, one academic year.

UCLL offers one microcredential with sixteen learners: thirteen work, three seek work. Odisee sends
a study guide with one labelled offering of two components, both of a bachelor programme.

Border: what must come out stands in the tests.
"""

import json
from pathlib import Path

DELIVERED = "2024-11-04"
YEAR = "2023-2024"
ENROLMENTS = "instellingsnummer;academiejaar;inschrijving_id;insz;contracttype;aanbod_code"
ENROLMENTS += ";studiepunten;inschrijvingsdatum;werkstatus"
OFFERINGS = "instellingsnummer;academiejaar;aanbod_code;titel;soort;omvang;omvang_eenheid"


def write_small_world(raw_dir: Path) -> None:
    """Write the deliveries below a raw folder.

    They carry no synthetic mark: the suites ask more of the shipped sample than two institutions
    can hold.
    """
    write(raw_dir, "ucll", "aanbod_2023-2024.csv", OFFERINGS, [offering("MC-1")])
    statuses = ["werkend"] * 13 + ["werkzoekend"] * 3
    lines = [
        f"ucll;{YEAR};I{n};{national_number(n)};creditcontract;MC-1;6;2023-10-0{n % 9 + 1};{status}"
        for n, status in enumerate(statuses, start=1)
    ]
    write(raw_dir, "ucll", "inschrijvingen_2023-2024.csv", ENROLMENTS, lines)
    guide = [
        programme("BA-1", "Bachelor in de logistiek", "bac", ["C1", "C2", "C3"]),
        programme("MC-9", "Microcredential Magazijnbeheer", "other", ["C1", "C2"]),
    ]
    folder = raw_dir / "odisee" / DELIVERED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "odisee_programs_2023.json").write_text(json.dumps(guide), encoding="utf-8")


def write(raw_dir: Path, unit: str, name: str, header: str, lines: list[str]) -> Path:
    """Write one CSV delivery and return its path."""
    folder = raw_dir / unit / DELIVERED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return folder / name


def offering(code: str) -> str:
    """Return one line of ``aanbod`` with a microcredential of six ECTS."""
    return f"ucll;{YEAR};{code};Microcredential Zorgtechnologie;microcredential;6;ects"


def programme(code: str, name: str, cycle: str, courses: list[str]) -> dict[str, object]:
    """Return one entry of a study guide."""
    return {
        "id": code,
        "name": name,
        "cycle": cycle,
        "faculty": "",
        "campus": "",
        "url": "",
        "courses": courses,
        "ects": [5 for _ in courses],
    }


def national_number(number: int) -> str:
    """Return a national number that passes the check and belongs to nobody (month 70)."""
    stem = 857001000 + number
    return f"{stem}{97 - stem % 97:02d}"
