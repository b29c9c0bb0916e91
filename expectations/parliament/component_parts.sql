-- One row per rule set, period, scope, part and component of a degree programme at an institution:
-- every one under the memo, all but integrative ones under the education council's advice.
with

marked as (
    select
        components.institution_id,
        components.academic_year,
        components.component_code,
        case
            when bool_or(components.is_integrative) then 0
            when bool_or(not components.is_integrative) then 2
            else 1
        end as by_vlor
    from main.programme_components as components
    where components.programme_kind in ('graduaat', 'bachelor', 'master', 'banaba', 'manama')
    group by all
),

placed as (
    select
        rule_sets.rule_set_version,
        periods.period,
        marked.by_vlor,
        marked.institution_id || ':' || marked.component_code as unit,
        unnest([marked.institution_id, '*', '*']) as scope,
        unnest(['none', 'none', 'institution_kind=' || institutions.kind]) as part
    from marked
    inner join recount.periods as periods using (academic_year)
    inner join main.institutions as institutions using (institution_id)
    cross join rules.rule_sets as rule_sets
)

select
    rule_set_version,
    period,
    scope,
    part,
    unit,
    2 as by_scope_note,
    max(by_vlor) as by_vlor
from placed
group by all
