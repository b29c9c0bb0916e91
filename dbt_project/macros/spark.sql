{#- What dbt's own adapter for Spark does otherwise than this project needs; nothing of it runs on DuckDB. -#}

{#- Seeds: an empty cell is null, and a backslash in a pattern stays a backslash. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set overridden = model['config'].get('column_types', {}) -%}
    {%- set types = [] -%}
    {%- for column in agate_table.column_names -%}
        {%- do types.append(overridden.get(column, adapter.convert_type(agate_table, loop.index0))) -%}
    {%- endfor -%}
    {%- set statement -%}
    insert into {{ this.render() }} values
    {%- for row in agate_table.rows %}
        ({% for value in row %}cast({{ spark_literal(value) }} as {{ types[loop.index0] }}){{ ', ' if not loop.last }}{% endfor %}){{ ',' if not loop.last }}
    {%- endfor %}
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
    {{ return(statement) }}
{% endmacro %}

{% macro spark_literal(value) -%}
    {%- if value is none -%}null
    {%- else -%}'{{ value | string | replace('\\', '\\\\') | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}
