-- One row per offering and academic year: its size as stated, else the sum of its components when
-- every one of them has ECTS; hours and lestijden stay what they are (classification.md, Size).
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

components as (
    select * from {{ ref('int_components_traced') }}
),

incomplete as (
    select * from {{ ref('stg_incomplete_bundles') }}
),

sums as (
    select
        components.offering_id,
        components.academic_year,
        cast(sum(components.credits_ects) as decimal(10, 2)) as component_sum_ects
    from components
    left join incomplete
        on
            components.offering_id = incomplete.offering_id
            and components.academic_year = incomplete.academic_year
    where incomplete.offering_id is null
    group by components.offering_id, components.academic_year
    having count(components.credits_ects) = count(*)
),

determined as (
    select
        offerings.offering_id,
        offerings.academic_year,
        case
            when offerings.workload_unit is not null then offerings.workload_value
            else sums.component_sum_ects
        end as workload_value,
        case
            when offerings.workload_unit is not null then offerings.workload_unit
            when sums.component_sum_ects is not null then 'ects'
        end as workload_unit,
        case
            when offerings.workload_unit is not null then 'stated'
            when sums.component_sum_ects is not null then 'component_sum'
        end as workload_source
    from offerings
    left join sums
        on
            offerings.offering_id = sums.offering_id
            and offerings.academic_year = sums.academic_year
)

select * from determined
