-- One row per rule set, thing taken, purpose and working status that occurs: everything the cube
-- cuts by, with the verdicts under all definitions. Rows with the same profile_number are the same
-- in all of that, those with the same contract_number in what is asked of a contract: enrolments
-- come by the million and have few profiles.
with

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

statuses as (
    select distinct
        taking_number,
        purpose,
        working_status,
        working_status_source
    from {{ ref('int_enrolments_numbered') }}
),

takings as (
    select distinct
        taking_number,
        institution_id,
        academic_year,
        taken,
        item_code,
        contract_type,
        case_id
    from {{ ref('int_takings_placed') }}
),

items as (
    select distinct
        takings.institution_id,
        takings.academic_year,
        takings.taken,
        takings.item_code
    from takings
    inner join statuses on takings.taking_number = statuses.taking_number
),

-- What is known of an item is looked up once per item.
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

joined as (
    select
        case_verdicts.rule_set_version,
        statuses.taking_number,
        statuses.purpose,
        statuses.working_status,
        statuses.working_status_source,
        takings.institution_id,
        takings.academic_year,
        cast(left(takings.academic_year, 4) as integer) as start_year,
        takings.contract_type,
        institutions.kind as institution_kind,
        numbered.item_number,
        numbered.flemish_item_number,
        numbered.offering_kind,
        numbered.type,
        numbered.level,
        numbered.mode,
        numbered.ects_band,
        numbered.workload_unit,
        numbered.lifecycle,
        case_verdicts.verdict_bits
    from statuses
    inner join takings on statuses.taking_number = takings.taking_number
    inner join case_verdicts on takings.case_id = case_verdicts.case_id
    inner join {{ ref('institutions') }} as institutions
        on takings.institution_id = institutions.institution_id
    inner join numbered
        on
            takings.institution_id = numbered.institution_id
            and takings.academic_year = numbered.academic_year
            and takings.taken = numbered.taken
            and takings.item_code = numbered.item_code
),

profiled as (
    select
        *,
        dense_rank() over (
            order by {{ enrolment_profile() | join(', ') }}
        ) as profile_number,
        dense_rank() over (
            order by {{ contract_profile() | join(', ') }}
        ) as contract_number
    from joined
)

select * from profiled
