{#- The cuts of a measure: nothing, each split, each crossing of two. -#}
{% macro cuts(splits, crossings) %}
    {%- set found = [[]] -%}
    {%- for split in splits %}{% do found.append([split]) %}{% endfor -%}
    {%- for crossing in crossings %}{% do found.append(crossing | list) %}{% endfor -%}
    {{ return(found) }}
{% endmacro %}

{#-
Grouping sets for every cut, once within an institution and once for Flanders (institution_id null).
The kind of institution cuts Flanders only.
-#}
{% macro cut_sets(splits, crossings, unit=[], flemish_unit=[]) %}
    grouping sets (
    {%- for cut in cuts(splits, crossings) %}
        {%- if 'institution_kind' not in cut %}
        ({{ (['rule_set_version', 'period', 'institution_id'] + unit + cut) | join(', ') }}),
        {%- endif %}
        ({{ (['rule_set_version', 'period'] + flemish_unit + cut) | join(', ') }}){{ ',' if not loop.last }}
    {%- endfor %}
    )
{% endmacro %}

{#-
The columns split, split_value, second_split, second_split_value of a row of cut_sets. A column that is
null was not cut by: rows carry 'unknown' where a value is missing.
-#}
{% macro cut_columns(splits, crossings) %}
        case
            {%- for first, second in crossings %}
            when {{ first }} is not null and {{ second }} is not null then '{{ first }}'
            {%- endfor %}
            {%- for split in splits %}
            when {{ split }} is not null then '{{ split }}'
            {%- endfor %}
            else 'none'
        end as split,
        case
            {%- for first, second in crossings %}
            when {{ first }} is not null and {{ second }} is not null then {{ first }}
            {%- endfor %}
            {%- for split in splits %}
            when {{ split }} is not null then {{ split }}
            {%- endfor %}
            else 'all'
        end as split_value,
        {%- if crossings %}
        case
            {%- for first, second in crossings %}
            when {{ first }} is not null and {{ second }} is not null then '{{ second }}'
            {%- endfor %}
        end as second_split,
        case
            {%- for first, second in crossings %}
            when {{ first }} is not null and {{ second }} is not null then {{ second }}
            {%- endfor %}
        end as second_split_value
        {%- else %}
        cast(null as varchar) as second_split,
        cast(null as varchar) as second_split_value
        {%- endif %}
{% endmacro %}

{#-
The cells of one measure: units are first brought to one row each per cell with their best verdict
under every definition, then counted or summed. `value` says how: `count` units, `sum` the largest
weight of each unit, `count_weightless` units without any weight. Result, one row per rule set,
period, institution (or '*'), split and values, with a pair lower_, upper_ per definition.
-#}
{% macro cells(rows, measure, unit, flemish_unit, value, splits, crossings, flemish_lower='true') %}
    select
        rule_set_version,
        '{{ measure }}' as measure,
        period,
        coalesce(institution_id, '*') as institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        {%- for definition in definitions() %}
        {%- set is_in = 'v_' ~ definition ~ ' = 2 and counts_in_lower' %}
        {%- set may_be_in = 'v_' ~ definition ~ ' >= 1' %}
        {%- if value == 'sum' %}
        coalesce(sum(case when {{ is_in }} then weight end), 0) as lower_{{ definition }},
        coalesce(sum(case when {{ may_be_in }} then weight end), 0) as upper_{{ definition }}
        {%- else %}
        {%- set unless_weighted = ' and weight is null' if value == 'count_weightless' else '' %}
        count(case when {{ is_in }}{{ unless_weighted }} then 1 end) as lower_{{ definition }},
        count(case when {{ may_be_in }}{{ unless_weighted }} then 1 end) as upper_{{ definition }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            rule_set_version,
            period,
            institution_id,
            {{ cut_columns(splits, crossings) }},
            {%- for definition in definitions() %}
            max(v_{{ definition }}) as v_{{ definition }},
            {%- endfor %}
            max(weight) as weight,
            institution_id is not null or max(case when {{ flemish_lower }} then 1 else 0 end) = 1 as counts_in_lower
        from (
            select
                *,
                {{ unit }} as unit_id,
                {{ flemish_unit }} as flemish_id
            from {{ rows }}
        ) as identified_units
        group by {{ cut_sets(splits, crossings, ['unit_id'], ['flemish_id']) }}
    ) as units
    group by rule_set_version, period, institution_id, split, split_value, second_split, second_split_value
{% endmacro %}

{#- Wide cells (a column pair per definition) as one row per definition. -#}
{% macro cells_by_definition(wide, defined_for=none) %}
{%- for definition in (defined_for or definitions()) %}
    {% if not loop.first %}union all{% endif %}
    select
        rule_set_version,
        measure,
        '{{ definition }}' as definition,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        cast(lower_{{ definition }} as decimal(18, 2)) as lower,
        cast(upper_{{ definition }} as decimal(18, 2)) as upper
    from {{ wide }}
{%- endfor %}
{% endmacro %}
