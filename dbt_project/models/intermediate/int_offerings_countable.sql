-- One row per offering, academic year inside a period, and rule set: everything the cube cuts by,
-- and the verdicts under all definitions.
with

identified as (
    select * from {{ ref('int_offerings_identified') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

verdicts as (
    select
        decided.offering_id,
        decided.academic_year,
        decided.rule_set_version,
        cast(
            {{ verdict_bits('decided.verdict', 'bits.may_bit', 'bits.in_bit') }} as integer
        ) as verdict_bits
    from {{ ref('int_offerings_judged') }} as decided
    inner join {{ ref('int_definition_bits') }} as bits on decided.definition = bits.definition
    group by decided.offering_id, decided.academic_year, decided.rule_set_version
),

countable as (
    select
        verdicts.rule_set_version,
        periods.period,
        periods.is_window,
        identified.academic_year,
        identified.institution_id,
        identified.offering_id,
        verdicts.verdict_bits,
        joined.flemish_unit_id,
        identified.institution_id || ':' || titles.compared_title as title_id,
        coalesce(identified.offering_kind, 'unknown') as offering_kind,
        coalesce(cast(types.type as string), 'unknown') as type,
        coalesce(cast(levels.vks_level as string), 'unknown') as level,
        coalesce(identified.mode, 'unknown') as mode,
        {{ ects_band('sizes.workload_value', 'sizes.workload_unit') }} as ects_band,
        coalesce(sizes.workload_unit, 'unknown') as workload_unit,
        institutions.kind as institution_kind,
        coalesce(lifecycles.lifecycle, 'unknown') as lifecycle,
        case
            when
                sizes.workload_unit = 'ects' and sizes.workload_source = 'stated'
                then sizes.workload_value
        end as weight
    from identified
    inner join verdicts
        on
            identified.offering_id = verdicts.offering_id
            and identified.academic_year = verdicts.academic_year
    inner join periods on identified.academic_year = periods.academic_year
    inner join
        {{ ref('institutions') }} as institutions
        on identified.institution_id = institutions.institution_id
    left join
        {{ ref('int_offerings_joined') }} as joined
        on identified.offering_id = joined.offering_id
    left join
        {{ ref('int_titles_compared') }} as titles
        on identified.title = titles.title
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
