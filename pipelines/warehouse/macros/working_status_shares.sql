with

cells as (
    select
        c.academic_year,
        c.status,
        c.lower,
        c.upper,
        c.split_value = 'working' as is_working,
        c.split_value = 'unknown' as is_unknown
    from
        counted(
            measure := 'learners',
            definition := definition, -- noqa: RF03
            institution_id := institution_id, -- noqa: RF03
            split := 'working_status',
            academic_year := academic_year -- noqa: RF03
        ) as c
),

years as (
    select
        cells.academic_year,
        min(cells.status) as status,
        bool_and(cells.upper is not null) as is_bounded,
        coalesce(sum(cells.lower) filter (where cells.is_working), 0) as work_low,
        coalesce(sum(cells.upper) filter (where cells.is_working), 0) as work_high,
        coalesce(sum(cells.lower) filter (where cells.is_unknown), 0) as open_low,
        coalesce(sum(cells.upper) filter (where cells.is_unknown), 0) as open_high,
        coalesce(sum(cells.lower), 0) as all_low,
        coalesce(sum(cells.upper), 0) as all_high
    from cells
    group by cells.academic_year
),

bounded as (
    select
        years.academic_year,
        years.status,
        years.work_low,
        years.open_low,
        years.all_low - years.work_low - years.open_low as rest_low,
        case when years.is_bounded then years.work_high end as work_high,
        case when years.is_bounded then years.open_high end as open_high,
        case
            when years.is_bounded then years.all_high - years.work_high - years.open_high
        end as rest_high
    from years
)

select
    bounded.academic_year,
    bounded.work_low as working_lower,
    bounded.work_high as working_upper,
    bounded.rest_low as not_working_lower,
    bounded.rest_high as not_working_upper,
    bounded.open_low as unknown_lower,
    bounded.open_high as unknown_upper,
    bounded.status,
    case
        when
            bounded.work_low = bounded.work_high
            and bounded.rest_low = bounded.rest_high
            and bounded.open_high
            <= cast(limits.value as double)
            * (bounded.work_low + bounded.rest_low + bounded.open_high)
            then round(bounded.work_low / nullif(bounded.work_low + bounded.rest_low, 0), 3)
    end as working_share,
    round(
        bounded.work_low
        / nullif(bounded.work_low + bounded.rest_high + bounded.open_high, 0),
        3
    ) as lowest_share,
    round(
        (bounded.work_high + bounded.open_high)
        / nullif(bounded.work_high + bounded.rest_low + bounded.open_high, 0),
        3
    ) as highest_share
from bounded
inner join parameters as limits on limits.name = 'max_unknown_share'
order by bounded.academic_year
