-- One row per learner number and academic year: the working status under which the learner counts.
with

learner_years as (
    select * from {{ ref('int_learner_years_decided') }}
),

learners as (
    select * from {{ ref('int_learners_numbered') }}
)

select
    learners.learner_number,
    learner_years.academic_year,
    learner_years.working_status,
    learner_years.working_status_source
from learner_years
inner join learners on learner_years.learner_key = learners.learner_key
