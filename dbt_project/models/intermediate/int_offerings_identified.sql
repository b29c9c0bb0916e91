-- One row per offering and academic year, with its kind, its group of kinds and its own label.
with

offerings as (
    select * from {{ ref('stg_offerings') }}
),

titles as (
    select * from {{ ref('int_titles_classified') }}
),

kinds as (
    select * from {{ ref('offering_kinds') }}
),

titled as (
    select
        offerings.*,
        titles.label_found,
        -- Only study guides leave the kind to title and cycle; an empty soort stays unknown.
        case
            when offerings.offering_kind_declared is not null then offerings.offering_kind_declared
            when offerings.stream = 'study_guide' then titles.offering_kind
        end as offering_kind
    from offerings
    left join titles
        on
            offerings.title = titles.title
            and coalesce(offerings.cycle, '') = titles.cycle
),

identified as (
    select
        titled.offering_id,
        titled.institution_id,
        titled.academic_year,
        titled.source_code,
        titled.title,
        titled.cycle,
        titled.level_declared,
        titled.mode,
        titled.learning_outcomes,
        titled.is_outcomes_communicated,
        titled.assessment,
        titled.is_assessment_communicated,
        titled.quality_assurance,
        titled.needs,
        titled.is_purposeful_selection,
        titled.type_code_declared,
        titled.language,
        titled.isced_f,
        titled.started_on,
        titled.ended_on,
        titled.partners,
        titled.joint_code,
        titled.certificate,
        titled.url,
        titled.delivery_id,
        titled.row_number,
        titled.workload_value,
        titled.workload_unit,
        titled.offering_kind,
        titled.offering_kind_declared,
        coalesce(kinds.kind_group, 'unknown') as kind_group,
        titled.label_found is not null
        or coalesce(titled.offering_kind_declared = 'microcredential', false) as is_labelled,
        coalesce(
            titled.label_found,
            case when titled.offering_kind_declared = 'microcredential' then 'microcredential' end
        ) as label_raw
    from titled
    left join kinds on titled.offering_kind = kinds.offering_kind
)

select * from identified
