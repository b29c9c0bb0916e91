{#-
The cells of one measure: units are first brought to one row each per cell with their best verdict
under every definition, then counted or summed. `value` says how: `count` units, `sum` the largest
weight of each unit, `count_weightless` units without any weight. Result, one row per rule set,
definition, period, institution (or '*'), split and values: lower, upper.
-#}
{% macro cells(rows, measure, unit, flemish_unit, value, splits, crossings, flemish_lower_condition='true') %}
{%- set cuts = [(none, none)] -%}
{%- for split in splits %}{% do cuts.append((split, none)) %}{% endfor -%}
{%- for crossing in crossings %}{% do cuts.append(crossing) %}{% endfor -%}
{%- for scope in ['institution', 'flanders'] %}
{%- for split, second_split in cuts %}
    {%- if not (scope == 'institution' and 'institution_kind' in (split, second_split)) %}
    {% if not (scope == 'institution' and loop.first) %}union all{% endif %}
    select
        rule_set_version,
        '{{ measure }}' as measure,
        period,
        institution_id,
        '{{ split or 'none' }}' as split,
        split_value,
        {{ "'" ~ second_split ~ "'" if second_split else 'cast(null as varchar)' }} as second_split,
        second_split_value,
        {%- for definition in definitions() %}
        {%- set counted_in = 'v_' ~ definition ~ ' = 2' ~ (' and counts_in_lower' if scope == 'flanders' else '') %}
        {%- set counted_maybe = 'v_' ~ definition ~ ' >= 1' %}
        {%- if value == 'count' %}
        count(case when {{ counted_in }} then 1 end) as lower_{{ definition }},
        count(case when {{ counted_maybe }} then 1 end) as upper_{{ definition }}
        {%- elif value == 'sum' %}
        coalesce(sum(case when {{ counted_in }} then weight end), 0) as lower_{{ definition }},
        coalesce(sum(case when {{ counted_maybe }} then weight end), 0) as upper_{{ definition }}
        {%- else %}
        count(case when {{ counted_in }} and weight is null then 1 end) as lower_{{ definition }},
        count(case when {{ counted_maybe }} and weight is null then 1 end) as upper_{{ definition }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            rule_set_version,
            period,
            {{ 'institution_id' if scope == 'institution' else "'*'" }} as institution_id,
            {{ 'coalesce(cast(' ~ split ~ " as varchar), 'unknown')" if split else "'all'" }} as split_value,
            {{ 'coalesce(cast(' ~ second_split ~ " as varchar), 'unknown')" if second_split else 'cast(null as varchar)' }} as second_split_value,
            {{ unit if scope == 'institution' else flemish_unit }} as unit_id,
            {%- for definition in definitions() %}
            max(v_{{ definition }}) as v_{{ definition }},
            {%- endfor %}
            max(weight) as weight,
            max(case when {{ flemish_lower_condition }} then 1 else 0 end) = 1 as counts_in_lower
        from {{ rows }}
        group by 1, 2, 3, 4, 5, 6
    ) as units
    group by rule_set_version, period, institution_id, split_value, second_split_value
    {%- endif %}
{%- endfor %}
{%- endfor %}
{% endmacro %}

{#- Wide cells (a column pair per definition) as one row per definition. -#}
{% macro cells_by_definition(wide, defined_for=none) %}
{%- for definition in (defined_for or definitions()) %}
    {% if not loop.first %}union all{% endif %}
    select
        rule_set_version, measure, '{{ definition }}' as definition, period, institution_id,
        split, split_value, second_split, second_split_value,
        cast(lower_{{ definition }} as decimal(18, 2)) as lower,
        cast(upper_{{ definition }} as decimal(18, 2)) as upper
    from {{ wide }}
{%- endfor %}
{% endmacro %}

{#- The split purpose of one measure, in the shape of the macro cells. -#}
{% macro purpose_cells(rows, measure, unit, flemish_unit) %}
{%- for scope in ['institution', 'flanders'] %}
    {% if not loop.first %}union all{% endif %}
    select
        rule_set_version,
        '{{ measure }}' as measure,
        period,
        institution_id,
        'purpose' as split,
        purpose as split_value,
        cast(null as varchar) as second_split,
        cast(null as varchar) as second_split_value,
        {%- for definition in definitions() %}
        count(case when v_{{ definition }} = 2 then 1 end) as lower_{{ definition }},
        count(case when v_{{ definition }} >= 1 then 1 end) as upper_{{ definition }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            rule_set_version,
            period,
            {{ 'institution_id' if scope == 'institution' else "'*'" }} as institution_id,
            purpose,
            {{ unit if scope == 'institution' else flemish_unit }} as unit_id,
            {%- for definition in definitions() %}
            max(v_{{ definition }}) as v_{{ definition }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ rows }}
        group by 1, 2, 3, 4, 5
    ) as units
    group by rule_set_version, period, institution_id, purpose
{%- endfor %}
{% endmacro %}
