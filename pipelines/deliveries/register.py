"""The register of reporting units: which institutions exist and which numbers mean them.

The facts are the dbt seeds ``institution_register.csv`` and ``institution_numbers.csv``, their
one home.

Border: kinds and names of institutions for people are read from the warehouse, not from here.
"""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

DEPARTMENT = "department"


@dataclass(frozen=True, eq=False)
class Register:
    """The reporting units and the codes by which a delivery may name them.

    Attributes:
        institution_ids: The ids of the reporting units, sorted.
        by_code: Institution id per accepted code: the id itself or an official number.
    """

    institution_ids: tuple[str, ...]
    by_code: dict[str, str]

    @property
    def units(self) -> tuple[str, ...]:
        """The folders below the raw folder: every institution and the department."""
        return (*self.institution_ids, DEPARTMENT)


@functools.cache
def load_register(dbt_dir: Path) -> Register:
    """Return the register that the seeds of this dbt project hold.

    Args:
        dbt_dir: The folder of the dbt project.
    """
    institutions = _rows(dbt_dir / "seeds" / "institution_register.csv")
    numbers = _rows(dbt_dir / "seeds" / "institution_numbers.csv")
    ids = sorted(row["institution_id"] for row in institutions)
    by_code = {institution_id: institution_id for institution_id in ids}
    for row in [*institutions, *numbers]:
        if row["official_number"]:
            by_code[row["official_number"]] = row["institution_id"]
    return Register(tuple(ids), by_code)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
