"""The counts that the shipped sample must give, in git: shown when they change, then accepted.

``expectations/sample/counts.csv`` has one row per measure, definition, institution and split, a
column per year or window, and cells ``lower..upper`` (a hyphen where a bound is empty). Splits are
summed over their values and stand for Flanders only. ``deliveries.txt`` names the deliveries they
belong to: other deliveries, or another as-of date, have nothing to compare with.

Border: that a difference stops publication is an expectation of the suite ``counts``.
"""

import argparse
import csv
import io
import sys
from pathlib import Path

import duckdb

from pipelines.console import StaalkaartError
from pipelines.settings import Settings, load_settings

FOLDER = "sample"
COUNTS = "counts.csv"
ORIGIN = "deliveries.txt"
KEY = ("measure", "definition", "institution_id", "split")
# What is delivered and until when; equal for the same sample on every machine.
ORIGIN_SQL = """
    select
        md5(string_agg(distinct sha256, '' order by sha256) || (select as_of from delivered.run))
            as deliveries_hash
    from delivered.deliveries
"""
FOUND_SQL = """
    with cells as (
        select measure, definition, institution_id, split, academic_year, lower, upper
        from main.counts
        where second_split is null and (split = 'none' or institution_id = '*')
            and rule_set_version = (select rule_set_version from rules.rule_sets where is_default)
    ),
    summed as (
        select
            measure, definition, institution_id, split, academic_year,
            sum(lower) as lower,
            case when count(upper) = count(*) then sum(upper) end as upper
        from cells group by all
    )
    select
        measure, definition, institution_id, split, academic_year,
        coalesce(rtrim(rtrim(cast(lower as varchar), '0'), '.'), '-') || '..'
        || coalesce(rtrim(rtrim(cast(upper as varchar), '0'), '.'), '-') as bounds
    from summed
    where lower is not null or upper is not null
    order by all
"""
Cells = dict[tuple[str, ...], str]


def load_expected(settings: Settings) -> None:
    """Write the tables ``rules.expected_counts`` and ``rules.expected_deliveries`` of the build.

    Both are empty where the project has no expected counts.
    """
    folder = settings.expectations_dir / FOLDER
    cells = read_expected(folder)
    origin = _read_origin(folder)
    columns = list(zip(*((*key, bounds) for key, bounds in cells.items()), strict=True))
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(
            "create or replace table rules.expected_deliveries as"
            " select unnest(cast(? as varchar[])) as deliveries_hash",
            [[origin] if origin else []],
        )
        names = (*KEY, "academic_year", "bounds")
        lists = ", ".join(f"unnest(cast(? as varchar[])) as {name}" for name in names)
        connection.execute(
            f"create or replace table rules.expected_counts as select {lists}",
            [list(column) for column in columns] or [[] for _ in names],
        )
        connection.execute(f"create or replace view rules.found_counts as {FOUND_SQL}")
        connection.execute(f"create or replace view rules.found_deliveries as {ORIGIN_SQL}")


def read_expected(folder: Path) -> Cells:
    """Return the expected bounds by measure, definition, institution, split and year."""
    path = folder / COUNTS
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (*(row[name] for name in KEY), year): bounds
            for row in csv.DictReader(file)
            for year, bounds in row.items()
            if year not in KEY and bounds
        }


def read_found(build_file: Path) -> tuple[str, Cells]:
    """Return the deliveries' hash and the bounds of a finished build.

    Raises:
        StaalkaartError: There is no build, or it has no counts (exit 2).
    """
    if not build_file.is_file():
        raise StaalkaartError(f"Er is geen bouw in {build_file.parent}. Voer eerst 'make run' uit.")
    with duckdb.connect(str(build_file), read_only=True) as connection:
        try:
            ((origin,),) = connection.execute(ORIGIN_SQL).fetchall()
            rows = connection.execute(FOUND_SQL).fetchall()
        except duckdb.CatalogException:
            raise StaalkaartError(
                f"De bouw in {build_file.parent} heeft geen tellingen. Voer eerst 'make run' uit."
            ) from None
    return str(origin), {tuple(row[:-1]): row[-1] for row in rows}


def differences(expected: Cells, found: Cells) -> list[str]:
    """Return a line per cell that changed, came or went, in the order of the keys."""
    return [
        f"{' '.join(key)}: {expected.get(key, 'geen')} → {found.get(key, 'geen')}"
        for key in sorted(expected.keys() | found.keys())
        if expected.get(key) != found.get(key)
    ]


def write_expected(folder: Path, origin: str, found: Cells) -> None:
    """Make the counts found the expected ones; the order of rows and columns is fixed."""
    folder.mkdir(exist_ok=True)
    years = sorted({key[-1] for key in found})
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for key, bounds in found.items():
        rows.setdefault(key[:-1], {})[key[-1]] = bounds
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*KEY, *years])
    writer.writerows([*key, *(rows[key].get(year, "") for year in years)] for key in sorted(rows))
    (folder / COUNTS).write_text(text.getvalue(), encoding="utf-8")
    (folder / ORIGIN).write_text(f"{origin}\n", encoding="utf-8")


def _read_origin(folder: Path) -> str | None:
    path = folder / ORIGIN
    if not path.is_file():
        return None
    return path.read_text(encoding="utf-8").strip()


def main() -> None:
    """Show what changed in the counts of the last build, and accept it when asked."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--accept", action="store_true")
    arguments.add_argument("--data", type=Path)
    given = arguments.parse_args()
    settings = load_settings(data=given.data)
    folder = settings.expectations_dir / FOLDER
    try:
        origin, found = read_found(settings.build_file)
    except StaalkaartError as error:
        sys.exit(str(error))
    lines = differences(read_expected(folder), found)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if given.accept:
        write_expected(folder, origin, found)
        sys.stdout.write(f"{len(lines)} verschillen aanvaard in {folder}/{COUNTS}.\n")
    elif lines or origin != _read_origin(folder):
        sys.exit(f"{len(lines)} verschillen. Aanvaard ze met 'make expected ACCEPT=yes'.")
    else:
        sys.stdout.write("De tellingen zijn de verwachte.\n")


if __name__ == "__main__":
    main()
