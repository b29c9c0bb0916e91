-- One row per measure, reading, rule set, period and scope (an institution, '*', or '*:' with a kind
-- of institution): whether anybody reported, who did not, whether what was reported is complete
-- enough for an upper bound, and the flags that follow from coverage.
with

supplied as (
    select
        measures.measure,
        measures.kind,
        measures.definitions,
        periods.period,
        register.institution_id,
        institutions.kind as institution_kind,
        coalesce(coverage.status in ('delivered', 'carried_forward'), false) as has_data,
        coalesce(coverage.status = 'carried_forward', false) as is_carried_forward,
        coalesce(
            register.existed_from > cast(right(periods.academic_year, 4) || '-09-30' as date), false
        ) as is_too_early,
        coalesce(
            coverage.rows_rejected > coverage.rows_read * cast(parameters.value as double), false
        ) as is_rejected_often,
        cast(right(periods.academic_year, 4) || '-09-30' as date) > run.as_of as is_provisional,
        string_split(coalesce(coverage.complete_for, ''), '|') as complete_for
    from main.measures as measures
    cross join recount.periods as periods
    cross join rules.institution_register as register
    cross join delivered.run as run
    inner join main.institutions as institutions
        on register.institution_id = institutions.institution_id
    inner join main.parameters as parameters on parameters.name = 'max_rejected_share'
    left join main.coverage as coverage
        on
            measures.kind = coverage.kind
            and periods.academic_year = coverage.academic_year
            and register.institution_id = coverage.institution_id
),

scoped as (
    select
        *,
        unnest([institution_id, '*', '*:' || institution_kind]) as scope
    from supplied
),

read as (
    select
        scoped.*,
        definitions.definition,
        case scoped.kind
            when 'programmes' then list_contains(scoped.complete_for, 'degree')
            when 'enrolments' then list_contains(scoped.complete_for, 'enrolments')
            else
                list_contains(scoped.complete_for, 'lifelong_learning')
                and (
                    definitions.definition in ('framework', 'label')
                    or list_contains(scoped.complete_for, 'postgraduate')
                )
        end as is_complete
    from scoped
    inner join main.definitions as definitions
        on list_contains(string_split(scoped.definitions, '|'), definitions.definition)
)

select
    read.measure,
    read.definition,
    rule_sets.rule_set_version,
    read.period,
    read.scope,
    bool_or(read.has_data) as has_data,
    bool_and(read.is_complete or not read.has_data) as is_complete,
    bool_or(not read.has_data and not read.is_too_early) as is_lacking,
    bool_or(read.is_too_early) as is_too_early,
    bool_or(read.has_data and read.is_rejected_often) as is_rejected_often,
    bool_or(read.is_carried_forward) as is_carried_forward,
    bool_or(read.is_provisional) as is_provisional,
    count(distinct case when read.has_data then read.institution_id end) as institutions_reporting
from read
cross join rules.rule_sets as rule_sets
group by all
