-- One row per offering, academic year and rule set: everything that decides its verdicts, and the
-- profile_id that offerings share when all of it is equal. Verdicts are decided once per profile.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

types as (
    select * from {{ ref('int_types_decided') }}
),

components as (
    select * from {{ ref('int_components_traced') }}
),

programmes as (
    select * from {{ ref('int_programmes_identified') }}
    where not coalesce(is_labelled, false)
),

criteria as (
    select * from {{ ref('int_criteria_evaluated') }}
),

deciding as (
    select * from {{ ref('int_criteria_deciding') }}
),

rules as (
    select * from {{ ref('definition_rules') }}
),

-- Some rules hold from an academic year on; reached_years are the first years that have come.
first_years as (
    select distinct
        rule_set_version,
        replace(condition, 'from=', '') as first_year
    from rules
    where condition like 'from=%'
),

years as (
    select distinct academic_year
    from offerings
),

reached as (
    select
        years.academic_year,
        first_years.rule_set_version,
        {{ sorted_list('first_years.first_year') }} as reached_years
    from years
    inner join first_years on years.academic_year >= first_years.first_year
    group by years.academic_year, first_years.rule_set_version
),

-- An opleidingsonderdeel offered as a whole is its own component.
integrative_marks as (
    select
        offering_id,
        academic_year,
        is_integrative
    from components
    union all
    select
        offerings.offering_id,
        offerings.academic_year,
        case
            when count(case when programmes.is_integrative then 1 end) > 0 then true
            when count(programmes.is_integrative) > 0 then false
        end as is_integrative
    from offerings
    inner join programmes
        on
            offerings.institution_id = programmes.institution_id
            and offerings.academic_year = programmes.academic_year
            and offerings.source_code = programmes.component_code
    where offerings.kind_group = 'component'
    group by offerings.offering_id, offerings.academic_year
),

integrative as (
    select
        offering_id,
        academic_year,
        case
            when count(case when is_integrative then 1 end) > 0 then true
            when count(is_integrative) = count(*) then false
        end as is_integrative
    from integrative_marks
    group by offering_id, academic_year
),

outcomes as (
    select
        criteria.offering_id,
        criteria.academic_year,
        criteria.rule_set_version,
        {{ sorted_list("criteria.criterion_id || '=' || criteria.outcome") }} as outcomes
    from criteria
    inner join deciding
        on
            criteria.rule_set_version = deciding.rule_set_version
            and criteria.criterion_id = deciding.criterion_id
    group by criteria.offering_id, criteria.academic_year, criteria.rule_set_version
),

profiled as (
    select
        outcomes.offering_id,
        outcomes.academic_year,
        outcomes.rule_set_version,
        offerings.offering_kind,
        offerings.kind_group,
        offerings.is_labelled,
        types.type,
        integrative.is_integrative,
        reached.reached_years,
        md5(
            concat_ws(
                '|',
                coalesce(offerings.offering_kind, ''),
                offerings.kind_group,
                cast(offerings.is_labelled as string),
                coalesce(cast(types.type as string), ''),
                coalesce(cast(integrative.is_integrative as string), ''),
                coalesce(reached.reached_years, ''),
                outcomes.outcomes
            )
        ) as profile_id
    from outcomes
    inner join offerings
        on
            outcomes.offering_id = offerings.offering_id
            and outcomes.academic_year = offerings.academic_year
    left join types
        on
            outcomes.offering_id = types.offering_id
            and outcomes.academic_year = types.academic_year
    left join integrative
        on
            outcomes.offering_id = integrative.offering_id
            and outcomes.academic_year = integrative.academic_year
    left join reached
        on
            outcomes.rule_set_version = reached.rule_set_version
            and outcomes.academic_year = reached.academic_year
)

select * from profiled
