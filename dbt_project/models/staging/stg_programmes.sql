with

delivered as (
    select * from {{ source('delivered', 'programmes') }}
),

named as (
    select
        institution_id,
        academic_year,
        programme_code,
        programme_kind_declared,
        cycle,
        programme_name,
        component_code,
        component_title,
        is_integrative,
        stream,
        delivery_id,
        row_number,
        case when credits_ects > 0 then credits_ects end as credits_ects
    from delivered
)

select * from named
