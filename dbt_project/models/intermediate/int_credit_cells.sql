-- One row per definition, period, institution, split and values: the ECTS of counted lines (measure
-- credits_taken). The upper bound is unknown where a line that may count states no ECTS.
{%- set splits = enrolment_splits() + ['working_status', 'working_status_source'] %}
{%- set crossings = enrolment_crossings() + [('institution_kind', 'working_status')] %}

with

countable as (
    select * from {{ ref('int_enrolments_countable') }}
    where purpose = 'regular'
),

wide as (
    select
        rule_set_version,
        'credits_taken' as measure,
        period,
        coalesce(institution_id, '*') as institution_id,
        {{ cut_columns(splits, crossings) }},
    {%- for definition in definitions() %}
    coalesce(sum(case when v_{{ definition }} = 2 then credits_ects end), 0)
        as lower_{{ definition }},
    case
        when coalesce(sum(case when v_{{ definition }} >= 1 then lines_without_credits end), 0) = 0
            then coalesce(sum(case when v_{{ definition }} >= 1 then credits_ects end), 0)
    end as upper_{{ definition }}{{ ',' if not loop.last }}
    {%- endfor %}
    from countable
    group by {{ cut_sets(splits, crossings) }}
),

by_definition as (
    {{ cells_by_definition('wide') }}
)

select * from by_definition
