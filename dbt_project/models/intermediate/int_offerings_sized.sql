-- One row per offering, academic year and rule set: where its size stands against the bounds.
with

sizes as (
    select * from {{ ref('int_sizes_determined') }}
),

bounds as (
    select
        rule_set_version,
        max(case when bound = 'size_failing_below' then value end) as size_failing_below,
        max(case when bound = 'size_minimum' then value end) as size_minimum,
        max(case when bound = 'size_normal_maximum' then value end) as size_normal_maximum,
        max(case when bound = 'size_exclusive_maximum' then value end) as size_exclusive_maximum
    from {{ ref('rule_set_bounds') }}
    group by rule_set_version
),

sized as (
    select
        sizes.offering_id,
        sizes.academic_year,
        bounds.rule_set_version,
        sizes.workload_value,
        sizes.workload_unit,
        sizes.workload_source,
        case
            when sizes.workload_unit is null then 'unknown'
            when sizes.workload_unit <> 'ects' then 'hours'
            when sizes.workload_source = 'component_sum' then 'component_sum'
            when sizes.workload_value < bounds.size_minimum then 'below_3'
            when sizes.workload_value <= bounds.size_normal_maximum then 'normal'
            when sizes.workload_value < bounds.size_exclusive_maximum then 'exceptional'
            when sizes.workload_value = bounds.size_exclusive_maximum then 'at_60'
            else 'above_60'
        end as size_status,
        case
            when sizes.workload_unit is null then 'not_evidenced'
            when sizes.workload_unit <> 'ects' then 'failed'
            when sizes.workload_source = 'component_sum'
                then
                    case
                        when
                            sizes.workload_value >= bounds.size_minimum
                            and sizes.workload_value <= bounds.size_normal_maximum then 'met'
                        else 'not_evidenced'
                    end
            when sizes.workload_value > bounds.size_exclusive_maximum then 'failed'
            when sizes.workload_value < bounds.size_failing_below then 'failed'
            when
                sizes.workload_value >= bounds.size_minimum
                and (
                    sizes.workload_value <= bounds.size_normal_maximum
                    or sizes.workload_value < bounds.size_exclusive_maximum
                ) then 'met'
            else 'not_evidenced'
        end as size_outcome
    from sizes
    cross join bounds
)

select * from sized
