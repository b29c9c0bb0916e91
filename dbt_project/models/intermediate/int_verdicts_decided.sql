-- One row per rule set, profile, assumption and definition: the verdict of the first rule of
-- definition_rules that applies to the kind and whose condition holds.
with

profiles as (
    select distinct
        rule_set_version,
        profile_id,
        offering_kind,
        kind_group,
        is_labelled,
        type,
        is_integrative,
        reached_years
    from {{ ref('int_offering_profiles') }}
),

outcomes as (
    select * from {{ ref('int_profile_outcomes') }}
),

lists as (
    select * from {{ ref('int_criteria_lists_decided') }}
),

rules as (
    select * from {{ ref('definition_rules') }}
),

assumptions as (
    select distinct
        rule_set_version,
        profile_id,
        assumed_criterion
    from outcomes
),

-- What holds whatever is assumed about the criteria.
facts as (
    select
        rule_set_version,
        profile_id,
        'always' as condition
    from profiles
    union all
    select
        rule_set_version,
        profile_id,
        case when is_labelled then 'labelled=true' else 'labelled=false' end as condition
    from profiles
    union all
    select
        rule_set_version,
        profile_id,
        'type=' || cast(type as string) as condition
    from profiles
    where type is not null
    union all
    select
        rule_set_version,
        profile_id,
        case when is_integrative then 'integrative=true' else 'integrative=false' end as condition
    from profiles
    where is_integrative is not null
    union all
    select distinct
        profiles.rule_set_version,
        profiles.profile_id,
        rules.condition
    from profiles
    inner join rules
        on
            profiles.rule_set_version = rules.rule_set_version
            and rules.condition like 'from=%'
            and {{ list_holds('profiles.reached_years', "replace(rules.condition, 'from=', '')") }}
),

conditions as (
    select
        assumptions.rule_set_version,
        assumptions.profile_id,
        assumptions.assumed_criterion,
        facts.condition,
        '' as deciding_criterion
    from assumptions
    inner join facts
        on
            assumptions.rule_set_version = facts.rule_set_version
            and assumptions.profile_id = facts.profile_id
    union all
    select
        rule_set_version,
        profile_id,
        assumed_criterion,
        criterion_id || '=' || outcome as condition,
        criterion_id as deciding_criterion
    from outcomes
    union all
    select
        rule_set_version,
        profile_id,
        assumed_criterion,
        criteria_list || '_criteria=' || verdict as condition,
        deciding_criterion
    from lists
),

kinds as (
    select
        rule_set_version,
        profile_id,
        offering_kind as applies_to
    from profiles
    where offering_kind is not null
    union all
    select
        rule_set_version,
        profile_id,
        kind_group as applies_to
    from profiles
    union all
    select
        rule_set_version,
        profile_id,
        'any' as applies_to
    from profiles
),

candidates as (
    select
        conditions.rule_set_version,
        conditions.profile_id,
        conditions.assumed_criterion,
        rules.definition,
        rules.rule_order,
        rules.verdict,
        coalesce(nullif(rules.deciding_criterion, ''), conditions.deciding_criterion)
            as deciding_criterion
    from kinds
    inner join rules
        on
            kinds.rule_set_version = rules.rule_set_version
            and kinds.applies_to = rules.applies_to
    inner join conditions
        on
            kinds.rule_set_version = conditions.rule_set_version
            and kinds.profile_id = conditions.profile_id
            and rules.condition = conditions.condition
),

decided as (
    select
        rule_set_version,
        profile_id,
        assumed_criterion,
        definition,
        {{ min_by('verdict', 'rule_order') }} as verdict,
        {{ min_by('deciding_criterion', 'rule_order') }} as deciding_criterion
    from candidates
    group by rule_set_version, profile_id, assumed_criterion, definition
)

select * from decided
