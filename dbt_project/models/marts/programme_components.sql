with

programmes_identified as (
    select * from {{ ref('int_programmes_identified') }}
    where not is_labelled
)

select
    institution_id,
    academic_year,
    programme_code,
    programme_kind,
    programme_name,
    component_code,
    credits_ects,
    is_integrative
from programmes_identified
order by institution_id, academic_year, programme_code, component_code
