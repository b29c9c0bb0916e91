"""Rebuilding a dated copy from what is landed, and comparing it cell for cell.

A warehouse is a pure function of landing, contracts, rules, code, key and as-of date. This proves
it for one publication of the past: the deliveries that it lists are built again under the code it
was built with, in a folder of its own, and every table must be the same.

Border: deliveries are not read again here; a landing is restored from ``data/raw`` by a run.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pipelines.console import StaalkaartError
from pipelines.deliveries.ledger import LEDGER_NAME, read_ledger, write_ledger
from pipelines.settings import Settings
from pipelines.warehouse.build import assert_engine, build_warehouse
from pipelines.warehouse.datapackage import PARQUET_FOLDER
from pipelines.warehouse.fingerprint import code_version
from pipelines.warehouse.generations import Generation, generations
from pipelines.warehouse.lock import warehouse_lock
from pipelines.warehouse.tables import quoted_identifier, quoted_text

# Moments of the clock are no part of what a build is a function of.
CLOCK_COLUMNS = {("build", "built_at"), ("check_results", "checked_at")}


@dataclass(frozen=True)
class Compared:
    """One table of a dated copy beside its rebuild: rows of it, and rows only one of them has."""

    table: str
    rows: int
    only_stored: int
    only_rebuilt: int

    @property
    def is_equal(self) -> bool:
        """Whether the two tables hold the same rows."""
        return not self.only_stored and not self.only_rebuilt


@dataclass(frozen=True)
class Recorded:
    """What a dated copy says of its own build."""

    code_version: str
    as_of_requested: date | None
    delivery_ids: frozenset[str]


def rebuild(
    settings: Settings, moment: str | None, begun: Callable[[str], None] | None = None
) -> list[Compared]:
    """Build a dated copy again from the landing and return how its tables compare.

    Args:
        settings: The data folder that holds landing and copies.
        moment: Name of the copy, or the beginning of one; the newest when None.
        begun: Called with the name of the copy that was found.

    Raises:
        StaalkaartError: No such engine or copy, another code version, or a delivery of it that is
            no longer landed (exit 2); the build itself fails (exit 1).
    """
    assert_engine(settings)
    generation = find_generation(settings, moment)
    if begun:
        begun(generation.folder.name)
    recorded = _recorded(generation)
    _refuse_other_code(settings, generation, recorded)
    with warehouse_lock(settings, "staalkaart rebuild"), _landing_of(settings, recorded) as then:
        for _ in build_warehouse(then):
            pass
        return compare(generation, then.published_file)


def find_generation(settings: Settings, moment: str | None) -> Generation:
    """Return the newest dated copy whose name begins with ``moment``.

    Raises:
        StaalkaartError: There is none; the message lists the newest that exist (exit 2).
    """
    found = generations(settings.published_file)
    fitting = [one for one in found if one.folder.name.startswith(moment or "")]
    if fitting:
        return fitting[-1]
    known = ", ".join(one.folder.name for one in found[-10:]) or "geen enkele"
    raise StaalkaartError(
        f"Er is geen gedateerde kopie {moment or ''} in {settings.warehouse_dir / 'generations'}. "
        f"Wel: {known}. Voer 'staalkaart run' uit of kies een andere map met --data."
    )


def _recorded(generation: Generation) -> Recorded:
    with duckdb.connect(str(generation.file), read_only=True) as connection:
        ((version, as_of),) = connection.execute(
            "select code_version, as_of_requested from build"
        ).fetchall()
        rows = connection.execute("select distinct delivery_id from deliveries").fetchall()
    return Recorded(version, as_of, frozenset(row[0] for row in rows))


def _refuse_other_code(settings: Settings, generation: Generation, recorded: Recorded) -> None:
    here = code_version(settings.project_root)
    if recorded.code_version != here:
        raise StaalkaartError(
            f"De kopie {generation.folder.name} is gebouwd met versie {recorded.code_version} van "
            f"code en regels; dit is {here}. Haal die versie op en herbouw daarmee: alleen onder "
            "dezelfde regels moet elke cel gelijk zijn."
        )


@contextmanager
def _landing_of(settings: Settings, recorded: Recorded) -> Iterator[Settings]:
    """Yield settings of a temporary data folder that holds only the copy's deliveries."""
    ledger = read_ledger(settings.landing_dir)
    lost = sorted(recorded.delivery_ids - set(ledger.deliveries))
    if lost:
        named = ", ".join(lost[:5])
        raise StaalkaartError(
            f"{len(lost)} leveringen van die kopie staan niet meer in {settings.landing_dir}: "
            f"{named}. Zet de landing terug uit een reservekopie, of lever de bestanden opnieuw."
        )
    folder = Path(tempfile.mkdtemp(prefix=".rebuild-", dir=settings.data_dir))
    try:
        then = replace(settings, data_dir=folder, as_of=recorded.as_of_requested)
        then.landing_dir.mkdir()
        for landed in settings.landing_dir.iterdir():
            if landed.name != LEDGER_NAME:
                (then.landing_dir / landed.name).symlink_to(landed.resolve())
        known = {one: ledger.deliveries[one] for one in recorded.delivery_ids}
        write_ledger(then.landing_dir, ledger.model_copy(update={"deliveries": known}))
        yield then
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(generation: Generation, rebuilt_file: Path) -> list[Compared]:
    """Return how every table of a copy's Parquet files compares with a warehouse file."""
    files = sorted((generation.folder / PARQUET_FOLDER).glob("*.parquet"))
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach {quoted_text(rebuilt_file)} as rebuilt (read_only)")
        return [_compared(connection, file) for file in files]


def _compared(connection: duckdb.DuckDBPyConnection, file: Path) -> Compared:
    table = file.stem
    stored = f"read_parquet({quoted_text(file)})"
    columns = [
        row[0]
        for row in connection.execute(f"describe select * from {stored}").fetchall()  # noqa: S608
        if (table, row[0]) not in CLOCK_COLUMNS
    ]
    listed = ", ".join(quoted_identifier(column) for column in columns)
    here = f"select {listed} from {stored}"  # noqa: S608
    there = f"select {listed} from rebuilt.main.{quoted_identifier(table)}"  # noqa: S608
    ((rows, only_stored, only_rebuilt),) = connection.execute(
        f"select (select count(*) from {stored}),"  # noqa: S608
        f" (select count(*) from ({here} except all {there})),"
        f" (select count(*) from ({there} except all {here}))"
    ).fetchall()
    return Compared(table, rows, only_stored, only_rebuilt)
