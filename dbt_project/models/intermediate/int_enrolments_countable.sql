-- One row per rule set, learner, thing taken and purpose: what is counted, with the numbers of its
-- profile, contract and item (int_enrolments_profiled).
with

folded as (
    select * from {{ ref('int_enrolments_folded') }}
),

profiled as (
    select * from {{ ref('int_enrolments_profiled') }}
),

countable as (
    select
        profiled.rule_set_version,
        profiled.academic_year,
        profiled.start_year,
        profiled.institution_id,
        profiled.purpose,
        profiled.profile_number,
        profiled.contract_number,
        profiled.item_number,
        profiled.flemish_item_number,
        profiled.verdict_bits,
        folded.learner_number,
        folded.is_person_known,
        folded.credits_ects,
        folded.lines_without_credits
    from folded
    inner join profiled
        on
            folded.taking_number = profiled.taking_number
            and folded.purpose = profiled.purpose
            and folded.working_status is not distinct from profiled.working_status
            and folded.working_status_source is not distinct from profiled.working_status_source
)

select * from countable
