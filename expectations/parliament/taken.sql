-- One row per rule set, academic year, institution, contract type, learner and item taken, of the
-- counted lines with purpose regular: an offering, else a component, else a programme. Learners and
-- items are told apart by their hash: numbers group faster than text.
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
    max(columns('^by_'))
from main.enrolments as enrolments
inner join recount.case_certainties as certainties using (case_id)
inner join main.institutions as institutions using (institution_id)
left join main.offerings as offerings using (offering_id, academic_year)
where enrolments.is_counted and enrolments.purpose = 'regular'
group by all
