-- One row per institution, source code and academic year whose code stood for another offering in
-- the latest earlier year: the contract says so, or both runs have components, share none, and the
-- title differs too. A title alone proves nothing: institutions rename (classification.md).
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
    where kind_group <> 'full_qualification'
),

components as (
    select * from {{ ref('int_components_traced') }}
),

titles as (
    select * from {{ ref('int_titles_compared') }}
),

contracts as (
    select * from {{ source('delivered', 'contracts') }}
),

runs as (
    select
        offerings.offering_id,
        offerings.institution_id,
        offerings.academic_year,
        offerings.source_code,
        offerings.title,
        titles.compared_title,
        lag(offerings.offering_id) over same_code as earlier_id,
        lag(offerings.academic_year) over same_code as earlier_year,
        lag(offerings.title) over same_code as earlier_title,
        lag(titles.compared_title) over same_code as earlier_compared_title
    from offerings
    left join titles on offerings.title = titles.title
    window
        same_code as (
            partition by offerings.institution_id, offerings.source_code
            order by offerings.academic_year
        )
),

repeated as (
    select * from runs
    where earlier_id is not null
),

sizes as (
    select
        offering_id,
        academic_year,
        count(*) as component_count
    from components
    group by offering_id, academic_year
),

shared as (
    select
        repeated.offering_id,
        repeated.academic_year,
        count(*) as components_shared
    from repeated
    inner join components as here
        on
            repeated.offering_id = here.offering_id
            and repeated.academic_year = here.academic_year
    inner join components as there
        on
            repeated.earlier_id = there.offering_id
            and repeated.earlier_year = there.academic_year
            and here.component_code = there.component_code
    group by repeated.offering_id, repeated.academic_year
),

compared as (
    select
        repeated.offering_id,
        repeated.institution_id,
        repeated.academic_year,
        repeated.source_code,
        repeated.title,
        repeated.earlier_year,
        repeated.earlier_title,
        cast(coalesce(here.component_count, 0) as bigint) as components_total,
        cast(coalesce(shared.components_shared, 0) as bigint) as components_shared,
        case
            when contracts.codes_are_reused then 'contract'
            when
                here.component_count > 0
                and there.component_count > 0
                and shared.components_shared is null
                and repeated.compared_title <> repeated.earlier_compared_title
                then 'nothing_in_common'
        end as reason
    from repeated
    left join contracts on repeated.institution_id = contracts.institution_id
    left join sizes as here
        on
            repeated.offering_id = here.offering_id
            and repeated.academic_year = here.academic_year
    left join sizes as there
        on
            repeated.earlier_id = there.offering_id
            and repeated.earlier_year = there.academic_year
    left join shared
        on
            repeated.offering_id = shared.offering_id
            and repeated.academic_year = shared.academic_year
),

reused as (
    select * from compared
    where reason is not null
)

select * from reused
