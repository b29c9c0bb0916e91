-- One row per distinct title: how the measure titles compares it, without the campus in brackets at
-- the end. Only a place of the seed campus_places is a campus: a label, a track or a language that
-- stands there makes another title.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

places as (
    select * from {{ ref('campus_places') }}
),

titles as (
    select distinct title
    from offerings
    where title is not null
),

compared as (
    select
        titles.title,
        case
            when places.place is not null
                then {{ normalised_text(without_closing_bracket('titles.title')) }}
            else {{ normalised_text('titles.title') }}
        end as compared_title
    from titles
    left join places
        on {{ normalised_text(closing_bracket('titles.title')) }} = places.place
)

select * from compared
