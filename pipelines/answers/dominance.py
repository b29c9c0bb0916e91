"""Cells of credits taken that are not given, because they speak of one institution or few persons.

Credits are sums, so neither rounding nor hiding small sums protects a cell to which few contribute:
one person who takes sixty credits is printed as sixty. A cell is therefore not given where fewer
than k learners stand behind it, and, of several institutions together, where one institution alone
has credits in it: its number for a category would be printed that was asked of all together. The
own total of an institution is asked of that institution and stays. Where one cell of a split is not
given, no cell of that split is: else the total gives it away. Of institutions the smallest other
one is then not given either.

Border: only keys leave this module, no number.
"""

import duckdb

from pipelines.answers.cells import CellSelection

CREDITS = "credits_taken"
NOT_GIVEN_SQL = """
    with cells as (
        select *
        from counts
        where measure = 'credits_taken'
            and list_contains($definitions, definition)
            and list_contains($years, academic_year)
            and rule_set_version = (select min(rule_set_version) from build)
            and lower is not null
    ),

    kinds as (
        select institution_id, kind from institutions
    ),

    learners as (
        select * from counts
        where measure = 'learners' and lower is not null
    ),

    -- The cells of single institutions that a cell of several adds up.
    contributors as (
        select
            cells.count_key,
            count(*) filter (where coalesce(own.upper, own.lower + 1) > 0) as institutions
        from cells
        inner join counts as own
            on own.measure = 'credits_taken'
            and own.rule_set_version = cells.rule_set_version
            and own.definition = cells.definition
            and own.academic_year = cells.academic_year
            and own.institution_id not in ('*', 'overlap')
        inner join kinds on own.institution_id = kinds.institution_id
        where cells.institution_id = '*'
            and cells.split_value <> 'overlap'
            and (cells.split <> 'institution_kind' or kinds.kind = cells.split_value)
            and own.second_split is null
            and own.split = case
                when cells.split <> 'institution_kind' then cells.split
                when cells.second_split is null then 'none'
                else cells.second_split
            end
            and own.split_value = case
                when cells.split <> 'institution_kind' then cells.split_value
                when cells.second_split is null then 'all'
                else cells.second_split_value
            end
        group by cells.count_key
    ),

    judged as (
        select
            cells.count_key,
            cells.definition,
            cells.academic_year,
            cells.institution_id,
            cells.split,
            cells.second_split,
            cells.lower,
            coalesce(cells.upper, cells.lower + 1) > 0 and cells.split_value <> 'overlap' and (
                coalesce(contributors.institutions, 2) = 1
                or coalesce(learners.upper, learners.lower) < $smallest
            ) as is_alone
        from cells
        left join contributors on cells.count_key = contributors.count_key
        left join learners
            on learners.rule_set_version = cells.rule_set_version
            and learners.definition = cells.definition
            and learners.academic_year = cells.academic_year
            and learners.institution_id = cells.institution_id
            and learners.split = cells.split
            and learners.split_value = cells.split_value
            and learners.second_split is not distinct from cells.second_split
            and learners.second_split_value is not distinct from cells.second_split_value
    ),

    -- Totals of institutions stand beside each other; every other split is a family of its own.
    families as (
        select
            *,
            case when split = 'none' and institution_id not in ('*', 'overlap')
                then 'institutions' else institution_id || ' ' || split end
            || ' ' || coalesce(second_split, '') as family
        from judged
    ),

    ranked as (
        select
            *,
            bool_or(is_alone) over (partition by definition, academic_year, family) as is_touched,
            count(*) filter (where is_alone)
                over (partition by definition, academic_year, family) as alone,
            row_number() over (
                partition by definition, academic_year, family, is_alone, lower > 0
                order by lower, count_key
            ) as place
        from families
    )

    select count_key
    from ranked
    where is_alone
        or (is_touched and family not like 'institutions%')
        or (alone = 1 and not is_alone and lower > 0 and place = 1)
    order by count_key
"""


def credits_not_given(
    connection: duckdb.DuckDBPyConnection, selection: CellSelection
) -> frozenset[str]:
    """Return the keys of the cells of credits taken that no method of protection lets out."""
    if CREDITS not in selection.measures:
        return frozenset()
    values = {
        "definitions": list(selection.definitions),
        "years": list(selection.years),
        "smallest": _smallest(connection),
    }
    return frozenset(key for (key,) in connection.execute(NOT_GIVEN_SQL, values).fetchall())


def _smallest(connection: duckdb.DuckDBPyConnection) -> float:
    found = connection.execute(
        "select value from parameters where name = 'disclosure_base'"
    ).fetchall()
    return float(found[0][0]) if found else 0.0
