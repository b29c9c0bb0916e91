with

cases_judged as (
    select * from {{ ref('int_cases_judged') }}
)

select
    case_id,
    contract_type,
    taken,
    context,
    is_integrative,
    definition,
    verdict,
    deciding_criterion,
    rule_set_version
from cases_judged
order by case_id, definition, rule_set_version
