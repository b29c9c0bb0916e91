with

criteria_evaluated as (
    select * from {{ ref('int_criteria_evaluated') }}
)

select
    offering_id,
    academic_year,
    criterion_id,
    outcome,
    evidence,
    rule_set_version
from criteria_evaluated
order by offering_id, academic_year, criterion_id, rule_set_version
