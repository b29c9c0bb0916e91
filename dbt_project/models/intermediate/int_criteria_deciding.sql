-- One row per rule set, definition, kind of offering (or group of kinds, or any) and criterion on
-- which the verdict depends: through a list of criteria, or because a rule names the criterion.
with

rules as (
    select * from {{ ref('definition_rules') }}
),

lists as (
    select * from {{ ref('definition_criteria') }}
),

criteria as (
    select * from {{ ref('criteria') }}
),

through_lists as (
    select distinct
        rules.rule_set_version,
        rules.definition,
        rules.applies_to,
        lists.criterion_id
    from rules
    inner join lists
        on
            rules.rule_set_version = lists.rule_set_version
            and left(rules.condition, length(lists.criteria_list) + 10)
            = lists.criteria_list || '_criteria='
),

by_name as (
    select distinct
        rules.rule_set_version,
        rules.definition,
        rules.applies_to,
        criteria.criterion_id
    from rules
    inner join criteria
        on left(rules.condition, length(criteria.criterion_id) + 1) = criteria.criterion_id || '='
),

named as (
    select * from through_lists
    union
    select * from by_name
)

select * from named
