with

placed as (
    select * from {{ ref('int_enrolments_placed') }}
),

learner_years as (
    select * from {{ ref('int_learner_years_decided') }}
)

select
    placed.enrolment_id,
    placed.institution_id,
    placed.academic_year,
    placed.learner_key,
    placed.learner_key_basis,
    placed.offering_id,
    placed.component_code,
    placed.programme_code,
    placed.contract_type,
    placed.enrolled_on,
    placed.withdrawn_on,
    placed.credits_ects,
    placed.working_status_declared,
    learner_years.working_status_register,
    placed.purpose,
    placed.outcome,
    placed.is_counted,
    placed.case_id,
    placed.delivery_id,
    placed.row_number,
    case when not placed.is_counted then 'withdrawn_within_census_days' end as reason_not_counted
from placed
left join learner_years
    on
        placed.learner_key = learner_years.learner_key
        and placed.academic_year = learner_years.academic_year
