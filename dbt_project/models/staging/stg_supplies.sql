with

delivered as (
    select * from {{ source('delivered', 'supplies') }}
),

named as (
    select
        institution_id,
        academic_year,
        kind,
        stream,
        status,
        is_authoritative,
        complete_for,
        rows_read,
        rows_accepted,
        rows_rejected,
        delivery_id
    from delivered
)

select * from named
