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

{#- Parquet tables of Spark take no constraints, so what a contract calls not null is looked for in the table. -#}
{% macro spark__persist_constraints(relation, model) %}
    {%- set tests = [] -%}
    {%- for column in model.columns.values() -%}
        {%- for constraint in column.constraints or [] if constraint.type == 'not_null' -%}
            {%- do tests.append(column.name ~ ' is null') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if execute and tests -%}
        {%- set found = run_query('select count(*) from ' ~ relation ~ ' where ' ~ tests | join(' or ')) -%}
        {%- if found.rows[0][0] > 0 -%}
            {%- do exceptions.raise_compiler_error(found.rows[0][0] ~ ' rows with null where the contract forbids it') -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
