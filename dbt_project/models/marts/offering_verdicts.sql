with

verdicts_decided as (
    select * from {{ ref('int_offerings_judged') }}
)

select
    offering_id,
    academic_year,
    definition,
    verdict,
    deciding_criterion,
    rule_set_version
from verdicts_decided
order by offering_id, academic_year, definition, rule_set_version
