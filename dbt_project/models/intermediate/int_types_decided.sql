-- One row per offering and academic year of a lifelong-learning or unknown kind: the type declared,
-- the type observed in the catalogue, and what follows from both (classification.md, Types 1-4).
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

bundles as (
    select
        offering_id,
        academic_year,
        count(*) as components_total,
        count(found_in) as components_looked_up,
        count(case when found_in = 'degree' then 1 end) as components_found,
        count(case when found_in = 'none' then 1 end) as components_nowhere,
        count(
            case when found_in <> 'degree' and origin_declared = 'existing_component' then 1 end
        ) as not_found_but_existing,
        count(origin_declared) as origins_stated,
        count(case when origin_declared = 'existing_component' then 1 end) as existing_components,
        count(case when origin_declared = 'existing_content' then 1 end) as existing_contents,
        count(case when origin_declared in ('new', 'lifelong_learning') then 1 end) as new_contents
    from components
    group by offering_id, academic_year
),

declared as (
    select
        offerings.offering_id,
        offerings.academic_year,
        offerings.type_code_declared,
        bundles.components_total,
        case
            -- 3a and 3b are the two halves of what later became types 3 and 4.
            when offerings.type_code_declared = '3a' then 3
            when offerings.type_code_declared = '3b' then 4
            else cast(offerings.type_code_declared as integer)
        end as type_from_code,
        case
            when incomplete.offering_id is not null then null
            when coalesce(bundles.components_total, 0) = 0 then null
            when bundles.origins_stated < bundles.components_total then null
            when bundles.existing_components = bundles.components_total then 1
            when bundles.existing_components > 0 then 2
            when bundles.existing_contents = bundles.components_total then 3
            when bundles.new_contents = bundles.components_total then 4
        end as type_from_origin,
        case
            -- Whoever judges a bundle without a rejected block judges another bundle.
            when incomplete.offering_id is not null then 'component_rejected'
            when coalesce(bundles.components_total, 0) = 0 then 'no_components'
            when bundles.components_looked_up = 0 then 'no_catalogue'
            when bundles.components_found = bundles.components_total then 'all_found'
            when bundles.components_found = 0 then 'none_found'
            when
                bundles.not_found_but_existing = bundles.components_total - bundles.components_found
                then 'rest_declared_existing'
            when
                bundles.components_nowhere = bundles.components_total - bundles.components_found
                then 'rest_nowhere'
            else 'rest_known_elsewhere'
        end as observation,
        case when bundles.components_looked_up > 0 then bundles.components_found end
            as components_found
    from offerings
    left join bundles
        on
            offerings.offering_id = bundles.offering_id
            and offerings.academic_year = bundles.academic_year
    left join incomplete
        on
            offerings.offering_id = incomplete.offering_id
            and offerings.academic_year = incomplete.academic_year
    where offerings.kind_group in ('lifelong_learning', 'unknown')
),

observed as (
    select
        *,
        coalesce(type_from_code <> type_from_origin, false) as is_declared_differently,
        coalesce(type_from_code, type_from_origin) as type_declared,
        observation not in (
            'no_components', 'no_catalogue', 'component_rejected'
        ) as is_observable,
        case
            when observation in ('all_found', 'rest_declared_existing') then 1
            when observation = 'rest_nowhere' then 2
        end as type_observed
    from declared
),

based as (
    select
        *,
        case
            when is_declared_differently then 'conflict'
            when type_declared is null and not is_observable then null
            when type_declared is null then 'observed'
            when not is_observable then 'declared'
            when type_observed = type_declared then 'both'
            when observation = 'none_found' and type_declared in (3, 4) then 'both'
            -- Type 1 or 2 is all that can be seen: a declared 1 or 2 is neither confirmed nor
            -- denied.
            when observation = 'rest_known_elsewhere' and type_declared in (1, 2) then 'declared'
            else 'conflict'
        end as type_basis
    from observed
),

decided as (
    select
        offering_id,
        academic_year,
        type_basis,
        type_code_declared,
        type_observed,
        observation,
        components_total,
        components_found,
        case
            when type_basis = 'observed' then type_observed
            when type_basis in ('declared', 'both') then type_declared
        end as type,
        case when not is_declared_differently then type_declared end as type_declared
    from based
)

select * from decided
