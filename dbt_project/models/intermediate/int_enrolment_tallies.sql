-- One row per measure of enrolments, rule set, period, institution or '*', cut and combination of
-- verdicts. Only purpose regular; the split purpose shows every purpose apart, outside the total.
{%- set contract_splits = ['institution_kind', 'contract_type'] + working_status_splits() %}
{%- set every_split = enrolment_splits() + working_status_splits() %}
{%- set every_crossing = enrolment_crossings() + working_status_crossings() %}
{#- Learner, item and year in one number: 24 bits for the item, 6 for the year from 2000. -#}
{%- set enrolment_unit = "learner_number * 1073741824 + {item} * 64"
    ~ " + cast(left(academic_year, 4) as integer) - 2000" %}

with

every_purpose as (
    select * from {{ ref('int_enrolments_countable') }}
),

countable as (
    select * from every_purpose
    where purpose = 'regular'
),

learner_units as (
    select
        rule_set_version,
        period,
        institution_id,
        {{ enrolment_splits() | join(',\n        ') }},
        is_person_known,
        learner_number as unit_id,
        learner_number as flemish_unit_id,
        bit_or(verdict_bits) as verdict_bits,
        cast(null as integer) as weight
    from countable
    group by
        rule_set_version,
        period,
        institution_id,
        {{ enrolment_splits() | join(',\n        ') }},
        is_person_known,
        learner_number
),

marked_learners as (
    {{ with_repetition_marked('learner_units') }}
),

-- An enrolment keeps its year, so a learner without national number is no second person here.
enrolment_units as (
    select
        rule_set_version,
        period,
        institution_id,
        {{ every_split | join(',\n        ') }},
        true as is_person_known,
        {{ enrolment_unit.replace('{item}', 'item_number') }} as unit_id,
        {{ enrolment_unit.replace('{item}', 'flemish_item_number') }} as flemish_unit_id,
        bit_or(verdict_bits) as verdict_bits,
        cast(null as integer) as weight
    from countable
    group by
        rule_set_version,
        period,
        institution_id,
        {{ every_split | join(',\n        ') }},
        learner_number,
        item_number,
        flemish_item_number,
        academic_year
),

marked_enrolments as (
    {{ with_repetition_marked('enrolment_units') }}
),

-- One row is one contract; contracttype geen is none.
contract_units as (
    select
        rule_set_version,
        period,
        institution_id,
        {{ contract_splits | join(',\n        ') }},
        true as is_person_known,
        false as is_repeated,
        learner_number as unit_id,
        learner_number as flemish_unit_id,
        bit_or(verdict_bits) as verdict_bits,
        cast(null as integer) as weight
    from countable
    where contract_type <> 'none'
    group by
        rule_set_version,
        period,
        institution_id,
        {{ contract_splits | join(',\n        ') }},
        learner_number,
        academic_year
),

{%- for measure, person, unit, flemish_unit in [
    ('learners', 'is_person_known', 'learner_number', 'learner_number'),
    ('enrolments', 'true', enrolment_unit.replace('{item}', 'item_number'),
        enrolment_unit.replace('{item}', 'flemish_item_number')),
] %}
{{ measure }}_by_purpose as (
    select
        rule_set_version,
        period,
        institution_id,
        purpose,
        {{ person }} as is_person_known,
        {{ unit }} as unit_id,
        {{ flemish_unit }} as flemish_unit_id,
        bit_or(verdict_bits) as verdict_bits,
        cast(null as integer) as weight
    from every_purpose
    group by
        rule_set_version,
        period,
        institution_id,
        purpose,
        {{ 'is_person_known,' if person == 'is_person_known' }}
        {{ unit }},
        {{ flemish_unit }}
),

marked_{{ measure }}_by_purpose as (
    {{ with_repetition_marked(measure ~ '_by_purpose') }}
),
{% endfor %}
-- One row is one contract here too.
contracts_by_purpose as (
    select
        rule_set_version,
        period,
        institution_id,
        purpose,
        learner_number as unit_id,
        learner_number as flemish_unit_id,
        true as is_person_known,
        false as is_repeated,
        cast(null as integer) as weight,
        bit_or(verdict_bits) as verdict_bits
    from every_purpose
    where contract_type <> 'none'
    group by
        rule_set_version,
        period,
        institution_id,
        purpose,
        contract_type,
        learner_number,
        academic_year
),

purposes as (
    {{ tallies('marked_learners_by_purpose', 'learners', ['purpose'], []) }}
    union all
    {{ tallies('marked_enrolments_by_purpose', 'enrolments', ['purpose'], []) }}
    union all
    {{ tallies('contracts_by_purpose', 'contracts', ['purpose'], []) }}
),

{%- for credits, lines, splits, crossings in [
    ('credits', 'countable', every_split, every_crossing),
    ('credits_by_purpose', 'every_purpose', ['purpose'], []),
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
        count(*) as units_count,
        sum(credits_ects) as weight,
        sum(lines_without_credits) as weightless_count
    from {{ lines }}
    group by {{ cut_sets(splits, crossings, ['verdict_bits'], ['verdict_bits']) }}
),
{% endfor %}
tallied as (
    {{ tallies('marked_learners', 'learners', enrolment_splits(), enrolment_crossings()) }}
    union all
    {{ tallies('marked_enrolments', 'enrolments', every_split, every_crossing) }}
    union all
    {{ tallies('contract_units', 'contracts', contract_splits, every_crossing) }}
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
