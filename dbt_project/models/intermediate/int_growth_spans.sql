-- One row per kind of record (offerings, enrolments), window and institution, '*' or 'panel': the
-- first and the last year of the window that are not missing, between which growth is told. The
-- panel, the institutions with accepted data in both years of '*', has the years of '*'.
with

coverage as (
    select * from {{ ref('int_coverage_completed') }}
    where kind in ('offerings', 'enrolments')
),

periods as (
    select * from {{ ref('int_periods') }}
    where is_window
),

delivered as (
    select
        coverage.kind,
        periods.period,
        coverage.institution_id,
        coverage.academic_year
    from periods
    inner join coverage on periods.academic_year = coverage.academic_year
    where coverage.is_delivered
),

scoped as (
    select
        kind,
        period,
        institution_id,
        academic_year
    from delivered
    union all
    select
        kind,
        period,
        '*' as institution_id,
        academic_year
    from delivered
),

spans as (
    select
        kind,
        period,
        institution_id,
        min(academic_year) as from_year,
        max(academic_year) as to_year
    from scoped
    group by kind, period, institution_id
),

long_enough as (
    select * from spans
    where from_year < to_year
),

panels as (
    select
        long_enough.kind,
        long_enough.period,
        'panel' as institution_id,
        long_enough.from_year,
        long_enough.to_year
    from long_enough
    inner join delivered
        on
            long_enough.institution_id = '*'
            and long_enough.kind = delivered.kind
            and long_enough.period = delivered.period
            and delivered.academic_year in (long_enough.from_year, long_enough.to_year)
    group by
        long_enough.kind,
        long_enough.period,
        long_enough.from_year,
        long_enough.to_year,
        delivered.institution_id
    having count(*) = 2
),

spans_and_panels as (
    select * from long_enough
    union all
    select distinct * from panels
)

select * from spans_and_panels
