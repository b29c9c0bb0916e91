{{ config(materialized='view') }}

with

enrolments as (
    select * from {{ ref('enrolments') }}
),

verdict_cases as (
    select * from {{ ref('verdict_cases') }}
)

select
    enrolments.institution_id,
    enrolments.academic_year,
    enrolments.enrolment_id,
    verdict_cases.definition,
    verdict_cases.verdict,
    verdict_cases.deciding_criterion,
    verdict_cases.rule_set_version
from enrolments
inner join verdict_cases on enrolments.case_id = verdict_cases.case_id
