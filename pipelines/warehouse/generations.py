"""Dated copies of what was published: the file itself, its tables as Parquet, and checksums.

A copy is one folder, ``generations/<moment of the build>/``: the DuckDB file (a hard link, so it
costs no space while it is the published one), ``parquet/<table>.parquet``, ``datapackage.json``
and ``SHA256SUMS``. It is made before the published file is replaced and gets its name after that,
so that a named copy was published and everything published has one.

Border: what may be published is decided in ``publish.py``; what a data package says in
``datapackage.py``.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field

from pipelines.warehouse.datapackage import PARQUET_FOLDER, write_datapackage

RULE_FILE = Path(__file__).with_name("generations.yml")
NAME_FORMAT = "%Y-%m-%dT%H%M%SZ"
UNFINISHED = ".part"
CHECKSUMS = "SHA256SUMS"
# A clock that is years ahead makes every copy look old; one publication removes no more.
MOST_REMOVED = 3


class RetentionRule(BaseModel):
    """Which copies are kept; see ``generations.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    keep_all_days: int = Field(ge=0)
    keep_last_of_month_months: int = Field(ge=0)
    keep_last_of_year: bool


@dataclass(frozen=True)
class Generation:
    """One dated copy: its folder and the moment of its build (UTC)."""

    folder: Path
    built_at: datetime

    @property
    def file(self) -> Path:
        """The DuckDB file, for readers who want to keep this version."""
        return next(self.folder.glob("*.duckdb"))


@cache
def retention_rule() -> RetentionRule:
    """Return the rule of ``generations.yml``."""
    return RetentionRule.model_validate(yaml.safe_load(RULE_FILE.read_text(encoding="utf-8")))


def generations_dir(published_file: Path) -> Path:
    """Return the folder of the dated copies, beside the published file."""
    return published_file.parent / "generations"


def generations(published_file: Path) -> list[Generation]:
    """Return the dated copies, oldest first."""
    found = []
    for folder in generations_dir(published_file).glob("*Z*"):
        if folder.is_dir() and not folder.name.endswith(UNFINISHED):
            moment = datetime.strptime(folder.name.split("_")[0], NAME_FORMAT)
            found.append(Generation(folder, moment.replace(tzinfo=UTC)))
    return sorted(found, key=lambda one: one.folder.name)


def prepare_generation(checked_file: Path, published_file: Path) -> Path:
    """Make the copy of a finished file that is about to be published, and return its folder.

    Everything in it is on the disk when this returns; ``finish_generation`` gives it its name.
    """
    folder = generations_dir(published_file) / (_free_name(checked_file, published_file))
    unfinished = folder.with_name(folder.name + UNFINISHED)
    (unfinished / PARQUET_FOLDER).mkdir(parents=True)
    linked = unfinished / published_file.name
    try:
        os.link(checked_file, linked)
    except OSError:  # a file system without hard links
        shutil.copyfile(checked_file, linked)
    write_datapackage(linked, unfinished)
    files = sorted(path for path in unfinished.rglob("*") if path.is_file())
    sums = [f"{_sha256(path)}  {path.relative_to(unfinished).as_posix()}" for path in files]
    (unfinished / CHECKSUMS).write_text("\n".join(sums) + "\n", encoding="utf-8")
    for path in [*files, unfinished / CHECKSUMS, unfinished / PARQUET_FOLDER, unfinished]:
        flush(path)
    return unfinished


def finish_generation(unfinished: Path) -> None:
    """Give a prepared copy its name, now that the file is published."""
    unfinished.rename(unfinished.with_name(unfinished.name.removesuffix(UNFINISHED)))
    flush(unfinished.parent)


def settle_generations(published_file: Path) -> None:
    """Finish or remove what an interrupted publication left; called under the lock.

    A copy whose file is the published one was published a moment before the interruption.
    """
    for unfinished in generations_dir(published_file).glob(f"*{UNFINISHED}"):
        linked = unfinished / published_file.name
        is_published = (
            linked.exists()
            and published_file.exists()
            and (unfinished / CHECKSUMS).exists()
            and _sha256(linked) == _sha256(published_file)
        )
        if is_published:
            finish_generation(unfinished)
        else:
            shutil.rmtree(unfinished)


def remove_old_generations(published_file: Path, rule: RetentionRule | None = None) -> list[Path]:
    """Remove the oldest copies that the rule does not keep, and return their folders.

    The copy of the published file stays whatever its date, so that a clock that was set back
    removes nothing of what is read now.
    """
    found = generations(published_file)
    kept = kept_generations(found, rule or retention_rule())
    old = [one for one in found if one not in kept and not one.file.samefile(published_file)]
    removed = [one.folder for one in old[:MOST_REMOVED]]
    for folder in removed:
        shutil.rmtree(folder)
    return removed


def kept_generations(found: Iterable[Generation], rule: RetentionRule) -> set[Generation]:
    """Return the copies that a rule keeps, counted back from the newest; that one always."""
    ordered = sorted(found, key=lambda one: one.folder.name)
    if not ordered:
        return set()
    newest = ordered[-1].built_at
    kept = {ordered[-1]}
    last_of_month = {(one.built_at.year, one.built_at.month): one for one in ordered}
    last_of_year = {one.built_at.year: one for one in ordered}
    kept |= {one for one in ordered if newest - one.built_at <= timedelta(days=rule.keep_all_days)}
    kept |= {
        one
        for (year, month), one in last_of_month.items()
        if (newest.year - year) * 12 + newest.month - month <= rule.keep_last_of_month_months
    }
    if rule.keep_last_of_year:
        kept |= set(last_of_year.values())
    return kept


def flush(path: Path) -> None:
    """Make the operating system write a file or a folder entry to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _free_name(checked_file: Path, published_file: Path) -> str:
    """Return the name of a copy: the moment of its build, counted on within one second."""
    with duckdb.connect(str(checked_file), read_only=True) as connection:
        ((built_at,),) = connection.execute(
            "select strftime(built_at at time zone 'UTC', $format) from build",
            {"format": NAME_FORMAT},
        ).fetchall()
    taken = {one.folder.name for one in generations(published_file)}
    names = [str(built_at), *(f"{built_at}_{place:03d}" for place in range(1, 1000))]
    return next(name for name in names if name not in taken)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
