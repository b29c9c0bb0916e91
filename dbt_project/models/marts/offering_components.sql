with

components_traced as (
    select * from {{ ref('int_components_traced') }}
)

select
    offering_id,
    academic_year,
    component_code,
    title,
    credits_ects,
    origin_declared,
    found_in,
    vks_levels
from components_traced
order by offering_id, academic_year, component_code
