with

spans as (
    select * from {{ ref('int_growth_spans') }}
),

tallied as (
    select * from {{ ref('int_growth_fates') }}
),

counts as (
    select * from {{ ref('counts') }}
    where measure in ('offerings', 'learners') and split = 'none'
),

panels as (
    select * from {{ ref('int_growth_panels') }}
    where scope_id = 'panel'
),

measures as (
    select
        measure,
        kind
    from {{ ref('measures') }}
    where measure in ('offerings', 'learners')
),

terms as (
    {%- for measure, term, sign in [
        ('offerings', 'new', 1), ('offerings', 'relabelled_in', 1), ('offerings', 'reclassified_in', 1),
        ('offerings', 'discontinued', -1), ('offerings', 'reclassified_out', -1),
        ('learners', 'stayed', 1), ('learners', 'entered', 1), ('learners', 'left', -1),
    ] %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ measure }}' as measure,
        '{{ term }}' as term,
        '{{ term }}' as fate,
        {{ sign }} as sign_of_term
    {%- endfor %}
    union all
    select
        measure,
        'coverage' as term,
        'coverage' as fate,
        0 as sign_of_term
    from measures
    union all
    select
        measure,
        'first' as term,
        'first' as fate,
        0 as sign_of_term
    from measures
    union all
    select
        measure,
        'last' as term,
        'last' as fate,
        0 as sign_of_term
    from measures
    union all
    select
        measure,
        'difference' as term,
        'difference' as fate,
        0 as sign_of_term
    from measures
),

totals as (
    select
        measure,
        rule_set_version,
        definition,
        bound,
        period,
        scope_id,
        sum(first_count) as first_count,
        sum(last_count) as last_count
    from tallied
    group by measure, rule_set_version, definition, bound, period, scope_id
),

-- The cells a span rests on: its own in both years, and for the panel those of its institutions.
resting_on as (
    select
        spans.*,
        coalesce(panels.institution_id, spans.institution_id) as counted_institution_id
    from spans
    left join panels
        on
            spans.institution_id = panels.scope_id
            and spans.kind = panels.kind
            and spans.period = panels.period
),

cells as (
    select
        counts.measure,
        counts.definition,
        counts.rule_set_version,
        resting_on.period,
        resting_on.institution_id,
        resting_on.from_year,
        resting_on.to_year,
        min(case when counts.status = 'final' then 1 else 0 end) as is_final,
        count(*) - count(counts.upper) as uppers_unknown
    from resting_on
    inner join measures on resting_on.kind = measures.kind
    inner join counts
        on
            measures.measure = counts.measure
            and resting_on.counted_institution_id = counts.institution_id
            and counts.academic_year in (resting_on.from_year, resting_on.to_year)
    group by
        counts.measure,
        counts.definition,
        counts.rule_set_version,
        resting_on.period,
        resting_on.institution_id,
        resting_on.from_year,
        resting_on.to_year
),

bounds as (
    select 'lower' as bound
    union all
    select 'upper' as bound
),

valued as (
    select
        cells.*,
        bounds.bound,
        terms.term,
        case terms.term
            when 'first' then coalesce(totals.first_count, 0)
            when 'last' then coalesce(totals.last_count, 0)
            when 'difference' then coalesce(totals.last_count, 0) - coalesce(totals.first_count, 0)
            when 'coverage' then coalesce(tallied.last_count - tallied.first_count, 0)
            else coalesce(tallied.units_count, 0) * terms.sign_of_term
        end as value
    from cells
    cross join bounds
    inner join terms on cells.measure = terms.measure
    left join totals
        on
            cells.measure = totals.measure
            and cells.rule_set_version = totals.rule_set_version
            and cells.definition = totals.definition
            and bounds.bound = totals.bound
            and cells.period = totals.period
            and cells.institution_id = totals.scope_id
    left join tallied
        on
            cells.measure = tallied.measure
            and cells.rule_set_version = tallied.rule_set_version
            and cells.definition = tallied.definition
            and bounds.bound = tallied.bound
            and cells.period = tallied.period
            and cells.institution_id = tallied.scope_id
            and terms.fate = tallied.fate
)

select
    measure,
    definition,
    institution_id,
    period as window_label,
    from_year,
    to_year,
    bound,
    term,
    cast(
        case when bound = 'upper' and uppers_unknown > 0 then null else value end as decimal(18, 2)
    ) as value,
    rule_set_version,
    concat_ws(
        ':',
        'growth',
        measure,
        definition,
        period,
        institution_id,
        bound,
        term,
        rule_set_version
    ) as count_key,
    case when is_final = 1 then 'final' else 'partial' end as status
from valued
order by count_key
