-- One row per component of an offering in a year (full qualifications left out: their components
-- stand in programme_components), with the place where the institution's own catalogue has it.
with

components as (
    select * from {{ ref('stg_components') }}
),

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

programmes as (
    select * from {{ ref('int_programmes_identified') }}
    where not coalesce(is_labelled, false)
),

supplies as (
    select * from {{ ref('stg_supplies') }}
),

catalogues as (
    select distinct
        institution_id,
        academic_year
    from supplies
    where kind = 'programmes' and status in ('delivered', 'carried_forward')
),

bundled as (
    select
        components.*,
        offerings.source_code,
        catalogues.institution_id is not null as has_catalogue
    from components
    inner join offerings
        on
            components.offering_id = offerings.offering_id
            and components.academic_year = offerings.academic_year
    left join catalogues
        on
            components.institution_id = catalogues.institution_id
            and components.academic_year = catalogues.academic_year
    where offerings.kind_group <> 'full_qualification'
),

sightings as (
    select
        bundled.offering_id,
        bundled.academic_year,
        bundled.component_code,
        max(
            case
                when
                    programmes.is_degree_programme
                    and programmes.academic_year = bundled.academic_year
                    then 1
                else 0
            end
        ) as in_degree,
        max(
            case
                when
                    programmes.is_degree_programme
                    and programmes.academic_year < bundled.academic_year
                    then 1
                else 0
            end
        ) as in_earlier_degree,
        max(case when not programmes.is_degree_programme then 1 else 0 end) as in_other_programme,
        max(
            case
                when
                    programmes.is_integrative and programmes.academic_year = bundled.academic_year
                    then 1
                else 0
            end
        ) as called_integrative,
        max(
            case
                when
                    not programmes.is_integrative
                    and programmes.academic_year = bundled.academic_year
                    then 1
                else 0
            end
        ) as called_not_integrative
    from bundled
    inner join programmes
        on
            bundled.institution_id = programmes.institution_id
            and bundled.component_code = programmes.component_code
            and bundled.academic_year >= programmes.academic_year
            -- The offering itself never proves that its components exist elsewhere.
            and bundled.source_code <> programmes.programme_code
    group by bundled.offering_id, bundled.academic_year, bundled.component_code
),

levels as (
    select distinct
        bundled.offering_id,
        bundled.academic_year,
        bundled.component_code,
        programmes.vks_level
    from bundled
    inner join programmes
        on
            bundled.institution_id = programmes.institution_id
            and bundled.component_code = programmes.component_code
            and bundled.academic_year = programmes.academic_year
            and bundled.source_code <> programmes.programme_code
    where programmes.is_degree_programme
),

level_lists as (
    select
        offering_id,
        academic_year,
        component_code,
        {{ sorted_list('vks_level') }} as vks_levels
    from levels
    group by offering_id, academic_year, component_code
),

traced as (
    select
        bundled.offering_id,
        bundled.institution_id,
        bundled.academic_year,
        bundled.component_code,
        bundled.title,
        bundled.credits_ects,
        bundled.origin_declared,
        level_lists.vks_levels,
        case
            when not bundled.has_catalogue then null
            when sightings.in_degree = 1 then 'degree'
            when sightings.in_earlier_degree = 1 then 'earlier_degree'
            when sightings.in_other_programme = 1 then 'other_programme'
            else 'none'
        end as found_in,
        case
            when sightings.called_integrative = 1 then true
            when sightings.called_not_integrative = 1 then false
        end as is_integrative
    from bundled
    left join sightings
        on
            bundled.offering_id = sightings.offering_id
            and bundled.academic_year = sightings.academic_year
            and bundled.component_code = sightings.component_code
    left join level_lists
        on
            bundled.offering_id = level_lists.offering_id
            and bundled.academic_year = level_lists.academic_year
            and bundled.component_code = level_lists.component_code
)

select * from traced
