-- One row per window, kind of record, scope (an institution, '*' or 'panel') and institution in it:
-- the first and the last year of the window that are not missing, and whether that institution
-- reported both. The panel has no others.
with

supplied as (
    select
        windows.window_label,
        coverage.kind,
        coverage.academic_year,
        coverage.institution_id
    from (select distinct window_label, from_year, to_year from delivered.windows) as windows
    inner join main.coverage as coverage
        on coverage.academic_year between windows.from_year and windows.to_year
    where
        coverage.status in ('delivered', 'carried_forward')
        and coverage.kind in ('offerings', 'enrolments')
),

scoped as (
    select
        *,
        unnest([institution_id, '*', 'panel']) as scope
    from supplied
),

spans as (
    select
        window_label,
        kind,
        scope,
        min(academic_year) as from_year,
        max(academic_year) as to_year
    from scoped
    group by all
    having min(academic_year) < max(academic_year)
)

select
    spans.*,
    supplied.institution_id,
    count(*) = 2 as is_steady
from spans
inner join supplied
    on
        spans.window_label = supplied.window_label
        and spans.kind = supplied.kind
        and spans.scope in (supplied.institution_id, '*', 'panel')
        and supplied.academic_year in (spans.from_year, spans.to_year)
group by all
having spans.scope <> 'panel' or count(*) = 2
