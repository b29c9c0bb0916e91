-- One row per rule set and counted line with purpose regular: who takes what, an offering, else a
-- component, else a programme. Learners and items are told apart by their hash: numbers group
-- faster than text. Lines of the same learner and item are put together by who counts them.
select
    certainties.rule_set_version,
    enrolments.academic_year,
    enrolments.institution_id,
    institutions.kind as institution_kind,
    enrolments.contract_type,
    hash(enrolments.learner_key) as learner,
    enrolments.learner_key_basis = 'national' as is_known,
    hash(
        enrolments.institution_id,
        enrolments.offering_id,
        case when enrolments.offering_id is null then enrolments.component_code end,
        case
            when coalesce(enrolments.offering_id, enrolments.component_code) is null
                then enrolments.programme_code
        end
    ) as item,
    case when offerings.flemish_unit_id is not null then hash(offerings.flemish_unit_id) end
        as joint_item,
    columns('^by_')
from main.enrolments as enrolments
inner join recount.case_certainties as certainties using (case_id)
inner join main.institutions as institutions using (institution_id)
left join main.offerings as offerings using (offering_id, academic_year)
where enrolments.is_counted and enrolments.purpose = 'regular'
