with

delivered as (
    select * from {{ source('delivered', 'courses') }}
),

named as (
    select
        institution_id,
        academic_year,
        component_code,
        title,
        language,
        url,
        delivery_id,
        row_number,
        {{ page_lines('page_text') }} as page_text
    from delivered
)

select * from named
