with

enrolments as (
    select * from {{ ref('int_enrolments_placed') }}
    where is_counted and purpose = 'regular'
),

cases as (
    select * from {{ ref('int_cases_judged') }}
),

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

verdicts as (
    select * from {{ ref('int_offerings_judged') }}
),

learner_years as (
    select * from {{ ref('int_learner_years_decided') }}
),

-- Lines come by the million and have few cases.
lines as (
    select
        academic_year,
        contract_type,
        case_id,
        count(*) as line_count
    from enrolments
    group by academic_year, contract_type, case_id
),

contract_by_verdict as (
    select
        'contract_type_by_' || cases.definition as cross_table,
        lines.academic_year,
        'contract_type' as row_name,
        lines.contract_type as row_value,
        'verdict' as column_name,
        cases.verdict as column_value,
        'enrolment_lines' as unit,
        cast(sum(lines.line_count) as bigint) as value,
        cases.rule_set_version
    from lines
    inner join cases on lines.case_id = cases.case_id
    group by
        cases.definition,
        lines.academic_year,
        lines.contract_type,
        cases.verdict,
        cases.rule_set_version
),

label_by_verdict as (
    select
        'is_labelled_by_' || verdicts.definition as cross_table,
        offerings.academic_year,
        'is_labelled' as row_name,
        cast(offerings.is_labelled as string) as row_value,
        'verdict' as column_name,
        verdicts.verdict as column_value,
        'offerings' as unit,
        count(*) as value,
        verdicts.rule_set_version
    from offerings
    inner join verdicts
        on
            offerings.offering_id = verdicts.offering_id
            and offerings.academic_year = verdicts.academic_year
    where verdicts.definition <> 'label'
    group by
        verdicts.definition,
        offerings.academic_year,
        offerings.is_labelled,
        verdicts.verdict,
        verdicts.rule_set_version
),

declared_by_register as (
    select
        'working_status_declared_by_register' as cross_table,
        learner_years.academic_year,
        'working_status_declared' as row_name,
        coalesce(learner_years.working_status_declared, 'unknown') as row_value,
        'working_status_register' as column_name,
        coalesce(learner_years.working_status_register, 'unknown') as column_value,
        'learners' as unit,
        count(*) as value,
        rule_sets.rule_set_version
    from learner_years
    cross join {{ ref('rule_sets') }} as rule_sets
    group by
        learner_years.academic_year,
        coalesce(learner_years.working_status_declared, 'unknown'),
        coalesce(learner_years.working_status_register, 'unknown'),
        rule_sets.rule_set_version
),

lifecycles as (
    select
        offering_id,
        academic_year,
        academic_year as judged_year,
        lifecycle
    from {{ ref('int_lifecycles_traced') }}
    union all
    select
        offering_id,
        academic_year,
        last_year as judged_year,
        'discontinued' as lifecycle
    from {{ ref('int_offerings_discontinued') }}
),

-- What stopped stands in the first delivered year without a run, under the verdict of its last run.
lifecycle_by_verdict as (
    select
        'lifecycle_by_' || verdicts.definition as cross_table,
        lifecycles.academic_year,
        'lifecycle' as row_name,
        lifecycles.lifecycle as row_value,
        'verdict' as column_name,
        verdicts.verdict as column_value,
        'offerings' as unit,
        count(*) as value,
        verdicts.rule_set_version
    from lifecycles
    inner join verdicts
        on
            lifecycles.offering_id = verdicts.offering_id
            and lifecycles.judged_year = verdicts.academic_year
    group by
        verdicts.definition,
        lifecycles.academic_year,
        lifecycles.lifecycle,
        verdicts.verdict,
        verdicts.rule_set_version
),

crossed as (
    select * from contract_by_verdict
    union all
    select * from lifecycle_by_verdict
    union all
    select * from label_by_verdict
    union all
    select * from declared_by_register
)

select
    cross_table,
    academic_year,
    row_name,
    row_value,
    column_name,
    column_value,
    unit,
    value,
    rule_set_version
from crossed
order by cross_table, academic_year, row_value, column_value, rule_set_version
