-- One row per recounted term of growth under its key: first, last and difference, and what units
-- came, went and stayed. Without a value where a bound of the first or the last year is not known.
with

bounds as (
    select
        'lower' as bound,
        2 as least
    union all
    select
        'upper' as bound,
        1 as least
),

bounded as (
    select
        units.*,
        bounds.bound,
        coalesce(units.first_certainty >= bounds.least, false) as is_first,
        coalesce(units.last_certainty >= bounds.least, false) as is_last,
        coalesce(units.first_steady >= bounds.least, false) as is_first_steady,
        coalesce(units.last_steady >= bounds.least, false) as is_last_steady
    from recount.growth_units as units
    cross join bounds
    where units.is_certain or bounds.bound = 'upper'
),

fated as (
    select
        * exclude (is_first, is_last),
        cast(is_first as integer) as in_first,
        cast(is_last as integer) as in_last,
        case
            when is_first and is_last then 'stayed'
            when is_last and not is_last_steady then 'coverage'
            when is_first and not is_first_steady then 'coverage'
            when measure = 'learners' then case when is_last then 'entered' else 'left' end
            when is_last and not ran_first then 'new'
            when is_last and is_renamed then 'relabelled_in'
            when is_last then 'reclassified_in'
            when ran_last then 'reclassified_out'
            else 'discontinued'
        end as fate
    from bounded
    where is_first or is_last
),

steps as (
    select
        measure,
        definition,
        rule_set_version,
        window_label,
        scope,
        bound,
        amount,
        unnest(['first', 'last', 'difference', fate]) as term,
        unnest([
            in_first,
            in_last,
            in_last - in_first,
            case fate when 'stayed' then 1 else in_last - in_first end
        ]) as step
    from fated
),

sums as (
    select
        * exclude (step, amount),
        sum(step * amount) as value
    from steps
    group by all
),

-- The panel is as complete as its institutions.
asked as (
    select
        measures.measure,
        reporting.definition,
        reporting.rule_set_version,
        spans.window_label,
        spans.scope,
        bounds.bound,
        bool_and(bounds.bound = 'lower' or ends.upper is not null) as is_known
    from main.measures as measures
    inner join recount.growth_spans as spans on measures.kind = spans.kind
    inner join recount.reporting as reporting
        on
            measures.measure = reporting.measure
            and reporting.period in (spans.from_year, spans.to_year)
            and reporting.scope
            = case spans.scope when 'panel' then spans.institution_id else spans.scope end
    inner join recount.figures as ends
        on
            ends.count_key = concat_ws(
                ':',
                measures.measure,
                reporting.definition,
                reporting.period,
                reporting.scope,
                'none',
                reporting.rule_set_version
            )
    cross join bounds
    where measures.measure in ('offerings', 'learners')
    group by all
),

asked_terms as (
    select
        *,
        unnest(
            case measure
                when 'learners'
                    then ['first', 'last', 'difference', 'stayed', 'entered', 'left', 'coverage']
                else [
                    'first',
                    'last',
                    'difference',
                    'new',
                    'relabelled_in',
                    'reclassified_in',
                    'discontinued',
                    'reclassified_out',
                    'coverage'
                ]
            end
        ) as term
    from asked
)

select
    asked_terms.measure,
    asked_terms.scope as institution_id,
    concat_ws(
        ':',
        'growth',
        asked_terms.measure,
        asked_terms.definition,
        asked_terms.window_label,
        asked_terms.scope,
        asked_terms.bound,
        asked_terms.term,
        asked_terms.rule_set_version
    ) as count_key,
    case when asked_terms.is_known then coalesce(sums.value, 0) end as value
from asked_terms
left join sums
    on
        asked_terms.measure = sums.measure
        and asked_terms.definition = sums.definition
        and asked_terms.rule_set_version = sums.rule_set_version
        and asked_terms.window_label = sums.window_label
        and asked_terms.scope = sums.scope
        and asked_terms.bound = sums.bound
        and asked_terms.term = sums.term
