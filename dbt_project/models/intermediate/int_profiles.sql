-- One row per profile of enrolments: everything the cube cuts them by, with the verdicts under all
-- definitions.
select distinct
    profile_number,
    {{ enrolment_profile() | join(',\n    ') }}
from {{ ref('int_enrolments_profiled') }}
