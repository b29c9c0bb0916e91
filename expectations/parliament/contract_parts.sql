-- One row per period, scope, part and row of contracts.
select
    contracts.*,
    periods.period,
    unnest([institution_id, institution_id, '*', '*', '*', '*']) as scope,
    unnest([
        'none',
        'contract_type=' || contract_type,
        'none',
        'contract_type=' || contract_type,
        'institution_kind=' || institution_kind,
        'institution_kind=' || institution_kind || ':contract_type=' || contract_type
    ]) as part
from recount.contracts as contracts
inner join recount.periods as periods using (academic_year)
