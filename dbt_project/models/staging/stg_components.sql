with

delivered as (
    select * from {{ source('delivered', 'components') }}
),

named as (
    select
        institution_id || ':' || source_code as offering_id,
        institution_id,
        academic_year,
        component_code,
        title,
        origin_declared,
        case when credits_ects > 0 then credits_ects end as credits_ects,
        stream,
        delivery_id
    from delivered
)

select * from named
