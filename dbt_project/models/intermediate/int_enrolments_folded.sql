-- One row per learner, thing taken and purpose: the counted enrolment lines folded as far as any
-- measure allows, with the working status of the learner in that year.
with

placed as (
    select * from {{ ref('int_enrolments_placed') }}
    where is_counted
),

folded as (
    select
        placed.academic_year,
        placed.taking_number,
        placed.purpose,
        learners.learner_number,
        learners.is_person_known,
        sum(placed.credits_ects) as credits_ects,
        count(*) - count(placed.credits_ects) as lines_without_credits
    from placed
    inner join
        {{ ref('int_learners_numbered') }} as learners
        on placed.learner_key = learners.learner_key
    group by
        placed.academic_year,
        placed.taking_number,
        placed.purpose,
        learners.learner_number,
        learners.is_person_known
),

-- Who is only a student researcher or a pupil in a year has no working status that year.
with_status as (
    select
        folded.taking_number,
        folded.purpose,
        folded.learner_number,
        folded.is_person_known,
        folded.credits_ects,
        folded.lines_without_credits,
        learner_years.working_status,
        learner_years.working_status_source
    from folded
    left join {{ ref('int_learner_years_numbered') }} as learner_years
        on
            folded.learner_number = learner_years.learner_number
            and folded.academic_year = learner_years.academic_year
)

select * from with_status
