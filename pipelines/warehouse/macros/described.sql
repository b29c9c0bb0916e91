with

asked as (
    select cast(table_name as varchar) as table_name
),

known as (
    select
        case
            when
                exists (
                    select 1 from duckdb_columns() as c
                    where c.table_name = asked.table_name
                )
                then asked.table_name
            else error('Onbekende tabel | Unknown table; zie | see: show tables')
        end as table_name
    from asked
)

select
    shown.column_name,
    lower(shown.data_type) as data_type,
    trim(split_part(shown.comment, 'EN:', 1), ' |') as text_nl,
    trim(split_part(shown.comment, 'EN:', 2)) as text_en
from duckdb_columns() as shown
inner join known on shown.table_name = known.table_name
where
    shown.database_name = current_database()
    and shown.schema_name = 'main'
order by shown.column_index
