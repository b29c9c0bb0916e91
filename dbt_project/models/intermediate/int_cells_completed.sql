-- One row per cell of the cube: computed cells, zeros for delivered cells without any unit (split
-- none only), empty cells for what was not delivered, and what parts count more than once
-- (overlap).
with

computed as (
    select * from {{ ref('int_cells_bounded') }}
),

reporting as (
    select * from {{ ref('int_reporting_decided') }}
),

grid as (
    select
        rule_sets.rule_set_version,
        measures.measure,
        measures.kind,
        definitions.definition,
        reporting.period,
        reporting.institution_id
    from {{ ref('measures') }} as measures
    inner join {{ ref('definitions') }} as definitions
        on {{ list_holds('measures.definitions', 'definitions.definition') }}
    inner join reporting
        on measures.kind = reporting.kind and reporting.institution_id not like '*:%'
    cross join {{ ref('rule_sets') }} as rule_sets
),

totals as (
    select
        grid.rule_set_version,
        grid.measure,
        grid.definition,
        grid.period,
        grid.institution_id,
        'none' as split,
        'all' as split_value,
        cast(null as string) as second_split,
        cast(null as string) as second_split_value,
        coalesce(computed.lower, 0) as lower,
        case when computed.measure is null then 0 else computed.upper end as upper
    from grid
    left join computed
        on
            grid.rule_set_version = computed.rule_set_version
            and grid.measure = computed.measure
            and grid.definition = computed.definition
            and grid.period = computed.period
            and grid.institution_id = computed.institution_id
            and computed.split = 'none'
),

-- A part that counts nothing under a definition is no cell: zeros are written for split none only.
parts as (
    select * from computed
    where split <> 'none' and (lower <> 0 or upper is null or upper <> 0)
),

part_sums as (
    select
        rule_set_version,
        measure,
        definition,
        period,
        institution_id,
        split,
        second_split,
        cast(sum(lower) as decimal(18, 2)) as lower,
        cast(case when count(upper) = count(*) then sum(upper) end as decimal(18, 2)) as upper
    from parts
    where split <> 'purpose'
    group by rule_set_version, measure, definition, period, institution_id, split, second_split
),

split_overlaps as (
    select
        part_sums.rule_set_version,
        part_sums.measure,
        part_sums.definition,
        part_sums.period,
        part_sums.institution_id,
        part_sums.split,
        'overlap' as split_value,
        part_sums.second_split,
        case when part_sums.second_split is not null then 'overlap' end as second_split_value,
        part_sums.lower - totals.lower as lower,
        part_sums.upper - totals.upper as upper
    from part_sums
    inner join totals
        on
            part_sums.rule_set_version = totals.rule_set_version
            and part_sums.measure = totals.measure
            and part_sums.definition = totals.definition
            and part_sums.period = totals.period
            and part_sums.institution_id = totals.institution_id
    where part_sums.lower <> totals.lower or coalesce(part_sums.upper <> totals.upper, false)
),

institution_overlaps as (
    select
        flanders.rule_set_version,
        flanders.measure,
        flanders.definition,
        flanders.period,
        'overlap' as institution_id,
        'none' as split,
        'all' as split_value,
        cast(null as string) as second_split,
        cast(null as string) as second_split_value,
        cast(sum(institutions.lower) - min(flanders.lower) as decimal(18, 2)) as lower,
        cast(
            case
                when
                    count(institutions.upper) = count(*)
                    then sum(institutions.upper) - min(flanders.upper)
            end
            as decimal(18, 2)
        ) as upper
    from totals as flanders
    inner join totals as institutions
        on
            flanders.rule_set_version = institutions.rule_set_version
            and flanders.measure = institutions.measure
            and flanders.definition = institutions.definition
            and flanders.period = institutions.period
            and institutions.institution_id <> '*'
    where flanders.institution_id = '*'
    group by flanders.rule_set_version, flanders.measure, flanders.definition, flanders.period
    having
        sum(institutions.lower) <> min(flanders.lower)
        or coalesce(sum(institutions.upper) <> min(flanders.upper), false)
),

every_cell as (
    select * from totals
    union all
    select * from parts
    union all
    select * from split_overlaps
    union all
    select * from institution_overlaps
),

ordered as (
    select
        rule_set_version,
        measure,
        definition,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        lower,
        upper
    from every_cell
)

select * from ordered
