-- One row per learner and academic year with a counted regular line: one working status, the same
-- under every definition and institution (counting.md, Working status). The register wins. Lines of
-- student researchers and pupils are counted apart, so they move neither the day nor the status.
with

enrolments as (
    select * from {{ ref('int_enrolments_placed') }}
),

positions as (
    select * from {{ ref('stg_positions') }}
),

counted as (
    select * from enrolments
    where is_counted and purpose = 'regular'
),

first_days as (
    select
        learner_key,
        academic_year,
        min(enrolled_on) as enrolled_on
    from counted
    group by learner_key, academic_year
),

reference_days as (
    select
        learner_key,
        academic_year,
        {{ last_day_of_quarter(
            "greatest(enrolled_on, " ~ day_of_start_year('academic_year', '09', '01') ~ ")"
        ) }}
            as reference_day
    from first_days
),

declarations as (
    select
        learner_key,
        academic_year,
        {{ min_by(
            'working_status_declared',
            "cast(enrolled_on as string) || ' ' || institution_id || ' ' || enrolment_id"
        ) }} as working_status_declared
    from counted
    where working_status_declared <> 'unknown'
    group by learner_key, academic_year
),

registered as (
    select
        reference_days.learner_key,
        reference_days.academic_year,
        reference_days.reference_day,
        positions.working_status as working_status_register,
        declarations.working_status_declared
    from reference_days
    left join positions
        on
            reference_days.learner_key = positions.learner_key
            and {{ quarter_label('reference_days.reference_day') }} = positions.quarter
    left join declarations
        on
            reference_days.learner_key = declarations.learner_key
            and reference_days.academic_year = declarations.academic_year
),

decided as (
    select
        learner_key,
        academic_year,
        reference_day,
        working_status_register,
        working_status_declared,
        coalesce(working_status_register, working_status_declared, 'unknown') as working_status,
        case
            when working_status_register is not null then 'register'
            when working_status_declared is not null then 'declared'
            else 'none'
        end as working_status_source,
        coalesce(working_status_register <> working_status_declared, false) as is_disagreement
    from registered
)

select * from decided
