with

evaluated as (
    select * from {{ ref('int_criteria_evaluated') }}
),

lists as (
    select * from {{ ref('definition_criteria') }}
),

decided as (
    select * from {{ ref('int_criteria_lists_decided') }}
),

verdicts as (
    select * from {{ ref('int_verdicts_decided') }}
),

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

-- Only offerings whose verdict is decided by the list itself: exclusions are no criteria.
obstacles as (
    select
        decided.criteria_list as definition,
        evaluated.criterion_id,
        evaluated.academic_year,
        evaluated.rule_set_version,
        evaluated.outcome <> 'met' as is_obstacle,
        case
            when evaluated.outcome = 'failed' then decided.failed_count = 1
            when
                evaluated.outcome = 'not_evidenced'
                then decided.failed_count = 0 and decided.not_evidenced_count = 1
            else false
        end as is_changing,
        evaluated.outcome <> 'met'
        and decided.failed_count + decided.not_evidenced_count = 1 as is_only_obstacle
    from evaluated
    inner join lists
        on
            evaluated.rule_set_version = lists.rule_set_version
            and evaluated.criterion_id = lists.criterion_id
    inner join decided
        on
            evaluated.offering_id = decided.offering_id
            and evaluated.academic_year = decided.academic_year
            and evaluated.rule_set_version = decided.rule_set_version
            and lists.criteria_list = decided.criteria_list
    inner join verdicts
        on
            decided.offering_id = verdicts.offering_id
            and decided.academic_year = verdicts.academic_year
            and decided.rule_set_version = verdicts.rule_set_version
            and decided.criteria_list = verdicts.definition
    inner join offerings
        on
            evaluated.offering_id = offerings.offering_id
            and evaluated.academic_year = offerings.academic_year
    where offerings.kind_group in ('lifelong_learning', 'unknown')
)

select
    definition,
    criterion_id,
    academic_year,
    rule_set_version,
    count(case when is_obstacle then 1 end) as offerings_not_met,
    count(case when is_changing then 1 end) as offerings_changed,
    count(case when is_only_obstacle then 1 end) as offerings_only_obstacle
from obstacles
group by definition, criterion_id, academic_year, rule_set_version
order by definition, criterion_id, academic_year, rule_set_version
