-- One row per key of a term of growth that is published, recounted or both: whether they are equal.
select
    coalesce(growth.count_key, figures.count_key) as count_key,
    coalesce(growth.measure, figures.measure) as measure,
    coalesce(growth.institution_id, figures.institution_id) as institution_id,
    figures.value as observed,
    cast(null as decimal(18, 2)) as observed_upper,
    growth.count_key is not null
    and figures.count_key is not null
    and growth.value is not distinct from figures.value as agrees,
    '('
    || coalesce(cast(growth.value as varchar), '-')
    || ' → '
    || coalesce(cast(figures.value as varchar), '-')
    || ')' as change
from main.growth as growth
full join recount.growth_figures as figures using (count_key)
