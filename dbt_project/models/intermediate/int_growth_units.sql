-- One row per unit (Flemish offering, learner), measure, definition, bound, span and institution
-- or '*' that is counted in the first or the last year of the span, with what became of it.
with

spans as (
    select * from {{ ref('int_growth_spans') }}
),

coverage as (
    select * from {{ ref('int_coverage_completed') }}
),

offerings as (
    select distinct
        {%- for definition in definitions() %}
        v_{{ definition }},
        {%- endfor %}
        rule_set_version,
        academic_year,
        institution_id,
        offering_id,
        flemish_unit_id
    from {{ ref('int_offerings_countable') }}
),

labels as (
    select
        offering_id,
        academic_year,
        coalesce(offering_kind, '') || ' ' || cast(is_labelled as varchar) as label_and_kind
    from {{ ref('int_offerings_identified') }}
),

learners as (
    select
        rule_set_version,
        academic_year,
        institution_id,
        learner_key,
        {%- for definition in definitions() %}
        max(v_{{ definition }}) as v_{{ definition }},
        {%- endfor %}
        learner_key_basis
    from {{ ref('int_enrolments_countable') }}
    where purpose = 'regular'
    group by rule_set_version, academic_year, institution_id, learner_key, learner_key_basis
),

runs as (
    {%- for definition in definitions() %}
    {% if not loop.first %}union all{% endif %}
    select
        'offerings' as measure,
        'offerings' as kind,
        offerings.rule_set_version,
        '{{ definition }}' as definition,
        offerings.academic_year,
        offerings.institution_id,
        offerings.offering_id,
        offerings.flemish_unit_id,
        labels.label_and_kind,
        true as counts_in_flemish_lower,
        offerings.v_{{ definition }} as verdict_rank
    from offerings
    inner join labels
        on
            offerings.offering_id = labels.offering_id
            and offerings.academic_year = labels.academic_year
    {%- endfor %}
    {%- for definition in definitions() %}
    union all
    select
        'learners' as measure,
        'enrolments' as kind,
        rule_set_version,
        '{{ definition }}' as definition,
        academic_year,
        institution_id,
        learner_key as offering_id,
        learner_key as flemish_unit_id,
        '' as label_and_kind,
        learner_key_basis = 'national' as counts_in_flemish_lower,
        v_{{ definition }} as verdict_rank
    from learners
    where v_{{ definition }} >= 1
    {%- endfor %}
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
            and first_year.is_delivered
    inner join coverage as last_year
        on
            spans.kind = last_year.kind
            and spans.to_year = last_year.academic_year
            and last_year.is_delivered
            and first_year.institution_id = last_year.institution_id
    where spans.institution_id in ('*', first_year.institution_id)
),

scoped as (
    select
        runs.measure,
        runs.rule_set_version,
        runs.definition,
        spans.period,
        spans.institution_id as scope_id,
        spans.from_year,
        spans.to_year,
        runs.label_and_kind,
        runs.verdict_rank,
        case when spans.institution_id = '*' then runs.flemish_unit_id else runs.offering_id end
            as unit_id,
        runs.academic_year = spans.from_year as is_first_year,
        panels.institution_id is not null as is_in_panel,
        runs.counts_in_flemish_lower or spans.institution_id <> '*' as counts_in_lower
    from runs
    inner join spans
        on
            runs.kind = spans.kind
            and runs.academic_year in (spans.from_year, spans.to_year)
            and spans.institution_id in ('*', runs.institution_id)
    left join panels
        on
            spans.kind = panels.kind
            and spans.period = panels.period
            and spans.institution_id = panels.scope_id
            and runs.institution_id = panels.institution_id
),

bounds as (
    select
        'lower' as bound,
        2 as least_rank
    union all
    select
        'upper' as bound,
        1 as least_rank
),

judged as (
    select
        scoped.*,
        bounds.bound,
        scoped.verdict_rank >= bounds.least_rank
        and (bounds.bound = 'upper' or scoped.counts_in_lower) as is_counted
    from scoped
    cross join bounds
),

units as (
    select
        measure,
        rule_set_version,
        definition,
        bound,
        period,
        scope_id,
        from_year,
        to_year,
        unit_id,
        max(case when is_first_year and is_counted then 1 else 0 end) as counted_first,
        max(case when not is_first_year and is_counted then 1 else 0 end) as counted_last,
        max(case when is_first_year and is_counted and is_in_panel then 1 else 0 end)
            as counted_first_in_panel,
        max(case when not is_first_year and is_counted and is_in_panel then 1 else 0 end)
            as counted_last_in_panel,
        max(case when is_first_year and is_in_panel then 1 else 0 end) as ran_first_in_panel,
        max(case when not is_first_year and is_in_panel then 1 else 0 end) as ran_last_in_panel,
        {{ sorted_list("case when is_first_year then label_and_kind end") }} as first_label,
        {{ sorted_list("case when not is_first_year then label_and_kind end") }} as last_label
    from judged
    group by
        measure, rule_set_version, definition, bound, period, scope_id, from_year, to_year, unit_id
),

fates as (
    select
        *,
        case
            when counted_first = 1 and counted_last = 1 then 'stayed'
            when counted_last = 1 and counted_last_in_panel = 0 then 'coverage'
            when counted_first = 1 and counted_first_in_panel = 0 then 'coverage'
            when measure = 'learners' and counted_last = 1 then 'entered'
            when measure = 'learners' then 'left'
            when counted_last = 1 and ran_first_in_panel = 0 then 'new'
            when counted_last = 1 and first_label <> last_label then 'relabelled_in'
            when counted_last = 1 then 'reclassified_in'
            when ran_last_in_panel = 0 then 'discontinued'
            else 'reclassified_out'
        end as fate
    from units
    where counted_first + counted_last > 0
)

select * from fates
