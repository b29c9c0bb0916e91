-- One row per rule set, period, scope, part and learner. In Flanders a learner without national
-- number may be somebody who is counted elsewhere, so the lower bound leaves that learner out.
select
    rule_set_version,
    period,
    scope,
    part,
    learner,
    scope <> '*' or is_known as is_certain,
    max(columns('^by_'))
from recount.contract_parts
group by all
