-- One row per rule set, period, scope (an institution or '*'), part of a split, unit and academic
-- year: the largest stated credits of the runs of that unit and the most certain verdict of each
-- reading. The unit of '*' is the joint offering, which has its largest credits in every part that
-- it stands in. Institutions have no split.
with

runs as (
    select
        certainties.* exclude (offering_id),
        periods.period,
        offerings.institution_id,
        institutions.kind as institution_kind,
        offerings.offering_id,
        offerings.flemish_unit_id,
        coalesce(offerings.offering_kind, 'unknown') as offering_kind,
        coalesce(cast(offerings.type as varchar), 'unknown') as type,
        coalesce(cast(offerings.vks_level as varchar), 'unknown') as level,
        coalesce(offerings.mode, 'unknown') as mode,
        coalesce(offerings.workload_unit, 'unknown') as workload_unit,
        coalesce(offerings.lifecycle, 'unknown') as lifecycle,
        case
            when offerings.workload_unit is null then 'unknown'
            when offerings.workload_unit <> 'ects' then 'hours'
            when offerings.workload_value < 3 then '<3'
            when offerings.workload_value <= 20 then '3-20'
            when offerings.workload_value < 60 then '20-60'
            else '60+'
        end as ects_band,
        case
            when offerings.workload_unit = 'ects' and offerings.workload_source = 'stated'
                then offerings.workload_value
        end as credits
    from main.offerings as offerings
    inner join recount.offering_certainties as certainties using (offering_id, academic_year)
    inner join recount.periods as periods using (academic_year)
    inner join main.institutions as institutions using (institution_id)
),

weighed as (
    select
        *,
        max(credits) over (
            partition by rule_set_version, period, academic_year, flemish_unit_id
        ) as flemish_credits
    from runs
),

placed as (
    select
        * exclude (flemish_credits),
        institution_id as scope,
        'none' as part,
        offering_id as unit
    from weighed
    union all
    select
        * exclude (flemish_credits) replace (flemish_credits as credits),
        '*' as scope,
        unnest([
            'none',
            'institution_kind=' || institution_kind,
            'offering_kind=' || offering_kind,
            'type=' || type,
            'level=' || level,
            'mode=' || mode,
            'ects_band=' || ects_band,
            'workload_unit=' || workload_unit,
            'lifecycle=' || lifecycle,
            'type=' || type || ':level=' || level,
            'level=' || level || ':mode=' || mode
        ]) as part,
        flemish_unit_id as unit
    from weighed
)

select
    rule_set_version,
    period,
    scope,
    part,
    unit,
    academic_year,
    max(credits) as credits,
    max(columns('^by_'))
from placed
group by all
