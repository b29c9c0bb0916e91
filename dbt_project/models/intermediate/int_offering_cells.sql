-- One row per measure of offerings, definition, period, institution, split and values: its bounds.
{%- set run = "offering_id || ' ' || academic_year" %}
{%- set flemish_run = "flemish_unit_id || ' ' || academic_year" %}

with

countable as (
    select * from {{ ref('int_offerings_countable') }}
),

wide as (
    {{ cells('countable', 'offerings', 'offering_id', 'flemish_unit_id', 'count',
        offering_splits(), offering_crossings()) }}
    union all
    {{ cells('countable', 'titles', 'title_id', 'title_id', 'count',
        offering_splits(), offering_crossings()) }}
    union all
    {{ cells('countable', 'credits_offered', run, flemish_run, 'sum',
        offering_splits(), offering_crossings()) }}
    union all
    {{ cells('countable', 'offerings_without_credits', run, flemish_run, 'count_weightless',
        offering_splits(), offering_crossings()) }}
),

by_definition as (
    {{ cells_by_definition('wide') }}
)

select * from by_definition
