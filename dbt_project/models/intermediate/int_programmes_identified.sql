-- One row per component in a programme and academic year, with the kind of the programme. Labelled
-- programmes are offerings and hold no degree content of their own, whatever their cycle: who looks
-- for existing components leaves them out; a line that names one still has its kind as context.
with

programmes as (
    select * from {{ ref('stg_programmes') }}
),

titles as (
    select * from {{ ref('int_titles_classified') }}
),

kinds as (
    select * from {{ ref('offering_kinds') }}
),

labelled as (
    select distinct
        institution_id,
        academic_year,
        source_code
    from {{ ref('int_offerings_identified') }}
    where is_labelled
),

titled as (
    select
        programmes.*,
        titles.label_found,
        coalesce(programmes.programme_kind_declared, titles.offering_kind, 'andere')
            as programme_kind
    from programmes
    left join titles
        on
            programmes.programme_name = titles.title
            and coalesce(programmes.cycle, '') = titles.cycle
),

identified as (
    select
        titled.institution_id,
        titled.academic_year,
        titled.programme_code,
        titled.programme_kind,
        kinds.kind_group,
        kinds.is_degree_programme,
        kinds.vks_level,
        titled.programme_name,
        titled.component_code,
        titled.component_title,
        titled.credits_ects,
        titled.is_integrative,
        titled.delivery_id,
        titled.row_number,
        titled.label_found is not null or labelled.source_code is not null as is_labelled
    from titled
    left join kinds on titled.programme_kind = kinds.offering_kind
    left join labelled
        on
            titled.institution_id = labelled.institution_id
            and titled.academic_year = labelled.academic_year
            and titled.programme_code = labelled.source_code
)

select * from identified
