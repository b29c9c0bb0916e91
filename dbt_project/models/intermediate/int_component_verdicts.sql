-- One row per rule set, definition and what is known of a component's integrative function: the
-- verdict of a component of a degree programme, from the rules for enrolment lines (case_rules).
with

rules as (
    select * from {{ ref('case_rules') }}
    where taken in ('component', 'any') and context in ('degree', 'any') and contract_type = 'any'
),

bits as (
    select * from {{ ref('int_definition_bits') }}
),

marks as (
    select 'true' as is_integrative
    union all
    select 'false' as is_integrative
    union all
    select 'unknown' as is_integrative
),

judged as (
    select
        rules.rule_set_version,
        rules.definition,
        marks.is_integrative,
        {{ min_by('rules.verdict', 'rules.rule_order') }} as verdict
    from marks
    inner join rules on rules.is_integrative in (marks.is_integrative, 'any')
    group by rules.rule_set_version, rules.definition, marks.is_integrative
)

select
    judged.rule_set_version,
    judged.definition,
    judged.is_integrative,
    judged.verdict,
    bits.may_bit,
    bits.in_bit
from judged
inner join bits on judged.definition = bits.definition
