{#- Splits that a measure can be cut by; their names for readers stand in the seed splits. -#}

{% macro offering_splits() %}{{ return([
    'offering_kind', 'type', 'level', 'mode', 'ects_band', 'workload_unit', 'institution_kind', 'lifecycle',
]) }}{% endmacro %}

{% macro enrolment_splits() %}{{ return(offering_splits() + ['contract_type']) }}{% endmacro %}

{% macro working_status_splits() %}{{ return(['working_status', 'working_status_source']) }}{% endmacro %}

{#- What the cube can ask of an enrolment, and of a contract. -#}
{% macro enrolment_profile() %}{{ return(
    ['rule_set_version', 'academic_year', 'institution_id', 'purpose', 'verdict_bits']
    + enrolment_splits() + working_status_splits()
) }}{% endmacro %}

{% macro contract_profile() %}{{ return(
    ['rule_set_version', 'academic_year', 'institution_id', 'institution_kind', 'contract_type', 'purpose']
    + working_status_splits()
) }}{% endmacro %}

{#- Crossings of two splits that the cube holds are rows of the seed crossings; these are their columns. -#}
{% macro offering_crossings() %}{{ return([('type', 'level'), ('level', 'mode')]) }}{% endmacro %}

{% macro enrolment_crossings() %}{{ return([('institution_kind', 'contract_type')]) }}{% endmacro %}

{% macro working_status_crossings() %}{{ return([('institution_kind', 'working_status')]) }}{% endmacro %}

{#-
The verdicts of one thing under all definitions as one integer: two bits per definition, one for "may be
in" (in or undetermined) and one for "in". The best verdict of several things is then a bitwise or.
-#}
{% macro verdict_bits(verdict, may_bit, in_bit) -%}
    sum(case {{ verdict }} when 'in' then {{ in_bit }} + {{ may_bit }} when 'undetermined' then {{ may_bit }} else 0 end)
{%- endmacro %}

{#- Size in ECTS as a band; 20 belongs to 3-20, 60 to 60+ (classification.md, Size). -#}
{% macro ects_band(value, unit) %}case
            when {{ unit }} is null then 'unknown'
            when {{ unit }} <> 'ects' then 'hours'
            when {{ value }} < 3 then '<3'
            when {{ value }} <= 20 then '3-20'
            when {{ value }} < 60 then '20-60'
            else '60+'
        end{% endmacro %}

{#-
The identity of an offering: institution and source code, and the year where the institution's contract
says that it gives codes to other offerings in later years (classification.md, Identity).
-#}
{% macro offering_id() %}institution_id || ':' || source_code
        || case
            when institution_id in (
                select contracts.institution_id from {{ source('delivered', 'contracts') }} as contracts
                where contracts.codes_are_reused
            ) then ':' || academic_year
            else ''
        end{% endmacro %}
