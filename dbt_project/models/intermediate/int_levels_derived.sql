-- One row per offering and academic year of type 1 with every component found: the level with the
-- largest share of ECTS. A component on several levels counts for each, its ECTS divided equally
-- (our choice; the framework names no measure of share). No row where the share cannot be told.
with

types as (
    select * from {{ ref('int_types_decided') }}
),

components as (
    select * from {{ ref('int_components_traced') }}
),

programmes as (
    select * from {{ ref('int_programmes_identified') }}
    where not coalesce(is_labelled, false)
),

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

component_levels as (
    select distinct
        components.offering_id,
        components.academic_year,
        components.component_code,
        components.credits_ects,
        programmes.vks_level
    from components
    inner join types
        on
            components.offering_id = types.offering_id
            and components.academic_year = types.academic_year
    inner join offerings
        on
            components.offering_id = offerings.offering_id
            and components.academic_year = offerings.academic_year
    inner join programmes
        on
            components.institution_id = programmes.institution_id
            and components.component_code = programmes.component_code
            and components.academic_year = programmes.academic_year
            and offerings.source_code <> programmes.programme_code
    where
        types.type = 1
        and types.components_found = types.components_total
        and coalesce(types.observation, '') <> 'component_rejected'
        and programmes.is_degree_programme
),

weighted as (
    select
        *,
        -- In twelfths of a credit, so that halves, thirds and quarters stay exact and a tie is one.
        cast(
            credits_ects * 12
            / count(*) over (partition by offering_id, academic_year, component_code)
            as decimal(18, 4)
        ) as share_ects
    from component_levels
),

shares as (
    select
        offering_id,
        academic_year,
        vks_level,
        case when count(share_ects) = count(*) then sum(share_ects) end as share_ects
    from weighted
    group by offering_id, academic_year, vks_level
),

ranked as (
    select
        offering_id,
        academic_year,
        count(*) as levels_count,
        count(share_ects) as levels_weighted,
        max(share_ects) as largest_share,
        min(vks_level) as lowest_level
    from shares
    group by offering_id, academic_year
),

leaders as (
    select
        ranked.offering_id,
        ranked.academic_year,
        ranked.levels_count,
        ranked.levels_weighted,
        ranked.lowest_level,
        count(shares.vks_level) as leaders_count,
        min(shares.vks_level) as leading_level
    from ranked
    left join shares
        on
            ranked.offering_id = shares.offering_id
            and ranked.academic_year = shares.academic_year
            and ranked.largest_share = shares.share_ects
    group by
        ranked.offering_id,
        ranked.academic_year,
        ranked.levels_count,
        ranked.levels_weighted,
        ranked.lowest_level
),

derived as (
    select
        offering_id,
        academic_year,
        case
            when levels_count = 1 then lowest_level
            when levels_weighted = levels_count and leaders_count = 1 then leading_level
        end as level_derived,
        levels_count > 1 and not (levels_weighted = levels_count and leaders_count = 1) as is_tie
    from leaders
)

select * from derived
