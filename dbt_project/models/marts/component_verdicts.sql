with

component_verdicts as (
    select * from {{ ref('int_component_verdicts') }}
),

measures as (
    select * from {{ ref('measures') }}
    where measure = 'components_offered'
)

select
    component_verdicts.is_integrative,
    component_verdicts.definition,
    component_verdicts.verdict,
    component_verdicts.rule_set_version
from component_verdicts
inner join measures on {{ list_holds('measures.definitions', 'component_verdicts.definition') }}
order by
    component_verdicts.definition,
    component_verdicts.is_integrative,
    component_verdicts.rule_set_version
