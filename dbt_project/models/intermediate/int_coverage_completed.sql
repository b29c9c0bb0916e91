-- One row per reporting unit, academic year and kind, from the first to the last year delivered by
-- anyone: what came, or that it is missing. A missing delivery is not a zero.
with

supplies as (
    select * from {{ ref('stg_supplies') }}
),

institutions as (
    select * from {{ ref('institutions') }}
),

register as (
    select * from {{ ref('institution_register') }}
),

span as (
    select
        cast(left(min(academic_year), 4) as integer) as first_year,
        cast(left(max(academic_year), 4) as integer) as last_year
    from supplies
    where status in ('delivered', 'carried_forward') and academic_year is not null
),

academic_years as (
    select
        cast(years.start_year as string)
        || '-'
        || cast(years.start_year + 1 as string) as academic_year
    from span, {{ start_years('span.first_year', 'span.last_year') }}
),

kinds as (
    select 'offerings' as kind
    union all
    select 'components' as kind
    union all
    select 'programmes' as kind
    union all
    select 'enrolments' as kind
),

-- The authoritative stream speaks for the cell; without one a refused delivery is shown.
ranked as (
    select
        *,
        row_number() over (
            partition by institution_id, academic_year, kind
            order by
                case when status = 'refused' then 1 else 0 end,
                case when is_authoritative then 0 else 1 end,
                stream,
                delivery_id
        ) as supply_rank
    from supplies
),

completed as (
    select
        institutions.institution_id,
        academic_years.academic_year,
        kinds.kind,
        ranked.stream,
        ranked.complete_for,
        ranked.delivery_id,
        coalesce(ranked.status, 'missing') as status,
        coalesce(ranked.rows_read, 0) as rows_read,
        coalesce(ranked.rows_accepted, 0) as rows_accepted,
        coalesce(ranked.rows_rejected, 0) as rows_rejected,
        coalesce(ranked.status, 'missing') in ('delivered', 'carried_forward') as is_delivered,
        coalesce(
            register.existed_from > {{ end_of_academic_year('academic_years.academic_year') }},
            false
        ) as is_before_existence
    from institutions
    cross join academic_years
    cross join kinds
    inner join register on institutions.institution_id = register.institution_id
    left join ranked
        on
            institutions.institution_id = ranked.institution_id
            and academic_years.academic_year = ranked.academic_year
            and kinds.kind = ranked.kind
            and ranked.supply_rank = 1
)

select * from completed
