-- One row per offering, academic year, definition and rule set: the verdict of the first rule of
-- definition_rules that applies to the kind and whose condition holds.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

types as (
    select * from {{ ref('int_types_decided') }}
),

components as (
    select * from {{ ref('int_components_traced') }}
),

programmes as (
    select * from {{ ref('int_programmes_identified') }}
),

criteria as (
    select * from {{ ref('int_criteria_evaluated') }}
),

lists as (
    select * from {{ ref('int_criteria_lists_decided') }}
),

rules as (
    select * from {{ ref('definition_rules') }}
),

-- An opleidingsonderdeel offered as a whole is its own component.
integrative_marks as (
    select
        offering_id,
        academic_year,
        is_integrative
    from components
    union all
    select
        offerings.offering_id,
        offerings.academic_year,
        case
            when count(case when programmes.is_integrative then 1 end) > 0 then true
            when count(programmes.is_integrative) > 0 then false
        end as is_integrative
    from offerings
    inner join programmes
        on
            offerings.institution_id = programmes.institution_id
            and offerings.academic_year = programmes.academic_year
            and offerings.source_code = programmes.component_code
    where offerings.kind_group = 'component'
    group by offerings.offering_id, offerings.academic_year
),

integrative as (
    select
        offering_id,
        academic_year,
        case
            when count(case when is_integrative then 1 end) > 0 then 'true'
            when count(is_integrative) = count(*) then 'false'
        end as is_integrative
    from integrative_marks
    group by offering_id, academic_year
),

conditions as (
    select
        offerings.offering_id,
        offerings.academic_year,
        rule_sets.rule_set_version,
        'always' as condition,
        '' as deciding_criterion
    from offerings
    cross join {{ ref('rule_sets') }} as rule_sets
    union all
    select
        offerings.offering_id,
        offerings.academic_year,
        rule_sets.rule_set_version,
        case when offerings.is_labelled then 'labelled=true' else 'labelled=false' end as condition,
        '' as deciding_criterion
    from offerings
    cross join {{ ref('rule_sets') }} as rule_sets
    union all
    select
        types.offering_id,
        types.academic_year,
        rule_sets.rule_set_version,
        'type=' || cast(types.type as varchar) as condition,
        '' as deciding_criterion
    from types
    cross join {{ ref('rule_sets') }} as rule_sets
    where types.type is not null
    union all
    select
        integrative.offering_id,
        integrative.academic_year,
        rule_sets.rule_set_version,
        'integrative=' || integrative.is_integrative as condition,
        '' as deciding_criterion
    from integrative
    cross join {{ ref('rule_sets') }} as rule_sets
    where integrative.is_integrative is not null
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        criterion_id || '=' || outcome as condition,
        criterion_id as deciding_criterion
    from criteria
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        criteria_list || '_criteria=' || verdict as condition,
        deciding_criterion
    from lists
),

kinds as (
    select
        offering_id,
        academic_year,
        offering_kind as applies_to
    from offerings
    where offering_kind is not null
    union all
    select
        offering_id,
        academic_year,
        kind_group as applies_to
    from offerings
    union all
    select
        offering_id,
        academic_year,
        'any' as applies_to
    from offerings
),

candidates as (
    select
        kinds.offering_id,
        kinds.academic_year,
        rules.rule_set_version,
        rules.definition,
        rules.rule_order,
        rules.verdict,
        coalesce(rules.deciding_criterion, conditions.deciding_criterion) as deciding_criterion
    from kinds
    inner join rules on kinds.applies_to = rules.applies_to
    inner join conditions
        on
            kinds.offering_id = conditions.offering_id
            and kinds.academic_year = conditions.academic_year
            and rules.rule_set_version = conditions.rule_set_version
            and rules.condition = conditions.condition
),

decided as (
    select
        offering_id,
        academic_year,
        definition,
        {{ min_by('verdict', 'rule_order') }} as verdict,
        {{ min_by('deciding_criterion', 'rule_order') }} as deciding_criterion,
        rule_set_version
    from candidates
    group by offering_id, academic_year, definition, rule_set_version
)

select * from decided
