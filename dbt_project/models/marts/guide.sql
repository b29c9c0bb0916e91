with

topics as (
    select * from {{ ref('guide_topics') }}
)

select
    topic,
    text_nl,
    text_en,
    example_sql
from topics
