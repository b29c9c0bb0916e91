-- One row per rule set, reading, period, scope, part and working status: learners, each under the
-- status of the first year of the period with that learner's best verdict.
with

placed as (
    select
        contracts.*,
        periods.period,
        learner_years.working_status,
        unnest([contracts.institution_id, '*', '*']) as scope,
        unnest(['', '', 'institution_kind=' || contracts.institution_kind || ':']) as prefix
    from recount.contracts as contracts
    inner join recount.periods as periods using (academic_year)
    left join main.learner_years as learner_years
        on
            contracts.learner = hash(learner_years.learner_key)
            and contracts.academic_year = learner_years.academic_year
),

-- The smallest text is the best verdict, then the first year; the status follows.
stood as (
    select
        rule_set_version,
        period,
        scope,
        prefix,
        learner,
        scope <> '*' or is_known as is_certain,
        min(
            case columns('^by_')
                when 2 then '1 ' || academic_year || working_status
                when 1 then '2 ' || academic_year || working_status
            end
        ) as "\0"
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
    rule_set_version,
    replace(definition, 'by_', '') as definition,
    period,
    scope,
    prefix || 'working_status=' || substring(standing, 12) as part,
    coalesce(sum(amount) filter (standing[1] = '1' and is_certain), 0) as lower,
    sum(amount) as upper
from told
group by all
