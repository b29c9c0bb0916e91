with

delivered as (
    select * from {{ source('delivered', 'reconciliations') }}
),

named as (
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
    from delivered
)

select * from named
