"""The floor: the least any program must do to count these deliveries.

One hand-written DuckDB script that reads the same CSV files and computes the main counts:
offerings under the label per year, and learners per year under the minister's reading and under
the label, by declared working status. No checks, no pseudonyms, no bounds, no register.

``python -m tests.bench.floor RAW_FOLDER`` writes the counts as JSON to standard output.

Border: a yardstick for time and memory, not a second opinion on the numbers.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

COUNTS = """
create view offering_rows as
    select *
    from read_csv($aanbod, delim = ';', header = true, all_varchar = true, filename = true)
    union all
    select *
    from read_csv(
        $older_aanbod, delim = ';', header = true, all_varchar = true, filename = true,
        encoding = 'latin-1'
    );

create view enrolment_rows as
    select *
    from read_csv($inschrijvingen, delim = ';', header = true, all_varchar = true, filename = true);

create macro start_year(academiejaar) as
    case when length(academiejaar) > 5 then academiejaar[:4] else '20' || academiejaar[:2] end
    ::integer;

create macro house(filename) as string_split(filename, '/')[-3];

create macro delivered(filename) as string_split(filename, '/')[-2];

create macro day(value) as coalesce(
    try_cast(value as date),
    try_strptime(value, '%d/%m/%Y')::date,
    try_strptime(value, '%Y%m%d')::date
);

create table offerings as
    select
        house(filename) as house,
        start_year(academiejaar) as start_year,
        aanbod_code,
        any_value(day(startdatum)) as started_on,
        any_value(soort) as soort,
        bool_or(
            soort = 'microcredential'
            or regexp_matches(titel, '(?i)micro[\\s\\x{00a0}\\x{2010}-\\x{2015}_-]*'
                || '(credential|degree|master)')
        ) as is_labelled
    from offering_rows
    group by all;

create table latest as
    select house(filename) as house, string_split(filename, '/')[-1] as name,
        max(delivered(filename)) as delivered
    from (select distinct filename from enrolment_rows)
    group by all;

create table learner_years as
    select
        start_year(line.academiejaar) as start_year,
        coalesce(line.insz, house(line.filename) || line.studentnummer) as learner,
        bool_or(
            line.contracttype = 'creditcontract'
            or offering.soort in ('postgraduaat', 'nascholing', 'bijscholing')
        ) as is_minister,
        bool_or(coalesce(offering.is_labelled, false)) as is_labelled,
        arg_min(line.werkstatus, (day(line.inschrijvingsdatum), line.werkstatus)) filter (
            line.werkstatus in ('werkend', 'werkzoekend', 'niet_actief')
        ) as working_status
    from enrolment_rows as line
    inner join latest
        on latest.house = house(line.filename)
        and latest.delivered = delivered(line.filename)
        and latest.name = string_split(line.filename, '/')[-1]
    left join offerings as offering
        on offering.house = house(line.filename)
        and offering.start_year = start_year(line.academiejaar)
        and offering.aanbod_code = line.aanbod_code
    where coalesce(line.doel, 'regulier') = 'regulier'
        and (
            line.uitschrijvingsdatum is null
            or day(line.uitschrijvingsdatum) > 30 + greatest(
                day(line.inschrijvingsdatum),
                coalesce(
                    offering.started_on,
                    make_date(start_year(line.academiejaar), 9, 20)
                )
            )
        )
    group by all;
"""

NOT_UTF_8 = {"hzs"}

RESULTS = {
    "offerings_label": """
        select start_year, count(*) from offerings where is_labelled group by all order by all
    """,
    "learners_minister": """
        select start_year, coalesce(working_status, 'onbekend'), count(*)
        from learner_years where is_minister group by all order by all
    """,
    "learners_label": """
        select start_year, coalesce(working_status, 'onbekend'), count(*)
        from learner_years where is_labelled group by all order by all
    """,
}


def house(path: Path) -> str:
    """Return the institution whose folder holds a delivery."""
    return path.parent.parent.name


def count(raw: Path) -> dict[str, list[Any]]:
    """Return the main counts of the deliveries below ``raw``."""
    con = duckdb.connect()
    con.execute(f"set temp_directory = '{raw.parent / 'floor-spill'}'")
    con.execute("set memory_limit = '4GB'")
    con.execute("set preserve_insertion_order = false")
    files = {
        "$aanbod": [one for one in raw.glob("*/*/aanbod_*.csv") if house(one) not in NOT_UTF_8],
        "$older_aanbod": [one for one in raw.glob("*/*/aanbod_*.csv") if house(one) in NOT_UTF_8],
        "$inschrijvingen": list(raw.glob("*/*/inschrijvingen_*.csv")),
    }
    statements = COUNTS
    for name, paths in files.items():
        statements = statements.replace(name, str([str(one) for one in sorted(paths)]))
    con.execute(statements)
    return {name: con.execute(query).fetchall() for name, query in RESULTS.items()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(count(Path(sys.argv[1]).resolve())) + "\n")
