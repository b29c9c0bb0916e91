-- One row per offering, academic year inside a period, and rule set: everything the cube cuts by,
-- and the verdict under each definition as a number (2 in, 1 undetermined, 0 out).
with

identified as (
    select * from {{ ref('int_offerings_identified') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

verdicts as (
    select
        offering_id,
        academic_year,
        rule_set_version,
    {%- for definition in definitions() %}
    max(
        case when definition = '{{ definition }}' then {{ verdict_rank('verdict') }} else 0 end
    ) as v_{{ definition }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ ref('int_verdicts_decided') }}
    group by offering_id, academic_year, rule_set_version
),

countable as (
    select
        verdicts.rule_set_version,
        periods.period,
        identified.academic_year,
        identified.institution_id,
        identified.offering_id,
        joined.flemish_unit_id,
        identified.institution_id || ':' || {{ normalised_title('identified.title') }} as title_id,
        coalesce(identified.offering_kind, 'unknown') as offering_kind,
        coalesce(cast(types.type as varchar), 'unknown') as type,
        coalesce(cast(levels.vks_level as varchar), 'unknown') as level,
        coalesce(identified.mode, 'unknown') as mode,
        {{ ects_band('sizes.workload_value', 'sizes.workload_unit') }} as ects_band,
        coalesce(sizes.workload_unit, 'unknown') as workload_unit,
        institutions.kind as institution_kind,
        coalesce(lifecycles.lifecycle, 'unknown') as lifecycle,
        case
            when
                sizes.workload_unit = 'ects' and sizes.workload_source = 'stated'
                then sizes.workload_value
        end as weight,
    {%- for definition in definitions() %}
    verdicts.v_{{ definition }}{{ ',' if not loop.last }}
    {%- endfor %}
    from identified
    inner join verdicts
        on
            identified.offering_id = verdicts.offering_id
            and identified.academic_year = verdicts.academic_year
    inner join periods on identified.academic_year = periods.academic_year
    inner join
        {{ ref('institutions') }} as institutions
        on identified.institution_id = institutions.institution_id
    left join {{ ref('int_offerings_joined') }} as joined
        on
            identified.offering_id = joined.offering_id
            and identified.academic_year = joined.academic_year
    left join {{ ref('int_types_decided') }} as types
        on
            identified.offering_id = types.offering_id
            and identified.academic_year = types.academic_year
    left join {{ ref('int_levels_decided') }} as levels
        on
            identified.offering_id = levels.offering_id
            and identified.academic_year = levels.academic_year
    left join {{ ref('int_sizes_determined') }} as sizes
        on
            identified.offering_id = sizes.offering_id
            and identified.academic_year = sizes.academic_year
    left join {{ ref('int_lifecycles_traced') }} as lifecycles
        on
            identified.offering_id = lifecycles.offering_id
            and identified.academic_year = lifecycles.academic_year
)

select * from countable
