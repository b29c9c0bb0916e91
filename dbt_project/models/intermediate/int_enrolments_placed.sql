-- One row per accepted enrolment line, with what was taken, whether the line counts, and the case
-- under which it is judged. A view: each reader takes few of its columns.
{{ config(materialized='view') }}

with

enrolments as (
    select * from {{ ref('stg_enrolments') }}
),

takings as (
    select * from {{ ref('int_takings_placed') }}
),

parameters as (
    select cast(max(case when name = 'census_days' then value end) as integer) as census_days
    from {{ ref('parameters') }}
),

counted as (
    select
        enrolments.institution_id,
        enrolments.academic_year,
        enrolments.enrolment_id,
        enrolments.learner_key,
        enrolments.learner_key_basis,
        enrolments.offering_id,
        enrolments.component_code,
        enrolments.programme_code,
        enrolments.contract_type,
        enrolments.enrolled_on,
        enrolments.withdrawn_on,
        enrolments.credits_ects,
        enrolments.working_status_declared,
        enrolments.purpose,
        enrolments.outcome,
        enrolments.delivery_id,
        enrolments.row_number,
        takings.taken,
        takings.context,
        takings.is_integrative,
        takings.judged_offering_id,
        takings.item_code,
        takings.taking_number,
        takings.case_id,
        enrolments.withdrawn_on is null
        or {{ days_between(
            "greatest(enrolments.enrolled_on, coalesce(takings.run_started_on, "
            ~ day_of_start_year('enrolments.academic_year', '09', '20') ~ "))",
            'enrolments.withdrawn_on'
        ) }} > parameters.census_days as is_counted
    from enrolments
    inner join takings
        on
            enrolments.institution_id = takings.institution_id
            and enrolments.academic_year = takings.academic_year
            and enrolments.contract_type is not distinct from takings.contract_type
            and enrolments.offering_id is not distinct from takings.offering_id
            and enrolments.component_code is not distinct from takings.component_code
            and enrolments.programme_code is not distinct from takings.programme_code
    cross join parameters
)

select * from counted
