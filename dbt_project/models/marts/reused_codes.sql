with

reused as (
    select * from {{ ref('int_codes_reused') }}
)

select
    offering_id,
    institution_id,
    academic_year,
    source_code,
    title,
    earlier_year,
    earlier_title,
    components_total,
    components_shared,
    reason
from reused
order by offering_id, academic_year
