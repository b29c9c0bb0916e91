-- One row per case, definition and rule set: lines that share contract type and what was taken
-- share their verdict (classification.md, Verdict of an enrolment line; rules in the seed
-- case_rules).
with

placed as (
    select * from {{ ref('int_takings_placed') }}
),

rules as (
    select * from {{ ref('case_rules') }}
),

verdicts as (
    select * from {{ ref('int_offerings_judged') }}
),

cases as (
    select distinct
        case_id,
        contract_type,
        taken,
        context,
        is_integrative,
        judged_offering_id as offering_id,
        case when judged_offering_id is not null then academic_year end as academic_year
    from placed
),

matched as (
    select
        cases.case_id,
        cases.contract_type,
        cases.taken,
        cases.context,
        cases.is_integrative,
        cases.offering_id,
        cases.academic_year,
        rules.rule_set_version,
        rules.definition,
        {{ min_by('rules.verdict', 'rules.rule_order') }} as verdict,
        {{ min_by("coalesce(rules.deciding_criterion, '')", 'rules.rule_order') }}
            as deciding_criterion
    from cases
    inner join rules
        on
            rules.contract_type in (cases.contract_type, 'any')
            and rules.taken in (cases.taken, 'any')
            and rules.context in (coalesce(cases.context, ''), 'any')
            and rules.is_integrative in (coalesce(cases.is_integrative, ''), 'any')
    group by
        cases.case_id,
        cases.contract_type,
        cases.taken,
        cases.context,
        cases.is_integrative,
        cases.offering_id,
        cases.academic_year,
        rules.rule_set_version,
        rules.definition
),

judged as (
    select
        matched.case_id,
        matched.contract_type,
        matched.taken,
        matched.context,
        matched.is_integrative,
        matched.definition,
        matched.rule_set_version,
        case when matched.verdict = 'offering' then verdicts.verdict else matched.verdict end
            as verdict,
        case
            when matched.verdict = 'offering' then verdicts.deciding_criterion
            when matched.deciding_criterion <> '' then matched.deciding_criterion
        end as deciding_criterion
    from matched
    left join verdicts
        on
            matched.verdict = 'offering'
            and matched.offering_id = verdicts.offering_id
            and matched.academic_year = verdicts.academic_year
            and matched.definition = verdicts.definition
            and matched.rule_set_version = verdicts.rule_set_version
)

select * from judged
