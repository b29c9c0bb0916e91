-- One row per learner and academic year with a counted line of purpose regular: the reference day,
-- the position of the register in its quarter, and the first declaration that says something.
with

lines as (
    select
        learner_key,
        academic_year,
        min(enrolled_on) as enrolled_on,
        arg_min(working_status_declared, (enrolled_on, institution_id, enrolment_id))
            filter (working_status_declared <> 'unknown') as declared
    from main.enrolments
    where is_counted and purpose = 'regular'
    group by all
),

days as (
    select
        learner_key,
        academic_year,
        declared,
        last_day(
            date_trunc(
                'quarter', greatest(enrolled_on, cast(left(academic_year, 4) || '-09-01' as date))
            )
            + interval 2 month
        ) as reference_day
    from lines
)

select
    days.*,
    case left(positions.position_code, 1)
        when '1' then 'working'
        when '2' then 'job_seeking'
        when '3' then 'not_active'
    end as registered
from days
left join delivered.positions as positions
    on
        days.learner_key = positions.learner_key
        and positions.quarter = year(days.reference_day) || 'Q' || quarter(days.reference_day)
