"""Opening the published file for others: read-only, nothing else within reach, settings locked.

What is set, and why, stands in ``access.yml``. Without access to files DuckDB still lets a
statement write to the open file itself, so the file system is switched off as well: what is open
stays readable, nothing can be opened any more.

Border: which statements are taken is decided in ``statement.py``; how long one may take, and that
it runs in a process of its own, in ``query.py``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from pipelines.warehouse.tables import quoted_text

ACCESS_FILE = Path(__file__).with_name("access.yml")
# Given after opening: with them the file itself could not be opened, or not be set up.
AFTER_OPENING = ("disabled_filesystems", "lock_configuration")


@dataclass(frozen=True)
class Setting:
    """One setting of DuckDB.

    Attributes:
        only: Which clients or versions know it; empty for all that open the published file.
    """

    name: str
    value: bool | int | str
    reason: str
    only: str = ""
    unit: str = ""

    @property
    def sql(self) -> str:
        """The setting as a statement."""
        value = quoted_text(self.value) if isinstance(self.value, str) else str(self.value).lower()
        return f"set {self.name} = {value}"


@dataclass(frozen=True)
class SharedAccess:
    """The settings, in their order, and the limits of the command."""

    settings: tuple[Setting, ...]
    seconds: int
    process_megabytes: int
    table_rows: int
    table_most_rows: int


@cache
def load_access(file: Path = ACCESS_FILE) -> SharedAccess:
    """Return how the published file is shared."""
    content: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return SharedAccess(
        settings=tuple(Setting(**entry) for entry in content["settings"]),
        **{name: int(entry["value"]) for name, entry in content["limits"].items()},
    )


@contextmanager
def open_shared(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published file as others may use it.

    In one process a file has one set of settings: DuckDB refuses to open it here while it is open
    in another way, so that nobody is let in with settings that are not these.

    Raises:
        duckdb.Error: The file cannot be opened, or is open in this process with other settings.
    """
    settings = load_access().settings
    at_opening: dict[str, str | bool | int | float | list[str]] = {
        one.name: one.value for one in settings if one.name not in AFTER_OPENING
    }
    with duckdb.connect(str(file), read_only=True, config=at_opening) as connection:
        if not _is_locked(connection):
            for one in settings:
                if one.name in AFTER_OPENING:
                    connection.execute(one.sql)
        yield connection


def _is_locked(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the file was opened for others in this process before, and still is."""
    return connection.execute("select current_setting('lock_configuration')").fetchall() == [
        (True,)
    ]
