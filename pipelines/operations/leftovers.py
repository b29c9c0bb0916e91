"""What a run that was killed left half done: removed at the start of the next one.

Nothing of it was ever acknowledged: a landed file, the ledger and a return file get their name
when they are whole, and until then stand under a hidden one.

Border: an interrupted publication is settled in ``warehouse/publish.py``, since a copy whose file
is the published one is finished instead of removed; an answer folder by its own writer, in
``answers/folder.py``, which needs no lock.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from pipelines.settings import Settings
from pipelines.warehouse.publish import remove_leftovers as settle_publication


def settle(settings: Settings) -> list[Path]:
    """Remove what an interrupted run left half done, and return what was removed.

    The caller holds the lock, so that nobody else is landing, building or publishing.
    """
    settle_publication(settings.published_file)
    found = sorted(_leftovers(settings))
    for leftover in found:
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink(missing_ok=True)
    return found


def _leftovers(settings: Settings) -> Iterator[Path]:
    data = settings.data_dir
    yield from settings.landing_dir.glob("**/.*.part*")
    yield from (data / "return").glob("**/.*.part")
    yield from data.glob("status.*.tmp")
    yield from data.glob(".rebuild-*")
    # What Spark was handed and made in a run that failed or was killed.
    yield from settings.spark_dir.glob("*")
    # Where DuckDB spills what does not fit in memory.
    yield from settings.warehouse_dir.glob("spill")
    yield from settings.warehouse_dir.glob("build.duckdb.tmp")
