-- One row per measure, bound, rule set, period, scope and part: what each reading counts. The upper
-- bound is open where something that may count has no amount.
with

offered as (
    select
        rule_set_version,
        period,
        scope,
        part,
        unit,
        max(columns('^by_'))
    from recount.run_parts
    group by all
),

-- Without stated credits in one of the years is without; its other years say nothing here.
unsized as (
    select
        rule_set_version,
        period,
        scope,
        part,
        unit,
        max(columns('^by_'))
    from recount.run_parts
    where credits is null
    group by all
),

enrolled as (
    select *
    from recount.enrolment_parts
    inner join recount.periods using (academic_year)
),

units as (
    select
        'offerings' as measure,
        true as is_certain,
        1 as amount,
        * exclude (unit)
    from offered
    union all by name
    select
        'credits_offered' as measure,
        true as is_certain,
        coalesce(credits, 0) as amount,
        * exclude (unit, academic_year, credits)
    from recount.run_parts
    union all by name
    select
        'offerings_without_credits' as measure,
        true as is_certain,
        1 as amount,
        * exclude (unit)
    from unsized
    union all by name
    select
        'titles' as measure,
        true as is_certain,
        1 as amount,
        * exclude (unit)
    from recount.title_parts
    union all by name
    select
        'components_offered' as measure,
        true as is_certain,
        1 as amount,
        * exclude (unit)
    from recount.component_parts
    union all by name
    select
        'enrolments' as measure,
        true as is_certain,
        * exclude (academic_year)
    from enrolled
    union all by name
    select
        'learners' as measure,
        *
    from recount.learner_parts
    union all by name
    select
        'contracts' as measure,
        true as is_certain,
        *
    from recount.contract_parts
    union all by name
    select
        'credits_taken' as measure,
        true as is_certain,
        * rename (credits as amount)
    from recount.credit_parts
)

select
    measure,
    'lower' as bound,
    rule_set_version,
    period,
    scope,
    part,
    coalesce(sum(case when columns('^by_') = 2 and is_certain then amount end), 0) as "\0"
from units
group by all
union all
select
    measure,
    'upper' as bound,
    rule_set_version,
    period,
    scope,
    part,
    case
        when not bool_or(columns('^by_') > 0 and amount is null)
            then coalesce(sum(case when columns('^by_') > 0 then amount end), 0)
    end as "\0"
from units
group by all
