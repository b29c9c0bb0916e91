-- One row per key of a cell that is published, recounted or both: whether the two are equal, no
-- value being equal to no value. A crossing is cut by both splits ('type:level').
with

published as (
    select
        count_key,
        measure,
        institution_id,
        concat_ws(':', split, second_split) as cut,
        lower,
        upper
    from main.counts
    where
        institution_id in ('*', 'overlap')
        or split in ('none', 'contract_type', 'working_status')
)

select
    coalesce(published.count_key, figures.count_key) as count_key,
    coalesce(published.measure, figures.measure) as measure,
    coalesce(published.institution_id, figures.institution_id) as institution_id,
    coalesce(published.cut, figures.cut) as cut,
    figures.lower as observed,
    figures.upper as observed_upper,
    published.count_key is not null
    and figures.count_key is not null
    and published.lower is not distinct from figures.lower
    and published.upper is not distinct from figures.upper as agrees,
    '('
    || coalesce(cast(published.lower as varchar), '-')
    || '..'
    || coalesce(cast(published.upper as varchar), '-')
    || ' → '
    || coalesce(cast(figures.lower as varchar), '-')
    || '..'
    || coalesce(cast(figures.upper as varchar), '-')
    || ')' as change
from published
full join recount.figures as figures using (count_key)
