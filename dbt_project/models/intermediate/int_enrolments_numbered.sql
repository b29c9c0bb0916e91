-- One row per counted enrolment line: what was taken and who took it as numbers, and the working
-- status of the learner in that year. A view: written, it would be the largest table of all.
{{ config(materialized='view') }}

with

placed as (
    select * from {{ ref('int_enrolments_placed') }}
    where is_counted
),

-- Who is only a student researcher or a pupil in a year has no working status that year.
numbered as (
    select
        placed.taking_number,
        placed.purpose,
        placed.credits_ects,
        learners.learner_number,
        learners.is_person_known,
        learner_years.working_status,
        learner_years.working_status_source
    from placed
    inner join
        {{ ref('int_learners_numbered') }} as learners
        on placed.learner_key = learners.learner_key
    left join {{ ref('int_learner_years_numbered') }} as learner_years
        on
            learners.learner_number = learner_years.learner_number
            and placed.academic_year = learner_years.academic_year
)

select * from numbered
