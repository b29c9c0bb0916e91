-- One row per accepted enrolment line, with what was taken (an offering, a component in a
-- context, a programme), whether the line counts, and the case under which it is judged.
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

parameters as (
    select cast(max(case when name = 'census_days' then value end) as integer) as census_days
    from {{ ref('parameters') }}
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

placed as (
    select
        enrolments.*,
        offerings.started_on as run_started_on,
        case
            when enrolments.offering_id is not null then offerings.offering_id
            when enrolments.component_code is null then programme_offerings.offering_id
        end as judged_offering_id,
        case
            when
                enrolments.offering_id is not null and offerings.offering_id is not null
                then 'offering'
            when enrolments.offering_id is not null then 'unknown_offering'
            when enrolments.component_code is not null then 'component'
            else 'programme'
        end as taken,
        case
            when enrolments.offering_id is not null then null
            when
                enrolments.component_code is null and programme_offerings.offering_id is not null
                then 'offering'
            when
                enrolments.component_code is null
                then coalesce(programme_kinds.kind_group, 'not_in_catalogue')
            when enrolments.programme_code is not null
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
            when enrolments.offering_id is not null or enrolments.component_code is null then null
            when
                case
                    when
                        enrolments.programme_code is null
                        then component_anywhere.called_integrative
                    else component_contexts.called_integrative
                end
                = 1
                then 'true'
            when
                case
                    when
                        enrolments.programme_code is null
                        then component_anywhere.called_not_integrative
                    else component_contexts.called_not_integrative
                end
                = 1
                then 'false'
        end as is_integrative
    from enrolments
    left join offerings
        on
            enrolments.offering_id = offerings.offering_id
            and enrolments.academic_year = offerings.academic_year
    left join programme_kinds
        on
            enrolments.institution_id = programme_kinds.institution_id
            and enrolments.academic_year = programme_kinds.academic_year
            and enrolments.programme_code = programme_kinds.programme_code
    left join programme_offerings
        on
            enrolments.institution_id = programme_offerings.institution_id
            and enrolments.academic_year = programme_offerings.academic_year
            and enrolments.programme_code = programme_offerings.source_code
    left join component_contexts
        on
            enrolments.institution_id = component_contexts.institution_id
            and enrolments.academic_year = component_contexts.academic_year
            and enrolments.component_code = component_contexts.component_code
            and enrolments.programme_code = component_contexts.programme_code
    left join component_anywhere
        on
            enrolments.institution_id = component_anywhere.institution_id
            and enrolments.academic_year = component_anywhere.academic_year
            and enrolments.component_code = component_anywhere.component_code
),

counted as (
    select
        placed.institution_id,
        placed.academic_year,
        placed.enrolment_id,
        placed.learner_key,
        placed.learner_key_basis,
        placed.offering_id,
        placed.component_code,
        placed.programme_code,
        placed.contract_type,
        placed.enrolled_on,
        placed.withdrawn_on,
        placed.credits_ects,
        placed.working_status_declared,
        placed.purpose,
        placed.outcome,
        placed.delivery_id,
        placed.row_number,
        placed.taken,
        placed.context,
        placed.is_integrative,
        placed.judged_offering_id,
        placed.withdrawn_on is null
        or {{ days_between(
            "greatest(placed.enrolled_on, coalesce(placed.run_started_on, "
            ~ day_of_start_year('placed.academic_year', '09', '20') ~ "))",
            'placed.withdrawn_on'
        ) }} > parameters.census_days as is_counted,
        md5(concat_ws(
            '|',
            placed.contract_type,
            placed.taken,
            placed.judged_offering_id || ' ' || placed.academic_year,
            placed.context,
            placed.is_integrative
        )) as case_id
    from placed
    cross join parameters
)

select * from counted
