-- One row per period (an academic year or a window of years) and academic year inside it.
with

years as (
    select distinct academic_year from main.coverage
),

window_years as (
    select distinct
        window_label,
        unnest(
            range(cast(left(from_year, 4) as integer), cast(left(to_year, 4) as integer) + 1)
        ) as start_year
    from delivered.windows
)

select
    academic_year as period,
    academic_year
from years
union all
select
    window_label as period,
    start_year || '-' || (start_year + 1) as academic_year
from window_years
-- Of nothing delivered, nothing is told: not even that it is missing.
where exists (select 1 from years)
