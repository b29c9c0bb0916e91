"""Whose delivery a loose file is: by its folder, else by its name, else by its rows.

Border: in the nightly run the folder alone decides; a row of another institution is rejected there.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import load_kinds, template_kinds
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.template_csv import read_template
from pipelines.deliveries.readers.template_xlsx import read_template_workbook
from pipelines.deliveries.recognition import Claim, Place, date_of_folder, recognise
from pipelines.deliveries.register import DEPARTMENT, Register
from pipelines.deliveries.rules import FileRefused


def unit_of(path: Path, register: Register, readers: LimitedReaders) -> str | None:
    """Return the reporting unit of a file; None when nothing says it.

    Args:
        path: An existing file.
        register: The institutions.
        readers: The limited child process for what a library must unpack.
    """
    owner = unit_of_folder(path, register)
    if owner is not None:
        return owner
    named = path.name.lower().split("_")[0]
    if named in register.institution_ids and path.suffix.lower() == ".json":
        return named
    if recognise(path.parent, path, Place(DEPARTMENT, register, Contract()), None).claim:
        is_dho = path.suffix.lower() == ".xml"
        if is_dho or path.name.lower().startswith(load_kinds()["positions"].template_name):
            return DEPARTMENT
    return _unit_of_rows(path, register, readers)


def unit_of_folder(path: Path, register: Register) -> str | None:
    """Return the reporting unit that the folder of a file is named after; None without one."""
    folder = path.parent
    if date_of_folder(folder.name):
        folder = folder.parent
    return folder.name if folder.name in register.units else None


def _unit_of_rows(path: Path, register: Register, readers: LimitedReaders) -> str | None:
    """Return the institution that most of the first rows name."""
    place = Place(register.institution_ids[0], register, Contract())
    claim = recognise(path.parent, path, place, None).claim
    if claim is None or claim.stream != "template":
        return None
    kinds = (claim.kind,) if claim.format == "template_csv" else tuple(template_kinds())
    try:
        batches = list(readers.read(read_first_rows, path, claim, kinds))
    except (FileRefused, OSError, UnicodeError):
        return None
    for batch in batches:
        codes = batch.rows["institution_id"].str.strip_chars().str.to_lowercase()
        counts = codes.replace_strict(register.by_code, default=None, return_dtype=pl.String)
        most = counts.drop_nulls().mode(maintain_order=True)
        return str(most[0]) if len(most) else None
    return None


def read_first_rows(path: Path, claim: Claim, kinds: tuple[str, ...]) -> Iterator[Batch]:
    """Yield the first batch of a template file that names institutions, and no more.

    Args:
        path: The file.
        claim: What its name says that it is.
        kinds: The kinds it may hold; one for a CSV file.

    Raises:
        FileRefused: The file cannot be read.
    """
    if claim.format == "template_csv":
        batches = read_template(path, load_kinds()[kinds[0]], Contract())
    else:
        batches = read_template_workbook(path, claim.kind, kinds)
    for batch in batches:
        if batch.rows.height and "institution_id" in batch.rows.columns:
            yield batch
            return
