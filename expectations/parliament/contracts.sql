-- One row per rule set, academic year, institution, contract type (none too) and learner.
select
    rule_set_version,
    academic_year,
    institution_id,
    institution_kind,
    contract_type,
    learner,
    is_known,
    max(columns('^by_'))
from recount.taken
group by all
