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
        -- Only study guides leave the kind to title and cycle; an empty soort stays unknown.
        case
            when offerings.offering_kind_declared is not null then offerings.offering_kind_declared
            when offerings.stream = 'study_guide' then titles.offering_kind
        end as offering_kind,
        titles.label_found
    from offerings
    left join titles
        on
            offerings.title = titles.title
            and coalesce(offerings.cycle, '') = titles.cycle
),

identified as (
    select
        titled.*,
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
