-- One row per offering, academic year, list of criteria and rule set: out when one failed, in when
-- all are met, else undetermined, with the criterion that decided.
with

evaluated as (
    select * from {{ ref('int_criteria_evaluated') }}
),

lists as (
    select * from {{ ref('definition_criteria') }}
),

tallied as (
    select
        evaluated.offering_id,
        evaluated.academic_year,
        evaluated.rule_set_version,
        lists.criteria_list,
        count(*) as criteria_count,
        count(case when evaluated.outcome = 'failed' then 1 end) as failed_count,
        count(case when evaluated.outcome = 'not_evidenced' then 1 end) as not_evidenced_count,
        {{ min_by(
            'evaluated.criterion_id',
            "case evaluated.outcome when 'failed' then 0 when 'not_evidenced' then 1000 else 2000 end"
            ~ " + lists.criterion_order"
        ) }}
            as deciding_criterion
    from evaluated
    inner join lists
        on
            evaluated.rule_set_version = lists.rule_set_version
            and evaluated.criterion_id = lists.criterion_id
    group by
        evaluated.offering_id,
        evaluated.academic_year,
        evaluated.rule_set_version,
        lists.criteria_list
),

decided as (
    select
        offering_id,
        academic_year,
        rule_set_version,
        criteria_list,
        failed_count,
        not_evidenced_count,
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
