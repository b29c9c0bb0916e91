"""Opening the published file for a notebook, or saying what to do where there is none.

Border: what is read from it is decided elsewhere.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import duckdb
import marimo
import polars

from pipelines.answers.formatting import Printer
from pipelines.answers.published import told_when_unreadable
from pipelines.answers.wording import Wordbook, load_wording
from pipelines.console import StaalkaartError
from pipelines.exploring.words import exploring_words
from pipelines.settings import Settings, load_settings
from pipelines.warehouse.generations import generations

LANGUAGE = "nl"
Done = TypeVar("Done")


@dataclass(frozen=True)
class OpenedWarehouse:
    """The published file, open for one reader, and what it says of itself.

    Attributes:
        words: The words of answers, for the values that both show.
        own_words: The words that only notebooks use.
    """

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    as_of: date
    built_at: datetime
    rule_set_version: str
    is_synthetic: bool
    words: Wordbook
    own_words: Wordbook

    @property
    def printer(self) -> Printer:
        """What writes numbers, dates and periods in Dutch."""
        return Printer(self.words)

    def frame(self, query: str, values: dict[str, object] | None = None) -> polars.DataFrame:
        """Return the rows of a query, computed by DuckDB."""
        found: polars.DataFrame = self.connection.sql(query, params=values or {}).pl()
        return found

    def rows(self, query: str, values: dict[str, object] | None = None) -> list[tuple[object, ...]]:
        """Return the rows of a query as tuples."""
        return self.connection.execute(query, values or {}).fetchall()


def open_warehouse(settings: Settings | None = None) -> OpenedWarehouse:
    """Open the published file of the data folder, read-only.

    The dated copy of the published file is opened where there is one: a notebook lives for hours,
    and in one process the path of the published file gives the version that was opened first.

    Raises:
        StaalkaartError: Nothing was published yet, no delivery either, or not a file that can be
            read (exit 2); the message names the next command.
    """
    chosen = settings or load_settings()
    file = chosen.published_file
    if not file.is_file():
        raise StaalkaartError(exploring_words().text("nothing_published", folder=str(file.parent)))
    copies = [one.file for one in generations(file) if one.file.samefile(file)]
    with told_when_unreadable(file):
        connection = duckdb.connect(str(copies[-1] if copies else file), read_only=True)
        connection.execute("set timezone = 'Europe/Brussels'")
        ((as_of, built_at, rule_set_version, is_synthetic),) = connection.execute(
            "select as_of, built_at, rule_set_version, is_synthetic from build"
        ).fetchall()
    if as_of is None:
        raise StaalkaartError(exploring_words().text("nothing_delivered"))
    return OpenedWarehouse(
        settings=chosen,
        connection=connection,
        as_of=as_of,
        built_at=built_at,
        rule_set_version=rule_set_version,
        is_synthetic=is_synthetic,
        words=load_wording(LANGUAGE),
        own_words=exploring_words(),
    )


def opened_or_told() -> OpenedWarehouse:
    """Open the published file for the cell that calls, or end the notebook with what to do."""
    return done_or_told(open_warehouse)


def done_or_told(action: Callable[[], Done]) -> Done:
    """Return what an action gives to the cell that calls, or end the notebook with its problem.

    In a browser the cell shows the message and no later cell runs; as a script the message goes to
    the terminal and the process ends with the exit code of the problem.
    """
    try:
        return action()
    except StaalkaartError as problem:
        if marimo.app_meta().mode == "script":
            sys.stderr.write(f"{problem}\n")
            raise SystemExit(problem.exit_code) from None
        told = marimo.callout(marimo.md(str(problem)), kind="warn")
    marimo.stop(True, told)
    raise AssertionError("marimo.stop ends a cell")
