-- One row per measure of offerings, rule set, period, institution or '*', cut and combination of
-- verdicts: how many units there are and what they weigh.
{%- set run = "offering_id || ' ' || academic_year" %}
{%- set flemish_run = "flemish_unit_id || ' ' || academic_year" %}

with

-- For Flanders a joint offering has the largest size that one of its institutions states in the
-- year, in every cell that it stands in (counting.md, Measures).
countable as (
    select
        *,
        max(weight) over (
            partition by rule_set_version, period, academic_year, flemish_unit_id
        ) as flemish_weight
    from {{ ref('int_offerings_countable') }}
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
    {{ offering_units('countable', run, flemish_run, 'weight', 'flemish_weight') }}
),

marked_runs as (
    {{ with_repetition_marked('run_units') }}
),

-- An offering that states no credits in one of the years of a window is one without credits.
unsized_runs as (
    select
        rule_set_version,
        period,
        coalesce(institution_id, '*') as institution_id,
        {{ cut_columns(offering_splits(), offering_crossings()) }},
        coalesce(offering_id, flemish_unit_id) as unit_id,
        academic_year,
        bit_or(verdict_bits) as verdict_bits
    from countable
    group by {{ cut_sets(
        offering_splits(),
        offering_crossings(),
        ['offering_id', 'academic_year'],
        ['flemish_unit_id', 'academic_year'],
    ) }}
    having case when institution_id is null then max(flemish_weight) else max(weight) end is null
),

unsized_offerings as (
    select
        rule_set_version,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        unit_id,
        bit_or(verdict_bits) as verdict_bits
    from unsized_runs
    group by
        rule_set_version,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        unit_id
),

unsized as (
    select
        rule_set_version,
        'offerings_without_credits' as measure,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        verdict_bits,
        true as counts_in_lower,
        count(*) as units_count,
        cast(null as decimal(10, 2)) as weight,
        count(*) as weightless_count
    from unsized_offerings
    group by
        rule_set_version,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        verdict_bits
),

tallied as (
    {{ tallies('marked_offerings', 'offerings', offering_splits(), offering_crossings()) }}
    union all
    {{ tallies('marked_titles', 'titles', offering_splits(), offering_crossings()) }}
    union all
    {{ tallies(
        'marked_runs', 'credits_offered', offering_splits(), offering_crossings(), 'flemish_weight'
    ) }}
    union all
    select * from unsized
)

select * from tallied
