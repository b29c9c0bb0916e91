-- One row per recounted cell of the cube under its key: its bounds, empty where nobody reported,
-- without an upper one where the reports are not complete.
with

amounts as (
    unpivot recount.tallies on columns('^by_') into name definition value amount
),

told as (
    select
        measure,
        replace(definition, 'by_', '') as definition,
        rule_set_version,
        period,
        scope,
        part,
        max(amount) filter (bound = 'lower') as lower,
        max(amount) filter (bound = 'upper') as upper
    from amounts
    group by all
    union all
    select
        'learners' as measure,
        definition,
        rule_set_version,
        period,
        scope,
        part,
        lower,
        upper
    from recount.standings
),

-- A whole is told where somebody reported, also when it is zero; a part only where it counts.
wholes as (
    select
        reporting.measure,
        reporting.definition,
        reporting.rule_set_version,
        reporting.period,
        reporting.scope,
        'none' as part,
        coalesce(told.lower, 0) as lower,
        case when told.measure is null then 0 else told.upper end as upper
    from (select * from recount.reporting where scope not like '*:%') as reporting
    left join told
        on
            reporting.measure = told.measure
            and reporting.definition = told.definition
            and reporting.rule_set_version = told.rule_set_version
            and reporting.period = told.period
            and reporting.scope = told.scope
            and told.part = 'none'
),

parts as (
    select * from told
    where part <> 'none' and (lower <> 0 or upper <> 0 or upper is null)
),

-- What institutions, and what the parts of a cut, count more than once.
shared as (
    select
        measure,
        definition,
        rule_set_version,
        period,
        'overlap' as scope,
        'none' as part,
        sum(case when scope = '*' then -lower else lower end) as lower,
        case
            when count(*) = count(upper) then sum(case when scope = '*' then -upper else upper end)
        end as upper
    from wholes
    group by all
    union all
    select
        parts.measure,
        parts.definition,
        parts.rule_set_version,
        parts.period,
        parts.scope,
        regexp_replace(parts.part, '=[^:]*', '=overlap', 'g') as part,
        sum(parts.lower) - any_value(wholes.lower) as lower,
        case when count(*) = count(parts.upper) then sum(parts.upper) - any_value(wholes.upper) end
            as upper
    from parts
    inner join wholes using (measure, definition, rule_set_version, period, scope)
    group by
        parts.measure,
        parts.definition,
        parts.rule_set_version,
        parts.period,
        parts.scope,
        regexp_replace(parts.part, '=[^:]*', '=overlap', 'g')
),

cells as (
    select * from wholes
    union all by name
    select * from parts
    union all by name
    select * from shared
    where lower <> 0 or upper <> 0
)

select
    cells.measure,
    cells.scope as institution_id,
    regexp_replace(cells.part, '=[^:]*', '', 'g') as cut,
    concat_ws(
        ':',
        cells.measure,
        cells.definition,
        cells.period,
        cells.scope,
        cells.part,
        cells.rule_set_version
    ) as count_key,
    case when reporting.has_data then cells.lower end as lower,
    case when reporting.has_data and reporting.is_complete then cells.upper end as upper
from cells
inner join recount.reporting as reporting
    on
        cells.measure = reporting.measure
        and cells.definition = reporting.definition
        and cells.rule_set_version = reporting.rule_set_version
        and cells.period = reporting.period
        and reporting.scope = case
            when cells.scope = 'overlap' then '*'
            when cells.part like 'institution_kind=%' and cells.part not like '%overlap%'
                then '*:' || regexp_extract(cells.part, '=([^:]+)', 1)
            else cells.scope
        end
