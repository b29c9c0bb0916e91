-- One row per definition, period, institution, split and values: the ECTS of counted lines (measure
-- credits_taken). The upper bound is unknown where a line that may count states no ECTS.
with

countable as (
    select * from {{ ref('int_enrolments_countable') }}
    where purpose = 'regular'
),

by_definition as (
    {%- set cuts = [(none, none)] %}
    {%- for split in enrolment_splits() + ['working_status', 'working_status_source'] %}{% do cuts.append((split, none)) %}{% endfor %}
    {%- for crossing in enrolment_crossings() + [('institution_kind', 'working_status')] %}{% do cuts.append(crossing) %}{% endfor %}
    {%- for definition in definitions() %}
    {%- set definition_is_first = loop.first %}
    {%- for scope in ['institution', 'flanders'] %}
    {%- set scope_is_first = loop.first %}
    {%- for split, second_split in cuts %}
    {%- if not (scope == 'institution' and 'institution_kind' in (split, second_split)) %}
    {% if not (definition_is_first and scope_is_first and loop.first) %}union all{% endif %}
    select
        rule_set_version,
        'credits_taken' as measure,
        '{{ definition }}' as definition,
        period,
        {{ 'institution_id' if scope == 'institution' else "'*'" }} as institution_id,
        '{{ split or 'none' }}' as split,
        {{ 'coalesce(cast(' ~ split ~ " as varchar), 'unknown')" if split else "'all'" }} as split_value,
        {{ "'" ~ second_split ~ "'" if second_split else 'cast(null as varchar)' }} as second_split,
        {{ 'coalesce(cast(' ~ second_split ~ " as varchar), 'unknown')" if second_split else 'cast(null as varchar)' }} as second_split_value,
        cast(coalesce(sum(case when v_{{ definition }} = 2 then credits_ects end), 0) as decimal(18, 2)) as lower,
        cast(
            case when sum(case when v_{{ definition }} >= 1 then lines_without_credits else 0 end) = 0
                then coalesce(sum(case when v_{{ definition }} >= 1 then credits_ects end), 0)
            end as decimal(18, 2)
        ) as upper
    from countable
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
)

select * from by_definition
