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
        cast(null as string) as second_split,
        cast(null as string) as second_split_value
        {%- endif %}
{% endmacro %}

{#-
Tallies of one measure: per rule set, period, institution (or '*'), cut and combination of verdicts, how
many units there are and what they weigh. `units` has one row per period, institution, unit and values of
the splits, and stands for `unit_count` units that are alike; most units have one row and are tallied as
they stand, the repeated ones are first brought to one row per cell with their best verdict and their
weight, which Flanders may know better.
-#}
{% macro tallies(units, measure, splits, crossings, flemish_weight='weight') %}
    select
        rule_set_version,
        '{{ measure }}' as measure,
        period,
        coalesce(institution_id, '*') as institution_id,
        {{ cut_columns(splits, crossings) }},
        verdict_bits,
        institution_id is not null or is_person_known as counts_in_lower,
        cast(sum(unit_count) as bigint) as units_count,
        sum(weight * unit_count) as weight,
        cast(sum(case when weight is null then unit_count else 0 end) as bigint) as weightless_count
    from {{ units }}
    where not is_repeated
    group by {{ cut_sets(splits, crossings, ['verdict_bits', 'is_person_known'], ['verdict_bits', 'is_person_known']) }}
    union all
    select
        rule_set_version,
        '{{ measure }}' as measure,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        verdict_bits,
        counts_in_lower,
        cast(sum(unit_count) as bigint) as units_count,
        sum(weight * unit_count) as weight,
        cast(sum(case when weight is null then unit_count else 0 end) as bigint) as weightless_count
    from (
        select
            rule_set_version,
            period,
            coalesce(institution_id, '*') as institution_id,
            {{ cut_columns(splits, crossings) }},
            bit_or(verdict_bits) as verdict_bits,
            institution_id is not null or max(cast(is_person_known as integer)) = 1 as counts_in_lower,
            max(unit_count) as unit_count,
            {% if flemish_weight == 'weight' -%}
            max(weight) as weight
            {%- else -%}
            case when institution_id is null then max({{ flemish_weight }}) else max(weight) end as weight
            {%- endif %}
        from {{ units }}
        where is_repeated
        group by {{ cut_sets(splits, crossings, ['unit_id'], ['flemish_unit_id']) }}
    ) as repeated_units
    group by
        rule_set_version, period, institution_id, split, split_value, second_split, second_split_value,
        verdict_bits, counts_in_lower
{% endmacro %}

{#- Marks the units that have more than one row in a period, for the macro tallies. -#}
{% macro with_repetition_marked(units) %}
    select
        {{ units }}.*,
        repeated.flemish_unit_id is not null as is_repeated
    from {{ units }}
    left join (
        select rule_set_version, period, flemish_unit_id
        from {{ units }}
        group by rule_set_version, period, flemish_unit_id
        having count(*) > 1
    ) as repeated
        on
            {{ units }}.rule_set_version = repeated.rule_set_version
            and {{ units }}.period = repeated.period
            and {{ units }}.flemish_unit_id = repeated.flemish_unit_id
{% endmacro %}
