-- One row per rule set, period, scope, part and combination of readings: how many learners there
-- are. In Flanders a learner without national number may be somebody who is counted elsewhere, so
-- the lower bound leaves that learner out.
with

learners as (
    select
        contracts.rule_set_version,
        periods.period,
        coalesce(contracts.institution_id, '*') as scope,
        concat_ws(
            ':',
            'institution_kind=' || contracts.institution_kind,
            'contract_type=' || contracts.contract_type
        ) as part,
        contracts.learner,
        contracts.institution_id is not null or contracts.is_known as is_certain,
        max(columns('^by_'))
    from recount.contracts as contracts
    inner join recount.periods as periods using (academic_year)
    group by grouping sets (
        (contracts.rule_set_version, periods.period, contracts.learner, contracts.is_known, contracts.institution_id),
        (
            contracts.rule_set_version, periods.period, contracts.learner, contracts.is_known,
            contracts.institution_id, contracts.contract_type
        ),
        (contracts.rule_set_version, periods.period, contracts.learner, contracts.is_known),
        (contracts.rule_set_version, periods.period, contracts.learner, contracts.is_known, contracts.contract_type),
        (contracts.rule_set_version, periods.period, contracts.learner, contracts.is_known, contracts.institution_kind),
        (
            contracts.rule_set_version, periods.period, contracts.learner, contracts.is_known,
            contracts.institution_kind, contracts.contract_type
        )
    )
)

select
    rule_set_version,
    period,
    scope,
    coalesce(nullif(part, ''), 'none') as part,
    is_certain,
    columns('^by_'),
    count(*) as amount
from learners
group by all
