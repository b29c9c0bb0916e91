with

asked as (
    select cast(table_name as varchar) as table_name
)

select
    shown.column_name,
    lower(shown.data_type) as data_type,
    trim(split_part(shown.comment, 'EN:', 1), ' |') as text_nl,
    trim(split_part(shown.comment, 'EN:', 2)) as text_en
from duckdb_columns() as shown
inner join asked on shown.table_name = asked.table_name
where
    shown.database_name = current_database()
    and shown.schema_name = 'main'
order by shown.column_index
