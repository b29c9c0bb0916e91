-- One row per offering and academic year in which it no longer runs: the first year after a run for
-- which the institution delivered offerings. Years without a delivery prove nothing.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

supplies as (
    select * from {{ ref('stg_supplies') }}
),

delivered_years as (
    select distinct
        institution_id,
        academic_year
    from supplies
    where kind = 'offerings' and status in ('delivered', 'carried_forward')
),

next_years as (
    select
        offerings.offering_id,
        offerings.institution_id,
        offerings.academic_year as last_year,
        min(delivered_years.academic_year) as academic_year
    from offerings
    inner join delivered_years
        on
            offerings.institution_id = delivered_years.institution_id
            and offerings.academic_year < delivered_years.academic_year
    group by offerings.offering_id, offerings.institution_id, offerings.academic_year
),

discontinued as (
    select
        next_years.offering_id,
        next_years.institution_id,
        next_years.academic_year,
        next_years.last_year
    from next_years
    left join offerings
        on
            next_years.offering_id = offerings.offering_id
            and next_years.academic_year = offerings.academic_year
    where offerings.offering_id is null
)

select * from discontinued
