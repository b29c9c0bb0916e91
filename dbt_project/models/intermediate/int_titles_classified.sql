-- One row per distinct title and cycle: the kind that the first matching rule gives, and the
-- label found in the title. Titles come first, then cycles; the rules are the seed
-- study_guide_kind_rules.
with

offerings as (
    select * from {{ ref('stg_offerings') }}
),

programmes as (
    select * from {{ ref('stg_programmes') }}
),

rules as (
    select * from {{ ref('study_guide_kind_rules') }}
),

titles as (
    select
        title,
        coalesce(cycle, '') as cycle
    from offerings
    union
    select
        programme_name as title,
        coalesce(cycle, '') as cycle
    from programmes
    where programme_name is not null
),

matches as (
    select
        titles.title,
        titles.cycle,
        rules.rule_order,
        rules.offering_kind,
        case
            when rules.offering_kind = 'microcredential'
                then {{ regexp_extract('titles.title', 'rules.pattern') }}
        end as label_found
    from titles
    inner join rules
        on
            {{ regexp_matches(
                "case when rules.applies_to = 'title' then titles.title else titles.cycle end",
                'rules.pattern'
            ) }}
),

classified as (
    select
        title,
        cycle,
        {{ min_by('offering_kind', 'rule_order') }} as offering_kind,
        max(label_found) as label_found
    from matches
    group by title, cycle
)

select * from classified
