with

reconciliations as (
    select * from {{ ref('stg_reconciliations') }}
)

select
    institution_id,
    academic_year,
    kind,
    stream,
    other_stream,
    keys_in_both,
    keys_only_here,
    keys_only_there,
    rows_here,
    rows_there
from reconciliations
order by institution_id, academic_year, kind, other_stream
