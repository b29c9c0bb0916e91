-- One row per offering and academic year, compared with the latest earlier run of the same id.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

supplies as (
    select * from {{ ref('stg_supplies') }}
),

first_years as (
    select
        institution_id,
        min(academic_year) as first_year
    from supplies
    where kind = 'offerings' and status in ('delivered', 'carried_forward')
    group by institution_id
),

runs as (
    select
        offering_id,
        institution_id,
        academic_year,
        is_labelled,
        coalesce(offering_kind, '') as offering_kind,
        lag(academic_year) over (partition by offering_id order by academic_year) as earlier_year,
        lag(coalesce(offering_kind, ''))
            over (partition by offering_id order by academic_year)
            as earlier_kind,
        lag(is_labelled) over (partition by offering_id order by academic_year) as was_labelled
    from offerings
),

traced as (
    select
        runs.offering_id,
        runs.academic_year,
        case
            when
                runs.earlier_year is null
                and coalesce(first_years.first_year, runs.academic_year) >= runs.academic_year
                then 'unknown'
            when runs.earlier_year is null then 'new'
            when
                runs.offering_kind <> runs.earlier_kind or runs.is_labelled <> runs.was_labelled
                then 'relabelled'
            else 'continued'
        end as lifecycle
    from runs
    left join first_years on runs.institution_id = first_years.institution_id
)

select * from traced
