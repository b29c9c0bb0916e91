with

delivered as (
    select * from {{ source('delivered', 'offerings') }}
),

named as (
    select
        institution_id,
        academic_year,
        source_code,
        title,
        offering_kind_declared,
        cycle,
        vks_level as level_declared,
        mode,
        learning_outcomes,
        is_outcomes_communicated,
        assessment,
        is_assessment_communicated,
        quality_assurance,
        needs,
        is_purposeful_selection,
        type_declared as type_code_declared,
        language,
        isced_f,
        started_on,
        ended_on,
        partners,
        joint_code,
        certificate,
        url,
        stream,
        delivery_id,
        row_number,
        -- Size 0 is a missing size (classification.md, Size).
        case when workload_value > 0 then workload_value end as workload_value,
        case when workload_value > 0 then workload_unit end as workload_unit,
        {{ offering_id() }} as offering_id
    from delivered
)

select * from named
