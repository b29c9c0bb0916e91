"""Delivery contracts: one small YAML per institution, saying only what differs.

Border: a contract holds facts about layout and meaning of a sender's files; a rule that holds
for everybody stands in ``rules.yml``, ``kinds.yml`` or ``streams.yml``.
"""

import hashlib
import re
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from pipelines.console import StaalkaartError
from pipelines.deliveries.contract_faults import faults_of
from pipelines.deliveries.own_table_contract import OwnTable, compiled, unknown_encoding
from pipelines.deliveries.rules import masked
from pipelines.yaml_faults import yaml_fault

Completeness = Literal["degree", "lifelong_learning", "postgraduate", "enrolments"]
StreamName = Literal["template", "own_table", "study_guide", "dho", "positions"]
KindName = Literal["offerings", "components", "programmes", "enrolments", "positions"]


class Contract(BaseModel):
    """What one institution's deliveries have that the defaults do not say.

    Attributes:
        encoding: Encoding of text files; UTF-8, or Windows-1252 where that fails, when absent.
        delimiter: Delimiter of CSV files; found from the header when absent.
        academic_year_notation: How four digits such as ``2021`` are meant: ``start_year``
            (2021-2022) or ``short`` (2020-2021). Without it such a year is rejected.
        decimal_sign: What separates decimals in ``1.200`` and ``1,200``: ``comma`` (the point then
            separates thousands) or ``point``. Without it such a number is rejected.
        complete_for: Per stream and kind what the stream is a census of.
        authority: Streams in order of authority, where it differs from the usual order.
        codes_are_reused: Whether the institution gives a code to another offering in a later
            year; the year is then part of the offering's identity.
        part_in_name: Per template name a regular expression with a group ``part`` that names
            the part (such as a faculty) of a file which is not the whole institution.
        confirmed: Deliveries (first hexadecimal digits of their SHA-256) that may leave a year
            with fewer than half its rows.
        own_tables: Tables in the institution's own layout; the first whose pattern fits a file
            name reads that file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: str | None = None
    delimiter: Literal[";", ",", "\t", "|"] | None = None
    academic_year_notation: Literal["start_year", "short"] | None = None
    decimal_sign: Literal["comma", "point"] | None = None
    complete_for: dict[StreamName, dict[KindName, list[Completeness]]] = {}
    authority: list[StreamName] = []
    codes_are_reused: bool = False
    part_in_name: dict[str, str] = {}
    confirmed: list[str] = []
    own_tables: list[OwnTable] = []

    @field_validator("encoding")
    @classmethod
    def _encoding_must_exist(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                "".encode(value)
            except LookupError:
                raise ValueError(unknown_encoding(value)) from None
        return value

    @field_validator("own_tables")
    @classmethod
    def _names_differ(cls, value: list[OwnTable]) -> list[OwnTable]:
        names = [table.name for table in value]
        if len(set(names)) < len(names):
            raise ValueError("twee tabellen hebben dezelfde name. Geef elke tabel een eigen naam.")
        return value

    @field_validator("part_in_name")
    @classmethod
    def _pattern_must_name_a_part(cls, value: dict[str, str]) -> dict[str, str]:
        for pattern in value.values():
            if "part" not in compiled(pattern).groupindex:
                raise ValueError(
                    f"patroon '{pattern}' heeft geen groep (?P<part>...). Zet ze rond het deel."
                )
        return value

    def part_of(self, file_name: str) -> str:
        """Return the part of the institution that a file name says, masked; empty without one."""
        for start, pattern in self.part_in_name.items():
            if file_name.lower().startswith(start):
                match = re.search(pattern, file_name)
                return masked(match["part"]) if match else ""
        return ""


def contracts_dir(project_root: Path) -> Path:
    """Return the folder of the contracts of a project."""
    return project_root / "pipelines" / "deliveries" / "contracts"


def load_contract(folder: Path, institution_id: str) -> Contract:
    """Return the contract of an institution; the defaults when it has no file.

    Args:
        folder: The folder with one ``<institution_id>.yml`` per institution that differs.
        institution_id: The reporting unit.

    Raises:
        StaalkaartError: The file is not valid YAML or holds something unknown (exit code 2).
    """
    path = folder / f"{institution_id}.yml"
    if not path.is_file():
        return Contract()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Contract.model_validate({} if content is None else content)
    except ValidationError as error:
        faults = faults_of(error)
    except yaml.YAMLError as error:
        faults = [yaml_fault(error)]
    except UnicodeDecodeError:
        faults = ["het bestand is geen UTF-8. Bewaar het als UTF-8."]
    listed = "".join(f"  {fault}\n" for fault in faults)
    raise StaalkaartError(
        f"Leveringscontract {path.name} is ongeldig:\n{listed}"
        "Verbeter het bestand of verwijder het; zonder contract gelden de standaardwaarden."
    )


def contract_fingerprint(folder: Path, institution_id: str) -> str:
    """Return a hash of an institution's contract file, empty when there is none."""
    path = folder / f"{institution_id}.yml"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else ""
