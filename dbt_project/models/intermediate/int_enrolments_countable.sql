-- One row per learner, item taken, contract type, purpose and academic year inside a period, with
-- the verdicts as numbers: the counted enrolment lines, folded as far as any measure allows.
with

placed as (
    select * from {{ ref('int_enrolments_placed') }}
    where is_counted
),

case_verdicts as (
    select
        case_id,
        rule_set_version,
    {%- for definition in definitions() %}
    max(
        case when definition = '{{ definition }}' then {{ verdict_rank('verdict') }} else 0 end
    ) as v_{{ definition }}{{ ',' if not loop.last }}
    {%- endfor %}
    from {{ ref('int_cases_judged') }}
    group by case_id, rule_set_version
),

folded as (
    select
        institution_id,
        academic_year,
        learner_key,
        learner_key_basis,
        taken,
        contract_type,
        purpose,
        case_id,
        case when taken = 'offering' then offering_id end as offering_id,
        case
            when taken = 'programme' then programme_code
            when taken = 'component' then component_code
            else offering_id
        end as item_code,
        sum(credits_ects) as credits_ects,
        count(*) - count(credits_ects) as lines_without_credits
    from placed
    group by
        institution_id,
        academic_year,
        learner_key,
        learner_key_basis,
        case when taken = 'offering' then offering_id end,
        taken,
        case
            when taken = 'programme' then programme_code
            when taken = 'component' then component_code
            else offering_id
        end,
        contract_type,
        purpose,
        case_id
),

countable as (
    select
        case_verdicts.rule_set_version,
        periods.period,
        folded.academic_year,
        folded.institution_id,
        folded.learner_key,
        folded.learner_key_basis,
        folded.institution_id || ' ' || folded.taken || ' ' || folded.item_code as item_id,
        coalesce(
            joined.flemish_unit_id,
            folded.institution_id || ' ' || folded.taken || ' ' || folded.item_code
        ) as flemish_item_id,
        case folded.taken
            when 'component' then 'opleidingsonderdeel'
            when 'programme' then 'programme'
            when 'unknown_offering' then 'unknown'
            else coalesce(offerings.offering_kind, 'unknown')
        end as offering_kind,
        case
            when folded.taken in ('component', 'programme') then 'not_applicable'
            else coalesce(cast(types.type as varchar), 'unknown')
        end as type,
        coalesce(cast(levels.vks_level as varchar), 'unknown') as level,
        coalesce(offerings.mode, 'unknown') as mode,
        {{ ects_band('sizes.workload_value', 'sizes.workload_unit') }} as ects_band,
        coalesce(sizes.workload_unit, 'unknown') as workload_unit,
        institutions.kind as institution_kind,
        case
            when folded.taken in ('component', 'programme') then 'not_applicable'
            else coalesce(lifecycles.lifecycle, 'unknown')
        end as lifecycle,
        folded.contract_type,
        folded.purpose,
        learner_years.working_status,
        learner_years.working_status_source,
        folded.credits_ects,
        folded.lines_without_credits,
    {%- for definition in definitions() %}
    case_verdicts.v_{{ definition }}{{ ',' if not loop.last }}
    {%- endfor %}
    from folded
    inner join case_verdicts on folded.case_id = case_verdicts.case_id
    inner join {{ ref('int_periods') }} as periods on folded.academic_year = periods.academic_year
    inner join
        {{ ref('institutions') }} as institutions
        on folded.institution_id = institutions.institution_id
    left join {{ ref('int_learner_years_decided') }} as learner_years
        on
            folded.learner_key = learner_years.learner_key
            and folded.academic_year = learner_years.academic_year
    left join {{ ref('int_offerings_identified') }} as offerings
        on
            folded.offering_id = offerings.offering_id
            and folded.academic_year = offerings.academic_year
    left join {{ ref('int_offerings_joined') }} as joined
        on
            folded.offering_id = joined.offering_id
            and folded.academic_year = joined.academic_year
    left join {{ ref('int_types_decided') }} as types
        on
            folded.offering_id = types.offering_id
            and folded.academic_year = types.academic_year
    left join {{ ref('int_levels_decided') }} as levels
        on
            folded.offering_id = levels.offering_id
            and folded.academic_year = levels.academic_year
    left join {{ ref('int_sizes_determined') }} as sizes
        on
            folded.offering_id = sizes.offering_id
            and folded.academic_year = sizes.academic_year
    left join {{ ref('int_lifecycles_traced') }} as lifecycles
        on
            folded.offering_id = lifecycles.offering_id
            and folded.academic_year = lifecycles.academic_year
)

select * from countable
