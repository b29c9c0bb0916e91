-- One row per kind of record (offerings, enrolments), window and institution or '*': the first
-- and the last year of the window that are not missing, between which growth is told.
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
)

select * from spans
where from_year < to_year
