-- One row per learner: a number that stands in for the pseudonym while counting, because numbers
-- group several times faster than text. It means nothing outside one build.
with

enrolments as (
    select distinct
        learner_key,
        learner_key_basis
    from {{ ref('stg_enrolments') }}
)

select
    learner_key,
    learner_key_basis = 'national' as is_person_known,
    {{ numbers('learner_key') }} as learner_number
from enrolments
