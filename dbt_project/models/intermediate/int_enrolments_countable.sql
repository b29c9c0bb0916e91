-- One row per learner, item taken, contract type, purpose and academic year inside a period: the
-- counted enrolment lines folded as far as any measure allows, with the verdicts under all
-- definitions and everything the cube cuts by.
with

placed as (
    select * from {{ ref('int_enrolments_placed') }}
    where is_counted
),

case_verdicts as (
    select
        judged.case_id,
        judged.rule_set_version,
        cast(
            {{ verdict_bits('judged.verdict', 'bits.may_bit', 'bits.in_bit') }} as integer
        ) as verdict_bits
    from {{ ref('int_cases_judged') }} as judged
    inner join {{ ref('int_definition_bits') }} as bits on judged.definition = bits.definition
    group by judged.case_id, judged.rule_set_version
),

folded as (
    select
        placed.institution_id,
        placed.academic_year,
        learners.learner_number,
        learners.is_person_known,
        placed.taken,
        placed.contract_type,
        placed.purpose,
        placed.case_id,
        -- An exam contract in the enrolment history may name nothing at all; it still counts.
        coalesce(
            case
                when placed.taken = 'programme' then placed.programme_code
                when placed.taken = 'component' then placed.component_code
                else placed.offering_id
            end,
            ''
        ) as item_code,
        sum(placed.credits_ects) as credits_ects,
        count(*) - count(placed.credits_ects) as lines_without_credits
    from placed
    inner join
        {{ ref('int_learners_numbered') }} as learners
        on placed.learner_key = learners.learner_key
    group by
        placed.institution_id,
        placed.academic_year,
        learners.learner_number,
        learners.is_person_known,
        placed.taken,
        placed.contract_type,
        placed.purpose,
        placed.case_id,
        coalesce(
            case
                when placed.taken = 'programme' then placed.programme_code
                when placed.taken = 'component' then placed.component_code
                else placed.offering_id
            end,
            ''
        )
),

items as (
    select distinct
        institution_id,
        academic_year,
        taken,
        item_code
    from folded
),

-- What is known of an item is looked up once per item and not once per line.
described as (
    select
        items.institution_id,
        items.academic_year,
        items.taken,
        items.item_code,
        items.institution_id || ' ' || items.taken || ' ' || items.item_code as item_id,
        coalesce(
            joined.flemish_unit_id,
            items.institution_id || ' ' || items.taken || ' ' || items.item_code
        ) as flemish_item_id,
        case items.taken
            when 'component' then 'opleidingsonderdeel'
            when 'programme' then 'programme'
            when 'unknown_offering' then 'unknown'
            else coalesce(offerings.offering_kind, 'unknown')
        end as offering_kind,
        case
            when items.taken in ('component', 'programme') then 'not_applicable'
            else coalesce(cast(types.type as string), 'unknown')
        end as type,
        coalesce(cast(levels.vks_level as string), 'unknown') as level,
        coalesce(offerings.mode, 'unknown') as mode,
        {{ ects_band('sizes.workload_value', 'sizes.workload_unit') }} as ects_band,
        coalesce(sizes.workload_unit, 'unknown') as workload_unit,
        case
            when items.taken in ('component', 'programme') then 'not_applicable'
            else coalesce(lifecycles.lifecycle, 'unknown')
        end as lifecycle
    from items
    left join {{ ref('int_offerings_identified') }} as offerings
        on
            items.taken = 'offering'
            and items.item_code = offerings.offering_id
            and items.academic_year = offerings.academic_year
    left join
        {{ ref('int_offerings_joined') }} as joined
        on offerings.offering_id = joined.offering_id
    left join {{ ref('int_types_decided') }} as types
        on
            offerings.offering_id = types.offering_id
            and offerings.academic_year = types.academic_year
    left join {{ ref('int_levels_decided') }} as levels
        on
            offerings.offering_id = levels.offering_id
            and offerings.academic_year = levels.academic_year
    left join {{ ref('int_sizes_determined') }} as sizes
        on
            offerings.offering_id = sizes.offering_id
            and offerings.academic_year = sizes.academic_year
    left join {{ ref('int_lifecycles_traced') }} as lifecycles
        on
            offerings.offering_id = lifecycles.offering_id
            and offerings.academic_year = lifecycles.academic_year
),

item_names as (
    select item_id from described
    union
    select flemish_item_id as item_id from described
),

item_numbers as (
    select
        item_id,
        {{ numbers('item_id') }} as item_number
    from item_names
),

numbered as (
    select
        described.*,
        mine.item_number,
        flemish.item_number as flemish_item_number
    from described
    inner join item_numbers as mine on described.item_id = mine.item_id
    inner join item_numbers as flemish on described.flemish_item_id = flemish.item_id
),

countable as (
    select
        case_verdicts.rule_set_version,
        periods.period,
        periods.is_window,
        folded.academic_year,
        folded.institution_id,
        institutions.kind as institution_kind,
        folded.learner_number,
        folded.is_person_known,
        numbered.item_number,
        numbered.flemish_item_number,
        numbered.offering_kind,
        numbered.type,
        numbered.level,
        numbered.mode,
        numbered.ects_band,
        numbered.workload_unit,
        numbered.lifecycle,
        folded.contract_type,
        folded.purpose,
        learner_years.working_status,
        learner_years.working_status_source,
        folded.credits_ects,
        folded.lines_without_credits,
        case_verdicts.verdict_bits
    from folded
    inner join case_verdicts on folded.case_id = case_verdicts.case_id
    inner join {{ ref('int_periods') }} as periods on folded.academic_year = periods.academic_year
    inner join
        {{ ref('institutions') }} as institutions
        on folded.institution_id = institutions.institution_id
    inner join numbered
        on
            folded.institution_id = numbered.institution_id
            and folded.academic_year = numbered.academic_year
            and folded.taken = numbered.taken
            and folded.item_code = numbered.item_code
    -- Who is only a student researcher or a pupil in a year has no working status that year.
    left join {{ ref('int_learner_years_numbered') }} as learner_years
        on
            folded.learner_number = learner_years.learner_number
            and folded.academic_year = learner_years.academic_year
)

select * from countable
