{#- The layer is the schema: staging, intermediate, rules, and main for what is published. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
