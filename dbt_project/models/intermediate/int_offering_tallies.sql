-- One row per measure of offerings, rule set, period, institution or '*', cut and combination of
-- verdicts: how many units there are, what they weigh, how many have no weight.
{%- set run = "offering_id || ' ' || academic_year" %}
{%- set flemish_run = "flemish_unit_id || ' ' || academic_year" %}

with

countable as (
    select * from {{ ref('int_offerings_countable') }}
),

offering_units as (
    {{ offering_units('countable', 'offering_id', 'flemish_unit_id') }}
),

marked_offerings as (
    {{ with_repetition_marked('offering_units') }}
),

title_units as (
    {{ offering_units('countable', 'title_id', 'title_id') }}
),

marked_titles as (
    {{ with_repetition_marked('title_units') }}
),

-- Credits are summed over the years of a window, so there the unit keeps its year.
run_units as (
    {{ offering_units('countable', run, flemish_run, 'weight') }}
),

marked_runs as (
    {{ with_repetition_marked('run_units') }}
),

tallied as (
    {{ tallies('marked_offerings', 'offerings', offering_splits(), offering_crossings()) }}
    union all
    {{ tallies('marked_titles', 'titles', offering_splits(), offering_crossings()) }}
    union all
    {{ tallies('marked_runs', 'credits_offered', offering_splits(), offering_crossings()) }}
)

select * from tallied
