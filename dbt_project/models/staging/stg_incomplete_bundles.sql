with

delivered as (
    select * from {{ source('delivered', 'incomplete_bundles') }}
),

named as (
    select
        academic_year,
        components_rejected,
        {{ offering_id() }} as offering_id
    from delivered
)

select * from named
