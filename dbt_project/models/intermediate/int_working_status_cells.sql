-- One row per definition, period, institution, split (working status, its source, or working status
-- within the kind of institution) and values: learners with their one status. In a window a learner
-- stands under the status of the first year with its best verdict, so lower never exceeds upper.
with

countable as (
    select * from {{ ref('int_enrolments_countable') }}
    where purpose = 'regular'
),

learners as (
    select
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        learner_key,
        {%- for definition in definitions() %}
        {%- set best_then_first = "cast(2 - v_" ~ definition ~ " as varchar) || academic_year" %}
        max(v_{{ definition }}) as v_{{ definition }},
        {{ min_by('working_status', best_then_first) }} as working_status_{{ definition }},
        {{ min_by('working_status_source', best_then_first) }}
            as working_status_source_{{ definition }},
        {%- endfor %}
        institution_id is not null
        or max(case when learner_key_basis = 'national' then 1 else 0 end) = 1 as counts_in_lower
    from countable
    group by grouping sets (
        (rule_set_version, period, institution_id, learner_key),
        (rule_set_version, period, institution_kind, learner_key),
        (rule_set_version, period, learner_key)
    )
),

placed as (
    {%- for definition in definitions() %}
    {% if not loop.first %}union all{% endif %}
    select
        rule_set_version,
        '{{ definition }}' as definition,
        period,
        coalesce(institution_id, '*') as institution_id,
        institution_kind,
        counts_in_lower,
        v_{{ definition }} as best_verdict,
        working_status_{{ definition }} as working_status,
        working_status_source_{{ definition }} as working_status_source
    from learners
    where v_{{ definition }} >= 1
    {%- endfor %}
),

cut as (
    select
        *,
        case when institution_kind is null then 'working_status' else 'institution_kind' end
            as split,
        coalesce(institution_kind, working_status) as split_value,
        case when institution_kind is not null then 'working_status' end as second_split,
        case when institution_kind is not null then working_status end as second_split_value
    from placed
    union all
    select
        *,
        'working_status_source' as split,
        working_status_source as split_value,
        cast(null as varchar) as second_split,
        cast(null as varchar) as second_split_value
    from placed
    where institution_kind is null
),

counted as (
    select
        rule_set_version,
        'learners' as measure,
        definition,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        cast(count(case when best_verdict = 2 and counts_in_lower then 1 end) as decimal(18, 2))
            as lower,
        cast(count(*) as decimal(18, 2)) as upper
    from cut
    group by
        rule_set_version,
        definition,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value
)

select * from counted
