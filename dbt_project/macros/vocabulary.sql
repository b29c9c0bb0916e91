{#- The fixed words of the cube; their names for readers stand in the seeds definitions, measures, splits. -#}

{% macro definitions() %}{{ return(['strict_eu', 'minister', 'scope_note', 'vlor', 'framework', 'label']) }}{% endmacro %}

{#- Splits that a measure of offerings can be cut by; crossings stand in the seed of that name. -#}
{% macro offering_splits() %}{{ return([
    'offering_kind', 'type', 'level', 'mode', 'ects_band', 'workload_unit', 'institution_kind', 'lifecycle',
]) }}{% endmacro %}

{% macro enrolment_splits() %}{{ return([
    'offering_kind', 'type', 'level', 'mode', 'ects_band', 'workload_unit', 'institution_kind', 'lifecycle',
    'contract_type',
]) }}{% endmacro %}

{% macro offering_crossings() %}{{ return([('type', 'level'), ('level', 'mode')]) }}{% endmacro %}

{% macro enrolment_crossings() %}{{ return([('institution_kind', 'contract_type')]) }}{% endmacro %}

{#- A verdict as a number, so that the best verdict of a unit is a maximum: 2 in, 1 undetermined, 0 out. -#}
{% macro verdict_rank(verdict) %}case {{ verdict }} when 'in' then 2 when 'undetermined' then 1 else 0 end{% endmacro %}

{#- Size in ECTS as a band; 20 belongs to 3-20, 60 to 60+ (classification.md, Size). -#}
{% macro ects_band(value, unit) %}case
            when {{ unit }} is null then 'unknown'
            when {{ unit }} <> 'ects' then 'hours'
            when {{ value }} < 3 then '<3'
            when {{ value }} <= 20 then '3-20'
            when {{ value }} < 60 then '20-60'
            else '60+'
        end{% endmacro %}
