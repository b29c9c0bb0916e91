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
    component_title,
    credits_ects,
    is_integrative,
    delivery_id,
    row_number,
    coalesce(is_degree_programme, false) as is_degree_programme
from programmes_identified
order by institution_id, academic_year, programme_code, component_code
