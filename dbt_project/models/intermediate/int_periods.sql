-- One row per period (an academic year or a window of years) and academic year inside it.
with

coverage as (
    select * from {{ ref('int_coverage_completed') }}
),

windows as (
    select distinct
        window_label,
        from_year,
        to_year
    from {{ source('delivered', 'windows') }}
),

run as (
    select * from {{ source('delivered', 'run') }}
),

academic_years as (
    select distinct academic_year from coverage
),

window_spans as (
    select
        windows.window_label,
        years.start_year
    from windows,
        {{ start_years(
            'cast(left(windows.from_year, 4) as integer)',
            'cast(left(windows.to_year, 4) as integer)'
        ) }}
),

periods as (
    select
        academic_year as period,
        academic_year,
        false as is_window
    from academic_years
    union all
    select
        window_label as period,
        cast(start_year as string) || '-' || cast(start_year + 1 as string) as academic_year,
        true as is_window
    from window_spans
),

flagged as (
    select
        periods.*,
        {{ end_of_academic_year('periods.academic_year') }} > run.as_of as is_provisional
    from periods
    cross join run
)

select * from flagged
