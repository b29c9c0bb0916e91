-- One row per offering, academic year, definition and rule set: the verdict of its profile.
with

profiles as (
    select * from {{ ref('int_offering_profiles') }}
),

verdicts as (
    select * from {{ ref('int_verdicts_decided') }}
    where assumed_criterion = 'none'
),

judged as (
    select
        profiles.offering_id,
        profiles.academic_year,
        verdicts.definition,
        verdicts.verdict,
        verdicts.deciding_criterion,
        profiles.rule_set_version
    from profiles
    inner join verdicts
        on
            profiles.rule_set_version = verdicts.rule_set_version
            and profiles.profile_id = verdicts.profile_id
)

select * from judged
