-- One row per rule set, period, learner and profile, for one learner of each group of learners
-- whose profiles are the same all through the period; learner_count says how many they are.
-- Learners come by the hundred thousand and have few ways to differ. Period '*' is all years, for
-- growth.
with

countable as (
    select distinct
        rule_set_version,
        academic_year,
        learner_number,
        is_person_known,
        profile_number
    from {{ ref('int_enrolments_countable') }}
),

periods as (
    select
        period,
        academic_year
    from {{ ref('int_periods') }}
    union all
    select distinct
        '*' as period,
        academic_year
    from countable
),

learner_units as (
    select
        countable.rule_set_version,
        periods.period,
        countable.learner_number,
        countable.is_person_known,
        countable.profile_number
    from countable
    inner join periods on countable.academic_year = periods.academic_year
),

learners as (
    select
        rule_set_version,
        period,
        learner_number,
        is_person_known,
        {{ sorted_array('profile_number') }} as profile_numbers
    from learner_units
    group by rule_set_version, period, learner_number, is_person_known
),

alike as (
    select
        rule_set_version,
        period,
        min(learner_number) as learner_number,
        count(*) as learner_count
    from learners
    group by rule_set_version, period, is_person_known, profile_numbers
)

select
    learner_units.rule_set_version,
    learner_units.period,
    learner_units.learner_number,
    learner_units.is_person_known,
    learner_units.profile_number,
    alike.learner_count
from learner_units
inner join alike
    on
        learner_units.rule_set_version = alike.rule_set_version
        and learner_units.period = alike.period
        and learner_units.learner_number = alike.learner_number
