with

register as (
    select * from {{ ref('institution_register') }}
)

select
    institution_id,
    official_number,
    name,
    kind
from register
