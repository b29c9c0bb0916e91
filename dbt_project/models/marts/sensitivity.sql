with

profiles as (
    select * from {{ ref('int_offering_profiles') }}
),

outcomes as (
    select * from {{ ref('int_profile_outcomes') }}
),

verdicts as (
    select * from {{ ref('int_verdicts_decided') }}
),

deciding as (
    select * from {{ ref('int_criteria_deciding') }}
),

stated as (
    select * from verdicts
    where assumed_criterion = 'none'
),

assumed as (
    select * from verdicts
    where assumed_criterion <> 'none'
),

-- Where the first rule for a kind asks nothing, no criterion can change the verdict.
first_rules as (
    select
        rule_set_version,
        definition,
        applies_to,
        {{ min_by('condition', 'rule_order') }} as condition
    from {{ ref('definition_rules') }}
    where applies_to <> 'any'
    group by rule_set_version, definition, applies_to
),

decided_by_kind as (
    select * from first_rules
    where condition = 'always'
),

offerings as (
    select
        rule_set_version,
        academic_year,
        profile_id,
        offering_kind,
        kind_group,
        count(*) as offering_count
    from profiles
    group by rule_set_version, academic_year, profile_id, offering_kind, kind_group
),

compared as (
    select distinct
        offerings.rule_set_version,
        offerings.academic_year,
        offerings.profile_id,
        deciding.definition,
        deciding.criterion_id,
        offerings.offering_count,
        outcomes.outcome <> 'met' as is_obstacle,
        coalesce(assumed.verdict <> stated.verdict, false) as is_changing,
        coalesce(assumed.verdict = 'in' and stated.verdict <> 'in', false) as is_only_obstacle
    from offerings
    inner join outcomes
        on
            offerings.rule_set_version = outcomes.rule_set_version
            and offerings.profile_id = outcomes.profile_id
            and outcomes.assumed_criterion = 'none'
    inner join deciding
        on
            outcomes.rule_set_version = deciding.rule_set_version
            and outcomes.criterion_id = deciding.criterion_id
            and deciding.applies_to in (
                coalesce(offerings.offering_kind, ''), offerings.kind_group, 'any'
            )
    inner join stated
        on
            offerings.rule_set_version = stated.rule_set_version
            and offerings.profile_id = stated.profile_id
            and deciding.definition = stated.definition
    left join assumed
        on
            offerings.rule_set_version = assumed.rule_set_version
            and offerings.profile_id = assumed.profile_id
            and deciding.definition = assumed.definition
            and deciding.criterion_id = assumed.assumed_criterion
    left join decided_by_kind
        on
            offerings.rule_set_version = decided_by_kind.rule_set_version
            and deciding.definition = decided_by_kind.definition
            and decided_by_kind.applies_to in (
                coalesce(offerings.offering_kind, ''), offerings.kind_group
            )
    where decided_by_kind.definition is null
)

select
    definition,
    criterion_id,
    academic_year,
    rule_set_version,
    cast(coalesce(sum(case when is_obstacle then offering_count end), 0) as bigint)
        as offerings_not_met,
    cast(coalesce(sum(case when is_changing then offering_count end), 0) as bigint)
        as offerings_changed,
    cast(coalesce(sum(case when is_only_obstacle then offering_count end), 0) as bigint)
        as offerings_only_obstacle
from compared
group by definition, criterion_id, academic_year, rule_set_version
order by definition, criterion_id, academic_year, rule_set_version
