-- One row per definition that names single components, period and institution: distinct
-- components of degree programmes (measure components_offered; never added to offerings).
with

programmes as (
    select * from {{ ref('int_programmes_identified') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

marked as (
    select
        institution_id,
        academic_year,
        component_code,
        max(case when is_integrative then 1 else 0 end) as called_integrative,
        max(case when not is_integrative then 1 else 0 end) as called_not_integrative
    from programmes
    where is_degree_programme
    group by institution_id, academic_year, component_code
),

countable as (
    select
        rule_sets.rule_set_version,
        periods.period,
        marked.institution_id,
        institutions.kind as institution_kind,
        cast(null as integer) as weight,
        2 as v_scope_note,
        0 as v_strict_eu,
        0 as v_minister,
        0 as v_framework,
        0 as v_label,
        marked.institution_id || ':' || marked.component_code as component_id,
        case
            when marked.called_integrative = 1 then 0
            when marked.called_not_integrative = 1 then 2
            else 1
        end as v_vlor
    from marked
    inner join periods on marked.academic_year = periods.academic_year
    inner join
        {{ ref('institutions') }} as institutions
        on marked.institution_id = institutions.institution_id
    cross join {{ ref('rule_sets') }} as rule_sets
),

wide as (
    {{ cells('countable', 'components_offered', 'component_id', 'component_id', 'count',
        ['institution_kind'], []) }}
),

by_definition as (
    {{ cells_by_definition('wide', ['scope_note', 'vlor']) }}
)

select * from by_definition
