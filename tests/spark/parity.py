"""``make test-spark``: the nightly run by DuckDB and by Spark; every published cell and answer.

Two drop folders: the shipped sample, and the public study guides of seven institutions where the
folder with real files is present. Both engines run the whole of it, gate and answers included.
Exit 0 when every cell and every byte of the answers is equal, 1 when one differs, a run failed or
nothing was compared, 2 without Java 17.

Border: comparing itself is ``pipelines/scale_out/comparison.py``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from pipelines.scale_out.comparison import Difference, compare, unique_keys
from pipelines.scale_out.java import MISSING, java_problem
from pipelines.settings import PROJECT_ROOT, Settings, java_places
from pipelines.warehouse.models import ensure_manifest
from tests.spark.engines import EngineError, run_on

GUIDES = PROJECT_ROOT.parent / "shared" / "real" / "study-guides"
WORLDS = {"sample": PROJECT_ROOT / "data" / "raw", "study-guides": GUIDES}
TEXTS = {
    "nl": {
        "absent": "{world}: overgeslagen, {raw} is er niet.",
        "failed": "{world}: een run is mislukt.",
        "equal": "{world}: {tables} tabellen, {rows} rijen, {cells} cellen en {files} bestanden van"
        " antwoorden gelijk in {seconds:.0f} s.",
        "differs": "{world}: {count} verschillen in {tables} van de {all} tabellen.",
        "cut": "  … en meer in {table}",
        "line": "  {table} | {key} | {column} | DuckDB: {ours} | Spark: {theirs}",
        "answers": "{world}: antwoorden verschillen: {files}.",
    },
    "en": {
        "absent": "{world}: skipped, {raw} is not there.",
        "failed": "{world}: a run failed.",
        "equal": "{world}: {tables} tables, {rows} rows, {cells} cells and {files} files of answers"
        " equal in {seconds:.0f} s.",
        "differs": "{world}: {count} differences in {tables} of {all} tables.",
        "cut": "  … and more in {table}",
        "line": "  {table} | {key} | {column} | DuckDB: {ours} | Spark: {theirs}",
        "answers": "{world}: answers differ: {files}.",
    },
}


def compare_world(world: str, raw: Path, data: Path, lang: str, console: Console) -> bool:
    """Run a drop folder on both engines, tell what differs, and return whether all is equal."""
    texts = TEXTS[lang]
    begin = time.perf_counter()
    runs = []
    for engine in ("duckdb", "spark"):
        try:
            with console.status(f"{world}: {engine}"):
                runs.append(run_on(engine, raw, data / engine))
        except EngineError as error:
            console.print(texts["failed"].format(world=world))
            console.print(str(error), markup=False, highlight=False)
            return False
    ours, theirs = runs
    keys = unique_keys(ensure_manifest(ours))
    compared = list(compare(ours.published_file, theirs.published_file, keys))
    different = [table for table in compared if table.differences]
    files = answer_files(ours)
    changed = different_answers(ours, theirs)
    said = "differs" if different else "equal"
    if different or not changed:
        console.print(
            texts[said].format(
                world=world,
                tables=len(different or compared),
                all=len(compared),
                rows=sum(table.rows for table in compared),
                cells=sum(table.cells for table in compared),
                files=len(files),
                count=sum(len(table.differences) for table in different),
                seconds=time.perf_counter() - begin,
            ),
            highlight=False,
            soft_wrap=True,
        )
    for table in different:
        for difference in table.differences:
            console.print(told(difference, lang), markup=False, highlight=False, soft_wrap=True)
        if table.is_cut_short:
            console.print(texts["cut"].format(table=table.table), markup=False)
    if changed:
        console.print(texts["answers"].format(world=world, files=", ".join(changed)), markup=False)
    return not different and not changed


def answer_files(settings: Settings) -> dict[str, bytes]:
    """Return every file of every answer by its place."""
    return {
        str(file.relative_to(settings.answers_dir)): file.read_bytes()
        for file in sorted(settings.answers_dir.rglob("*"))
        if file.is_file()
    }


def different_answers(ours: Settings, theirs: Settings) -> list[str]:
    """Return the files of answers that one has and the other has not, or has otherwise."""
    here, there = answer_files(ours), answer_files(theirs)
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def told(difference: Difference, lang: str) -> str:
    """Return a difference as one line: table, key, column, both values."""
    key = ", ".join(f"{column}={value}" for column, value in difference.key.items()) or "-"
    return TEXTS[lang]["line"].format(
        table=difference.table,
        key=key,
        column=difference.column,
        ours="null" if difference.ours is None else repr(difference.ours),
        theirs="null" if difference.theirs is None else repr(difference.theirs),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare every world that is there."""
    parser = argparse.ArgumentParser(prog="test-spark", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lang", choices=sorted(TEXTS), default="nl")
    parser.add_argument("--only", choices=sorted(WORLDS), help="one world")
    parser.add_argument("--keep", type=Path, help="folder for the builds, kept afterwards")
    asked = parser.parse_args(arguments)
    problem = java_problem(*java_places(), asked.lang)
    if problem:
        sys.stderr.write(f"{problem}\n")
        return MISSING
    if asked.keep and asked.keep.exists():
        parser.error(f"{asked.keep} is there already: what it holds would be compared again")
    console = Console(width=max(Console().width, 100))
    equal = []
    with tempfile.TemporaryDirectory(prefix="staalkaart-spark-") as temporary:
        for world, raw in WORLDS.items():
            if asked.only not in (None, world):
                continue
            if not raw.is_dir():
                console.print(TEXTS[asked.lang]["absent"].format(world=world, raw=raw))
                continue
            data = (asked.keep or Path(temporary)) / world
            equal.append(compare_world(world, raw, data, asked.lang, console))
    return 0 if equal and all(equal) else 1


if __name__ == "__main__":
    sys.exit(main())
