-- One row per period, scope, part and combination of readings: how many contracts there are.
with

alike as (
    select
        rule_set_version,
        academic_year,
        institution_id,
        institution_kind,
        contract_type,
        columns('^by_'),
        count(*) as amount
    from recount.contracts
    where contract_type <> 'none'
    group by all
)

select
    alike.* exclude (academic_year, institution_id, institution_kind, contract_type),
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
from alike
inner join recount.periods as periods using (academic_year)
