"""Whether anything changed since the published file was built.

A build is a pure function of landing, contracts, rule set, code, pseudonym key and as-of date.
The contracts, rule set and suites are files of this project: one hash over code and facts holds
them.

Border: nothing is built or written here.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from pipelines.settings import Settings

FOLDERS = ("pipelines", "dbt_project", "expectations")
SUFFIXES = frozenset(
    {".py", ".yml", ".yaml", ".sql", ".csv", ".md", ".json", ".j2", ".html", ".css", ".typ", ".js"}
)
NOT_CODE = frozenset({"__pycache__", "target", "logs", "dbt_packages"})


@dataclass(frozen=True)
class Fingerprint:
    """What a build is a function of; two equal fingerprints give the same tables.

    ``as_of`` is the date asked for; None means the newest delivery's date, known to the landing.
    """

    landing_hash: str
    code_version: str
    as_of: date | None


def code_hash(project_root: Path, folders: tuple[str, ...] = FOLDERS) -> str:
    """Return the SHA-256 over names and bytes of every file that can change a result."""
    digest = hashlib.sha256()
    for file in code_files(project_root, folders):
        digest.update(file.relative_to(project_root).as_posix().encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def code_files(project_root: Path, folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    """Return the files that ``code_hash`` covers, in a fixed order."""
    return sorted(
        file
        for folder in folders
        for file in (project_root / folder).rglob("*")
        if file.suffix in SUFFIXES
        and not NOT_CODE.intersection(file.relative_to(project_root).parts)
        and file.is_file()
    )


@cache
def code_version(project_root: Path) -> str:
    """Return the release and the first 16 digits of the code hash, as ``0.1.0+0f3a…``."""
    try:
        release = version("staalkaart")
    except PackageNotFoundError:
        release = "0"
    return f"{release}+{code_hash(project_root)[:16]}"


def wanted(settings: Settings, landing_hash: str) -> Fingerprint:
    """Return the fingerprint of the build that these settings ask for."""
    return Fingerprint(landing_hash, code_version(settings.project_root), settings.as_of)


def published(settings: Settings) -> Fingerprint | None:
    """Return the fingerprint of the published file; None when there is none that opens."""
    if not settings.published_file.exists():
        return None
    try:
        with duckdb.connect(str(settings.published_file), read_only=True) as connection:
            rows = connection.execute(
                "select landing_hash, code_version, as_of_requested from build"
            ).fetchall()
    except duckdb.Error:
        return None
    return Fingerprint(*rows[0]) if len(rows) == 1 else None
