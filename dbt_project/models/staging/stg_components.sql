with

delivered as (
    select * from {{ source('delivered', 'components') }}
),

named as (
    select
        institution_id,
        academic_year,
        component_code,
        title,
        origin_declared,
        stream,
        delivery_id,
        {{ offering_id() }} as offering_id,
        case when credits_ects > 0 then credits_ects end as credits_ects
    from delivered
)

select * from named
