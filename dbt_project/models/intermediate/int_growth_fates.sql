-- One row per measure, definition, bound, span, institution, '*' or 'panel' and fate: how many
-- units that institutions of the panel count in the first or the last year stayed, came or went,
-- and how many only other institutions count. Who was counted by others first and by the panel
-- last is a newcomer of the panel and one less of the others.
with

combined as (
    select * from {{ ref('int_growth_units') }}
),

bits as (
    select * from {{ ref('int_definition_bits') }}
),

bounds as (
    select
        definition,
        'lower' as bound,
        in_bit as counted_bit
    from bits
    union all
    select
        definition,
        'upper' as bound,
        may_bit as counted_bit
    from bits
),

judged as (
    select
        combined.measure,
        combined.rule_set_version,
        bounds.definition,
        bounds.bound,
        combined.period,
        combined.scope_id,
        combined.ran_first_in_panel,
        combined.ran_last_in_panel,
        combined.is_relabelled,
        combined.units_count,
        (combined.first_bits & bounds.counted_bit) <> 0 as is_counted_first,
        (combined.last_bits & bounds.counted_bit) <> 0 as is_counted_last,
        (combined.first_panel_bits & bounds.counted_bit) <> 0 as is_counted_first_in_panel,
        (combined.last_panel_bits & bounds.counted_bit) <> 0 as is_counted_last_in_panel
    from combined
    cross join bounds
    where bounds.bound = 'upper' or combined.counts_in_lower
),

fated as (
    select
        measure,
        rule_set_version,
        definition,
        bound,
        period,
        scope_id,
        units_count,
        is_counted_first_in_panel as is_first,
        is_counted_last_in_panel as is_last,
        case
            when is_counted_first_in_panel and is_counted_last_in_panel then 'stayed'
            when measure = 'learners' and is_counted_last_in_panel then 'entered'
            when measure = 'learners' then 'left'
            when is_counted_last_in_panel and ran_first_in_panel = 0 then 'new'
            when is_counted_last_in_panel and is_relabelled then 'relabelled_in'
            when is_counted_last_in_panel then 'reclassified_in'
            when ran_last_in_panel = 0 then 'discontinued'
            else 'reclassified_out'
        end as fate
    from judged
    where is_counted_first_in_panel or is_counted_last_in_panel
    union all
    select
        measure,
        rule_set_version,
        definition,
        bound,
        period,
        scope_id,
        units_count,
        is_counted_first and not is_counted_first_in_panel as is_first,
        is_counted_last and not is_counted_last_in_panel as is_last,
        'coverage' as fate
    from judged
    where
        (is_counted_first and not is_counted_first_in_panel)
        or (is_counted_last and not is_counted_last_in_panel)
)

select
    measure,
    rule_set_version,
    definition,
    bound,
    period,
    scope_id,
    fate,
    sum(units_count) as units_count,
    sum(case when is_first then units_count else 0 end) as first_count,
    sum(case when is_last then units_count else 0 end) as last_count
from fated
group by measure, rule_set_version, definition, bound, period, scope_id, fate
