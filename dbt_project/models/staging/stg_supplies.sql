with

delivered as (
    select * from {{ source('delivered', 'supplies') }}
)

select * from delivered
