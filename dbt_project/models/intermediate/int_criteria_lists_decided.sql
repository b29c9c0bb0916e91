-- One row per rule set, profile, assumption and list of criteria: out when one failed, in when all
-- are met, else undetermined, with the criterion that decided.
with

outcomes as (
    select * from {{ ref('int_profile_outcomes') }}
),

lists as (
    select * from {{ ref('definition_criteria') }}
),

tallied as (
    select
        outcomes.rule_set_version,
        outcomes.profile_id,
        outcomes.assumed_criterion,
        lists.criteria_list,
        count(case when outcomes.outcome = 'failed' then 1 end) as failed_count,
        count(case when outcomes.outcome = 'not_evidenced' then 1 end) as not_evidenced_count,
        {{ min_by(
            'outcomes.criterion_id',
            "case outcomes.outcome when 'failed' then 0 when 'not_evidenced' then 1000 else 2000 end"
            ~ " + lists.criterion_order"
        ) }}
            as deciding_criterion
    from outcomes
    inner join lists
        on
            outcomes.rule_set_version = lists.rule_set_version
            and outcomes.criterion_id = lists.criterion_id
    group by
        outcomes.rule_set_version,
        outcomes.profile_id,
        outcomes.assumed_criterion,
        lists.criteria_list
),

decided as (
    select
        rule_set_version,
        profile_id,
        assumed_criterion,
        criteria_list,
        case
            when failed_count > 0 then 'out'
            when not_evidenced_count > 0 then 'undetermined'
            else 'in'
        end as verdict,
        case
            when failed_count + not_evidenced_count > 0 then deciding_criterion
            else 'all'
        end as deciding_criterion
    from tallied
)

select * from decided
