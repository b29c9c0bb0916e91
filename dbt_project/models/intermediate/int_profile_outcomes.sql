-- One row per rule set, profile, assumption and deciding criterion. The assumption is none (what
-- the records say) or a criterion that is not met and counts as met for once (sensitivity).
with

profiles as (
    select * from {{ ref('int_offering_profiles') }}
),

criteria as (
    select * from {{ ref('int_criteria_evaluated') }}
),

deciding as (
    select * from {{ ref('int_criteria_deciding') }}
),

stated as (
    select distinct
        profiles.rule_set_version,
        profiles.profile_id,
        criteria.criterion_id,
        criteria.outcome
    from profiles
    inner join criteria
        on
            profiles.offering_id = criteria.offering_id
            and profiles.academic_year = criteria.academic_year
            and profiles.rule_set_version = criteria.rule_set_version
    inner join deciding
        on
            criteria.rule_set_version = deciding.rule_set_version
            and criteria.criterion_id = deciding.criterion_id
),

assumptions as (
    select distinct
        rule_set_version,
        profile_id,
        'none' as assumed_criterion
    from stated
    union all
    select
        rule_set_version,
        profile_id,
        criterion_id as assumed_criterion
    from stated
    where outcome <> 'met'
),

assumed as (
    select
        assumptions.rule_set_version,
        assumptions.profile_id,
        assumptions.assumed_criterion,
        stated.criterion_id,
        case
            when stated.criterion_id = assumptions.assumed_criterion then 'met'
            else stated.outcome
        end as outcome
    from assumptions
    inner join stated
        on
            assumptions.rule_set_version = stated.rule_set_version
            and assumptions.profile_id = stated.profile_id
)

select * from assumed
