-- One row per kind of record (offerings, programmes, enrolments), period and institution, '*' or
-- '*:' with a kind of institution: who reported, for what the reports are complete, and the flags
-- of the cells that rest on them. A part of split institution_kind rests on that kind alone.
with

coverage as (
    select * from {{ ref('int_coverage_completed') }}
    where kind in ('offerings', 'programmes', 'enrolments')
),

periods as (
    select * from {{ ref('int_periods') }}
),

parameters as (
    select
        cast(max(case when name = 'max_rejected_share' then value end) as double)
            as max_rejected_share
    from {{ ref('parameters') }}
),

kinds as (
    select distinct kind from coverage
),

-- Years of a window outside what anyone delivered are missing for everyone.
institution_years as (
    select
        kinds.kind,
        periods.period,
        periods.academic_year,
        periods.is_window,
        periods.is_provisional,
        institutions.institution_id,
        institutions.kind as institution_kind,
        coalesce(coverage.is_delivered, false) as is_delivered,
        coalesce(coverage.is_before_existence, false) as is_before_existence,
        coalesce(coverage.status = 'carried_forward', false) as is_carried_forward,
        coalesce(coverage.complete_for, '') as complete_for,
        coalesce(
            coverage.rows_read > 0
            and cast(coverage.rows_rejected as double) / coverage.rows_read
            > parameters.max_rejected_share,
            false
        ) as is_rejected_too_often
    from periods
    cross join kinds
    cross join {{ ref('institutions') }} as institutions
    cross join parameters
    left join coverage
        on
            periods.academic_year = coverage.academic_year
            and institutions.institution_id = coverage.institution_id
            and kinds.kind = coverage.kind
),

scoped as (
    select
        *,
        institution_id as scope_id
    from institution_years
    union all
    select
        *,
        '*' as scope_id
    from institution_years
    union all
    select
        *,
        '*:' || institution_kind as scope_id
    from institution_years
),

decided as (
    select
        kind,
        period,
        scope_id as institution_id,
        max(case when is_window then 1 else 0 end) = 1 as is_window,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        max(case when is_carried_forward then 1 else 0 end) = 1 as is_carried_forward,
        count(distinct case when is_delivered then institution_id end) as institutions_reporting,
        count(case when is_delivered then 1 end) as years_delivered,
        count(case when not is_delivered and not is_before_existence then 1 end) as years_missing,
        count(case when is_before_existence then 1 end) as years_before_existence,
        count(case when is_delivered and is_rejected_too_often then 1 end)
            as years_rejected_too_often,
        count(
            case
                when
                    is_delivered and not {{ list_holds('complete_for', "'lifelong_learning'") }}
                    then 1
            end
        ) as years_without_lifelong_learning,
        count(
            case
                when is_delivered and not {{ list_holds('complete_for', "'postgraduate'") }} then 1
            end
        )
            as years_without_postgraduate,
        count(
            case when is_delivered and not {{ list_holds('complete_for', "'degree'") }} then 1 end
        )
            as years_without_degree,
        count(
            case
                when is_delivered and not {{ list_holds('complete_for', "'enrolments'") }} then 1
            end
        )
            as years_without_enrolments
    from scoped
    group by kind, period, scope_id
)

select * from decided
