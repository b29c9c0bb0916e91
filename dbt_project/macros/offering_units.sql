{#-
The rows of int_offerings_countable as units of one measure, in the shape that the macro tallies reads.
-#}
{% macro offering_units(countable, unit, flemish_unit, weight='null', flemish_weight='null') %}
    select
        rule_set_version,
        period,
        institution_id,
        {{ offering_splits() | join(',\n        ') }},
        {{ unit }} as unit_id,
        {{ flemish_unit }} as flemish_unit_id,
        true as is_person_known,
        1 as unit_count,
        bit_or(verdict_bits) as verdict_bits,
        cast(max({{ weight }}) as decimal(10, 2)) as weight,
        cast(max({{ flemish_weight }}) as decimal(10, 2)) as flemish_weight
    from {{ countable }}
    group by
        rule_set_version,
        period,
        institution_id,
        {{ offering_splits() | join(',\n        ') }},
        {{ unit }},
        {{ flemish_unit }}
{% endmacro %}
