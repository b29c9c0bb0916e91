-- One row per period, scope, part and case of enrolment lines: the credits of its counted lines
-- with purpose regular, and a row without an amount where a line has none.
with

summed as (
    select
        academic_year,
        institution_id,
        contract_type,
        case_id,
        sum(credits_ects) as credits,
        count(*) > count(credits_ects) as has_line_without
    from main.enrolments
    where is_counted and purpose = 'regular'
    group by all
),

amounts as (
    select * exclude (has_line_without) from summed
    union all
    select * exclude (has_line_without) replace (null as credits) from summed
    where has_line_without and credits is not null
)

select
    certainties.* exclude (case_id),
    periods.period,
    amounts.credits,
    unnest([amounts.institution_id, amounts.institution_id, '*', '*', '*', '*']) as scope,
    unnest([
        'none',
        'contract_type=' || amounts.contract_type,
        'none',
        'contract_type=' || amounts.contract_type,
        'institution_kind=' || institutions.kind,
        'institution_kind=' || institutions.kind || ':contract_type=' || amounts.contract_type
    ]) as part
from amounts
inner join recount.case_certainties as certainties using (case_id)
inner join recount.periods as periods using (academic_year)
inner join main.institutions as institutions using (institution_id)
