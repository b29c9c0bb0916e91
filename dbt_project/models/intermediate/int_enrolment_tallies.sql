-- One row per measure of enrolments, rule set, period, institution or '*', cut and combination of
-- verdicts. Only purpose regular; the split purpose shows every purpose apart, outside the total.
{%- set contract_splits = ['institution_kind', 'contract_type'] + working_status_splits() %}
{%- set every_split = enrolment_splits() + working_status_splits() %}
{%- set every_crossing = enrolment_crossings() + working_status_crossings() %}
{#- Learner, item and year in one number: 24 bits for the item, 6 for the year from 2000. -#}
{%- set enrolment_unit = "learner_number * 1073741824 + {item} * 64 + start_year - 2000" %}

with

countable as (
    select * from {{ ref('int_enrolments_countable') }}
),

profiles as (
    select * from {{ ref('int_profiles') }}
),

contracts as (
    select distinct
        contract_number,
        {{ contract_profile() | join(',\n        ') }}
    from {{ ref('int_enrolments_profiled') }}
),

periods as (
    select
        period,
        academic_year
    from {{ ref('int_periods') }}
),

-- One person has one row per profile; the learners of a group of alike ones are counted at once.
learner_units as (
    select
        profiles.*,
        alike.period,
        alike.is_person_known,
        alike.learner_number as unit_id,
        alike.learner_number as flemish_unit_id,
        alike.learner_count as unit_count,
        cast(null as integer) as weight
    from {{ ref('int_learners_alike') }} as alike
    inner join profiles on alike.profile_number = profiles.profile_number
    where alike.period <> '*'
),

regular_learner_units as (
    select * from learner_units
    where purpose = 'regular'
),

marked_learners as (
    {{ with_repetition_marked('regular_learner_units') }}
),

learners_by_purpose as (
    select
        learner_units.*,
        true as is_repeated
    from learner_units
),

-- An enrolment keeps its year, so a learner without national number is no second person here, and
-- windows are sums of years.
enrolment_rows as (
    select
        rule_set_version,
        profile_number,
        {{ enrolment_unit.replace('{item}', 'item_number') }} as unit_id,
        {{ enrolment_unit.replace('{item}', 'flemish_item_number') }} as flemish_unit_id
    from countable
),

repeated_enrolments as (
    select
        rule_set_version,
        flemish_unit_id
    from enrolment_rows
    group by rule_set_version, flemish_unit_id
    having count(*) > 1
),

marked_rows as (
    select
        enrolment_rows.*,
        repeated.flemish_unit_id is not null as is_repeated
    from enrolment_rows
    left join repeated_enrolments as repeated
        on
            enrolment_rows.rule_set_version = repeated.rule_set_version
            and enrolment_rows.flemish_unit_id = repeated.flemish_unit_id
),

-- Of most enrolments there is one row; those are counted per profile, the others one by one.
enrolments_alike as (
    select
        profile_number,
        is_repeated,
        case when is_repeated then unit_id end as unit_id,
        case when is_repeated then flemish_unit_id end as flemish_unit_id,
        case when is_repeated then 1 else count(*) end as unit_count
    from marked_rows
    group by
        profile_number,
        is_repeated,
        case when is_repeated then unit_id end,
        case when is_repeated then flemish_unit_id end
),

enrolment_units as (
    select
        profiles.*,
        periods.period,
        true as is_person_known,
        alike.is_repeated,
        alike.unit_id,
        alike.flemish_unit_id,
        alike.unit_count,
        cast(null as integer) as weight
    from enrolments_alike as alike
    inner join profiles on alike.profile_number = profiles.profile_number
    inner join periods on profiles.academic_year = periods.academic_year
),

regular_enrolment_units as (
    select * from enrolment_units
    where purpose = 'regular'
),

-- One row is one contract; contracttype geen is none.
contracts_alike as (
    select
        contract_number,
        verdict_bits,
        count(*) as unit_count
    from (
        select
            contract_number,
            learner_number,
            bit_or(verdict_bits) as verdict_bits
        from countable
        group by contract_number, learner_number
    ) as contract_rows
    group by contract_number, verdict_bits
),

contract_units as (
    select
        contracts.*,
        periods.period,
        true as is_person_known,
        false as is_repeated,
        alike.contract_number as unit_id,
        alike.contract_number as flemish_unit_id,
        alike.unit_count,
        alike.verdict_bits,
        cast(null as integer) as weight
    from contracts_alike as alike
    inner join contracts on alike.contract_number = contracts.contract_number
    inner join periods on contracts.academic_year = periods.academic_year
    where contracts.contract_type <> 'none'
),

regular_contract_units as (
    select * from contract_units
    where purpose = 'regular'
),

purposes as (
    {{ tallies('learners_by_purpose', 'learners', ['purpose'], []) }}
    union all
    {{ tallies('enrolment_units', 'enrolments', ['purpose'], []) }}
    union all
    {{ tallies('contract_units', 'contracts', ['purpose'], []) }}
),

credits_alike as (
    select
        profile_number,
        count(*) as row_count,
        sum(credits_ects) as credits_ects,
        count(*) - count(credits_ects) as lines_without_credits
    from countable
    group by profile_number
),

credit_rows as (
    select
        profiles.*,
        periods.period,
        alike.row_count,
        alike.credits_ects,
        alike.lines_without_credits
    from credits_alike as alike
    inner join profiles on alike.profile_number = profiles.profile_number
    inner join periods on profiles.academic_year = periods.academic_year
),

regular_credit_rows as (
    select * from credit_rows
    where purpose = 'regular'
),

{%- for credits, rows, splits, crossings in [
    ('credits', 'regular_credit_rows', every_split, every_crossing),
    ('credits_by_purpose', 'credit_rows', ['purpose'], []),
] %}
{{ credits }} as (
    select
        rule_set_version,
        'credits_taken' as measure,
        period,
        coalesce(institution_id, '*') as institution_id,
        {{ cut_columns(splits, crossings) }},
        verdict_bits,
        true as counts_in_lower,
        cast(sum(row_count) as bigint) as units_count,
        sum(credits_ects) as weight,
        cast(sum(lines_without_credits) as bigint) as weightless_count
    from {{ rows }}
    group by {{ cut_sets(splits, crossings, ['verdict_bits'], ['verdict_bits']) }}
),
{% endfor %}
tallied as (
    {{ tallies('marked_learners', 'learners', enrolment_splits(), enrolment_crossings()) }}
    union all
    {{ tallies('regular_enrolment_units', 'enrolments', every_split, every_crossing) }}
    union all
    {{ tallies('regular_contract_units', 'contracts', contract_splits, every_crossing) }}
    union all
    select * from purposes
    where split = 'purpose'
    union all
    select * from credits
    union all
    select * from credits_by_purpose
    where split = 'purpose'
)

select * from tallied
