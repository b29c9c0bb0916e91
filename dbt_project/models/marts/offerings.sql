with

identified as (
    select * from {{ ref('int_offerings_identified') }}
),

types as (
    select * from {{ ref('int_types_decided') }}
),

levels as (
    select * from {{ ref('int_levels_decided') }}
),

default_rule_set as (
    select rule_set_version from {{ ref('rule_sets') }}
    where is_default
),

sizes as (
    select sized.*
    from {{ ref('int_offerings_sized') }} as sized
    inner join default_rule_set on sized.rule_set_version = default_rule_set.rule_set_version
),

joined as (
    select * from {{ ref('int_offerings_joined') }}
),

titles as (
    select * from {{ ref('int_titles_compared') }}
),

lifecycles as (
    select * from {{ ref('int_lifecycles_traced') }}
),

bundles as (
    select
        offering_id,
        academic_year,
        count(*) as components_total,
        count(found_in) as components_looked_up,
        count(case when found_in = 'degree' then 1 end) as components_found
    from {{ ref('int_components_traced') }}
    group by offering_id, academic_year
)

select
    identified.offering_id,
    identified.institution_id,
    identified.academic_year,
    identified.source_code,
    identified.title,
    titles.compared_title,
    identified.offering_kind,
    identified.is_labelled,
    identified.label_raw,
    sizes.workload_value,
    sizes.workload_unit,
    sizes.workload_source,
    sizes.size_status,
    cast(levels.vks_level as integer) as vks_level,
    levels.level_source,
    cast(levels.level_declared as integer) as level_declared,
    identified.mode,
    cast(types.type as integer) as type,
    types.type_basis,
    types.type_code_declared as type_declared,
    cast(types.type_observed as integer) as type_observed,
    types.observation as type_observation,
    cast(bundles.components_total as integer) as components_total,
    cast(case when bundles.components_looked_up > 0 then bundles.components_found end as integer)
        as components_found,
    lifecycles.lifecycle,
    identified.joint_code,
    joined.flemish_unit_id,
    identified.url,
    identified.language,
    identified.started_on,
    identified.ended_on,
    identified.delivery_id,
    identified.row_number
from identified
left join types
    on
        identified.offering_id = types.offering_id
        and identified.academic_year = types.academic_year
left join levels
    on
        identified.offering_id = levels.offering_id
        and identified.academic_year = levels.academic_year
left join sizes
    on
        identified.offering_id = sizes.offering_id
        and identified.academic_year = sizes.academic_year
left join joined on identified.offering_id = joined.offering_id
left join titles on identified.title = titles.title
left join lifecycles
    on
        identified.offering_id = lifecycles.offering_id
        and identified.academic_year = lifecycles.academic_year
left join bundles
    on
        identified.offering_id = bundles.offering_id
        and identified.academic_year = bundles.academic_year
order by identified.offering_id, identified.academic_year
