with

delivered as (
    select * from {{ source('delivered', 'enrolments') }}
),

named as (
    select
        institution_id,
        academic_year,
        enrolment_id,
        learner_key,
        learner_key_basis,
        component_code,
        programme_code,
        contract_type,
        enrolled_on,
        withdrawn_on,
        outcome,
        delivery_id,
        row_number,
        {{ offering_id() }} as offering_id,
        case when credits_ects > 0 then credits_ects end as credits_ects,
        coalesce(working_status_declared, 'unknown') as working_status_declared,
        coalesce(purpose, 'regular') as purpose
    from delivered
)

select * from named
