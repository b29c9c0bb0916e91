-- One row per offering and academic year: the level of the Flemish Qualifications Structure and
-- where it comes from. Derived for type 1 only; a derived level wins over a different stated one.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

derived as (
    select * from {{ ref('int_levels_derived') }}
),

decided as (
    select
        offerings.offering_id,
        offerings.academic_year,
        offerings.level_declared,
        coalesce(derived.level_derived, offerings.level_declared) as vks_level,
        case
            when derived.level_derived is not null then 'derived'
            when offerings.level_declared is not null and derived.is_tie then 'tie_stated'
            when offerings.level_declared is not null then 'stated'
        end as level_source
    from offerings
    left join derived
        on
            offerings.offering_id = derived.offering_id
            and offerings.academic_year = derived.academic_year
)

select * from decided
