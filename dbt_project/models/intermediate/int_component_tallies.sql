-- One row per rule set, period, institution or '*', cut and combination of verdicts: distinct
-- components of degree programmes, which two readings name (scope_note all, vlor all but
-- integrative ones). Never added to offerings.
with

programmes as (
    select * from {{ ref('int_programmes_identified') }}
    where not coalesce(is_labelled, false)
),

component_verdicts as (
    select
        rule_set_version,
        is_integrative,
        cast({{ verdict_bits('verdict', 'may_bit', 'in_bit') }} as integer) as verdict_bits
    from {{ ref('int_component_verdicts') }}
    group by rule_set_version, is_integrative
),

marked as (
    select
        institution_id,
        academic_year,
        component_code,
        case
            when count(case when is_integrative then 1 end) > 0 then 'true'
            when count(is_integrative) > 0 then 'false'
            else 'unknown'
        end as is_integrative
    from programmes
    where is_degree_programme
    group by institution_id, academic_year, component_code
),

units as (
    select
        component_verdicts.rule_set_version,
        periods.period,
        marked.institution_id,
        institutions.kind as institution_kind,
        true as is_person_known,
        false as is_repeated,
        1 as unit_count,
        cast(null as decimal(10, 2)) as weight,
        marked.institution_id || ':' || marked.component_code as unit_id,
        marked.institution_id || ':' || marked.component_code as flemish_unit_id,
        bit_or(component_verdicts.verdict_bits) as verdict_bits
    from marked
    inner join component_verdicts on marked.is_integrative = component_verdicts.is_integrative
    inner join {{ ref('int_periods') }} as periods on marked.academic_year = periods.academic_year
    inner join
        {{ ref('institutions') }} as institutions
        on marked.institution_id = institutions.institution_id
    group by
        component_verdicts.rule_set_version,
        periods.period,
        marked.institution_id,
        institutions.kind,
        marked.component_code
),

tallied as (
    {{ tallies('units', 'components_offered', ['institution_kind'], []) }}
)

select * from tallied
