-- One row per thing taken as lines name it (institution, year, contract type and codes): what it is
-- (an offering, a component in a context, a programme) and the case under which it is judged. Lines
-- come by the million and take few different things, so what is taken is placed once.
with

enrolments as (
    select * from {{ ref('stg_enrolments') }}
),

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

programmes as (
    select * from {{ ref('int_programmes_identified') }}
),

programme_kinds as (
    select
        institution_id,
        academic_year,
        programme_code,
        min(kind_group) as kind_group
    from programmes
    group by institution_id, academic_year, programme_code
),

-- A line may name its programme; without one every programme that holds the component speaks.
component_contexts as (
    select
        institution_id,
        academic_year,
        component_code,
        programme_code,
        max(case when is_integrative then 1 else 0 end) as called_integrative,
        max(case when not is_integrative then 1 else 0 end) as called_not_integrative
    from programmes
    group by institution_id, academic_year, component_code, programme_code
),

component_anywhere as (
    select
        institution_id,
        academic_year,
        component_code,
        max(case when kind_group = 'full_qualification' then 1 else 0 end) as in_degree,
        max(case when kind_group = 'bridging' then 1 else 0 end) as in_bridging,
        max(case when kind_group = 'postgraduate' then 1 else 0 end) as in_postgraduate,
        max(case when is_integrative then 1 else 0 end) as called_integrative,
        max(case when not is_integrative then 1 else 0 end) as called_not_integrative
    from programmes
    group by institution_id, academic_year, component_code
),

-- A programme that is itself an offering, and no degree, bridging or postgraduate programme, is
-- judged as that offering.
programme_offerings as (
    select
        offerings.institution_id,
        offerings.academic_year,
        offerings.source_code,
        offerings.offering_id
    from offerings
    left join programme_kinds
        on
            offerings.institution_id = programme_kinds.institution_id
            and offerings.academic_year = programme_kinds.academic_year
            and offerings.source_code = programme_kinds.programme_code
    where
        offerings.kind_group not in ('full_qualification', 'bridging', 'postgraduate')
        and (
            offerings.is_labelled
            or coalesce(programme_kinds.kind_group, 'unknown')
            not in ('full_qualification', 'bridging', 'postgraduate')
        )
),

takings as (
    select distinct
        institution_id,
        academic_year,
        offering_id,
        component_code,
        programme_code,
        contract_type
    from enrolments
),

placed as (
    select
        takings.*,
        offerings.started_on as run_started_on,
        case
            when takings.offering_id is not null then offerings.offering_id
            when takings.component_code is null then programme_offerings.offering_id
        end as judged_offering_id,
        case
            when
                takings.offering_id is not null and offerings.offering_id is not null
                then 'offering'
            when takings.offering_id is not null then 'unknown_offering'
            when takings.component_code is not null then 'component'
            else 'programme'
        end as taken,
        case
            when takings.offering_id is not null then null
            when
                takings.component_code is null and programme_offerings.offering_id is not null
                then 'offering'
            when
                takings.component_code is null
                then coalesce(programme_kinds.kind_group, 'not_in_catalogue')
            when takings.programme_code is not null
                then
                    case
                        when programme_kinds.kind_group = 'full_qualification' then 'degree'
                        when
                            programme_kinds.kind_group in ('bridging', 'postgraduate')
                            then programme_kinds.kind_group
                        else 'unknown'
                    end
            when component_anywhere.in_degree = 1 then 'degree'
            when component_anywhere.in_bridging = 1 then 'bridging'
            when component_anywhere.in_postgraduate = 1 then 'postgraduate'
            else 'unknown'
        end as context,
        case
            when takings.offering_id is not null or takings.component_code is null then null
            when
                case
                    when
                        takings.programme_code is null
                        then component_anywhere.called_integrative
                    else component_contexts.called_integrative
                end
                = 1
                then 'true'
            when
                case
                    when
                        takings.programme_code is null
                        then component_anywhere.called_not_integrative
                    else component_contexts.called_not_integrative
                end
                = 1
                then 'false'
        end as is_integrative
    from takings
    left join offerings
        on
            takings.offering_id = offerings.offering_id
            and takings.academic_year = offerings.academic_year
    left join programme_kinds
        on
            takings.institution_id = programme_kinds.institution_id
            and takings.academic_year = programme_kinds.academic_year
            and takings.programme_code = programme_kinds.programme_code
    left join programme_offerings
        on
            takings.institution_id = programme_offerings.institution_id
            and takings.academic_year = programme_offerings.academic_year
            and takings.programme_code = programme_offerings.source_code
    left join component_contexts
        on
            takings.institution_id = component_contexts.institution_id
            and takings.academic_year = component_contexts.academic_year
            and takings.component_code = component_contexts.component_code
            and takings.programme_code = component_contexts.programme_code
    left join component_anywhere
        on
            takings.institution_id = component_anywhere.institution_id
            and takings.academic_year = component_anywhere.academic_year
            and takings.component_code = component_anywhere.component_code
),

cases as (
    select
        *,
        -- An exam contract in the enrolment history may name nothing at all; it still counts.
        coalesce(
            case
                when taken = 'programme' then programme_code
                when taken = 'component' then component_code
                else offering_id
            end,
            ''
        ) as item_code,
        md5(concat_ws(
            '|',
            contract_type,
            taken,
            judged_offering_id || ' ' || academic_year,
            context,
            is_integrative
        )) as case_id
    from placed
),

numbered as (
    select
        *,
        dense_rank() over (order by institution_id, academic_year, case_id, item_code)
            as taking_number
    from cases
)

select * from numbered
