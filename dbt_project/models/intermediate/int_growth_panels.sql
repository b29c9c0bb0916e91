-- One row per span of growth and institution in its panel: the institutions of the scope with
-- accepted data in both years (counting.md, Growth). The panel of 'panel' is that of '*'.
with

spans as (
    select * from {{ ref('int_growth_spans') }}
),

coverage as (
    select * from {{ ref('int_coverage_completed') }}
    where is_delivered
),

panels as (
    select
        spans.kind,
        spans.period,
        spans.institution_id as scope_id,
        first_year.institution_id
    from spans
    inner join coverage as first_year
        on
            spans.kind = first_year.kind
            and spans.from_year = first_year.academic_year
            and spans.institution_id in ('*', 'panel', first_year.institution_id)
    inner join coverage as last_year
        on
            spans.kind = last_year.kind
            and spans.to_year = last_year.academic_year
            and first_year.institution_id = last_year.institution_id
)

select * from panels
