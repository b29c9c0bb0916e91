-- One row per rule set and counted enrolment line: what is counted, with the numbers of its
-- profile, contract and item (int_enrolments_profiled).
with

numbered as (
    select * from {{ ref('int_enrolments_numbered') }}
),

profiled as (
    select * from {{ ref('int_enrolments_profiled') }}
),

countable as (
    select
        profiled.rule_set_version,
        profiled.academic_year,
        profiled.start_year,
        profiled.profile_number,
        profiled.contract_number,
        profiled.item_number,
        profiled.flemish_item_number,
        profiled.verdict_bits,
        numbered.learner_number,
        numbered.is_person_known,
        numbered.credits_ects
    from numbered
    inner join profiled
        on
            numbered.taking_number = profiled.taking_number
            and numbered.purpose = profiled.purpose
            and numbered.working_status is not distinct from profiled.working_status
            and numbered.working_status_source is not distinct from profiled.working_status_source
)

select * from countable
