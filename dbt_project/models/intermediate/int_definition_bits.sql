-- One row per definition: the two bits under which its verdict stands in verdict_bits.
with

definitions as (
    select * from {{ ref('definitions') }}
)

select
    definition,
    cast(power(4, definition_order - 1) as integer) as may_bit,
    cast(2 * power(4, definition_order - 1) as integer) as in_bit
from definitions
