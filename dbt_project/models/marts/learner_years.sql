with

learner_years_decided as (
    select * from {{ ref('int_learner_years_decided') }}
)

select
    learner_key,
    academic_year,
    working_status,
    working_status_source,
    reference_day,
    is_disagreement
from learner_years_decided
order by learner_key, academic_year
