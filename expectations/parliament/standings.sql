-- One row per rule set, reading, period, scope, part and working status: learners, each under the
-- status of the first year of the period with that learner's best verdict.
with

statuses as (
    select list(distinct working_status order by working_status) as names from main.learner_years
),

-- A place is a number, for numbers compare faster than text: the best verdict first, then the
-- first year, then which status.
standing_in as (
    select
        contracts.rule_set_version,
        periods.period,
        contracts.institution_id,
        contracts.institution_kind,
        contracts.learner,
        contracts.is_known,
        min(
            case
                when columns('^by_') > 0
                    then
                        (2 - columns('^by_')) * 1000000
                        + cast(left(contracts.academic_year, 4) as integer) * 100
                        + list_position(statuses.names, learner_years.working_status)
            end
        ) as "\0"
    from recount.contracts as contracts
    cross join statuses
    inner join recount.periods as periods using (academic_year)
    left join main.learner_years as learner_years
        on
            contracts.learner = hash(learner_years.learner_key)
            and contracts.academic_year = learner_years.academic_year
    group by all
),

placed as (
    select
        * exclude (institution_id, institution_kind),
        unnest([institution_id, '*', '*']) as scope,
        unnest(['', '', 'institution_kind=' || institution_kind || ':']) as prefix
    from standing_in
),

stood as (
    select
        rule_set_version,
        period,
        scope,
        prefix,
        learner,
        scope <> '*' or is_known as is_certain,
        min(columns('^by_'))
    from placed
    group by all
),

alike as (
    select
        * exclude (learner),
        count(*) as amount
    from stood
    group by all
),

told as (
    unpivot alike on columns('^by_') into name definition value standing
)

select
    told.rule_set_version,
    replace(told.definition, 'by_', '') as definition,
    told.period,
    told.scope,
    told.prefix || 'working_status=' || statuses.names[told.standing % 100] as part,
    coalesce(sum(told.amount) filter (told.standing < 1000000 and told.is_certain), 0) as lower,
    sum(told.amount) as upper
from told
cross join statuses
group by all
