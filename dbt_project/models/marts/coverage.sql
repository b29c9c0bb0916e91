with

completed as (
    select * from {{ ref('int_coverage_completed') }}
)

select
    institution_id,
    academic_year,
    kind,
    stream,
    status,
    complete_for,
    rows_read,
    rows_accepted,
    rows_rejected,
    delivery_id
from completed
order by institution_id, academic_year, kind
