-- One row per definition, period, institution, split (working status, its source, or working status
-- within the kind of institution) and values: learners with their one status. In a window a learner
-- stands under the status of the first year with its best verdict, so lower never exceeds upper.
with

countable as (
    select * from {{ ref('int_enrolments_countable') }}
    where purpose = 'regular'
),

by_definition as (
    {%- for definition in definitions() %}
    {%- set definition_is_first = loop.first %}
    {%- for split, second_split in [('working_status', none), ('working_status_source', none), ('institution_kind', 'working_status')] %}
    {%- set split_is_first = loop.first %}
    {%- set status = second_split or split %}
    {%- for scope in ['institution', 'flanders'] %}
    {%- if not (scope == 'institution' and split == 'institution_kind') %}
    {% if not (definition_is_first and split_is_first and loop.first) %}union all{% endif %}
    select
        rule_set_version,
        'learners' as measure,
        '{{ definition }}' as definition,
        period,
        institution_id,
        '{{ split }}' as split,
        {{ 'institution_kind' if second_split else 'status' }} as split_value,
        {{ "'" ~ second_split ~ "'" if second_split else 'cast(null as varchar)' }} as second_split,
        {{ 'status' if second_split else 'cast(null as varchar)' }} as second_split_value,
        cast(count(case when best_verdict = 2 and counts_in_lower then 1 end) as decimal(18, 2)) as lower,
        cast(count(*) as decimal(18, 2)) as upper
    from (
        select
            rule_set_version,
            period,
            {{ 'institution_id' if scope == 'institution' else "'*'" }} as institution_id,
            {{ 'institution_kind' if second_split else "'all'" }} as institution_kind,
            learner_key,
            max(v_{{ definition }}) as best_verdict,
            coalesce({{ min_by(status, "cast(2 - v_" ~ definition ~ " as varchar) || academic_year") }}, 'unknown') as status,
            {{ 'true' if scope == 'institution' else "max(case when learner_key_basis = 'national' then 1 else 0 end) = 1" }} as counts_in_lower
        from countable
        where v_{{ definition }} >= 1
        group by 1, 2, 3, 4, 5
    ) as learners
    group by rule_set_version, period, institution_id, institution_kind, status
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
)

select * from by_definition
