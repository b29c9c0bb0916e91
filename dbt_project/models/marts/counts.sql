with

cells as (
    select * from {{ ref('int_cells_completed') }}
),

reporting as (
    select * from {{ ref('int_reporting_decided') }}
),

measures as (
    select * from {{ ref('measures') }}
),

placed as (
    select
        cells.*,
        reporting.is_provisional,
        reporting.is_carried_forward,
        reporting.institutions_reporting,
        reporting.years_delivered,
        reporting.years_missing,
        reporting.years_before_existence,
        reporting.years_rejected_too_often,
        case measures.kind
            when 'offerings'
                then
                    reporting.years_without_lifelong_learning
                    + case
                        when cells.definition in ('framework', 'label') then 0 else
                            reporting.years_without_postgraduate
                    end
            when 'programmes' then reporting.years_without_degree
            else reporting.years_without_enrolments
        end as years_incomplete
    from cells
    inner join measures on cells.measure = measures.measure
    inner join reporting
        on
            measures.kind = reporting.kind
            and cells.period = reporting.period
            and reporting.institution_id = case
                when cells.institution_id = 'overlap' then '*'
                when cells.split = 'institution_kind' and cells.split_value <> 'overlap'
                    then cells.institution_id || ':' || cells.split_value
                else cells.institution_id
            end
),

bounded as (
    select
        *,
        case when years_delivered > 0 then cast(lower as decimal(18, 2)) end as lower_bound,
        -- A source that is not complete for what is counted bounds from below only.
        case
            when years_delivered > 0 and years_incomplete = 0 then cast(upper as decimal(18, 2))
        end as upper_bound
    from placed
),

judged as (
    select
        *,
        case
            when
                years_delivered = 0 and years_missing = 0 and years_before_existence > 0
                then 'did_not_exist'
            when years_delivered = 0 then 'missing'
            -- Also a cell whose own records leave the upper bound open is not final.
            when years_missing > 0 or years_rejected_too_often > 0 or upper_bound is null
                then 'partial'
            else 'final'
        end as status
    from bounded
)

select
    measure,
    definition,
    period as academic_year,
    institution_id,
    split,
    split_value,
    second_split,
    second_split_value,
    lower_bound as lower,
    upper_bound as upper,
    status,
    is_provisional,
    is_carried_forward,
    cast(institutions_reporting as integer) as institutions_reporting,
    rule_set_version,
    concat_ws(
        ':',
        measure,
        definition,
        period,
        institution_id,
        case
            when split = 'none' then 'none'
            when second_split is null then split || '=' || split_value
            else split || '=' || split_value || ':' || second_split || '=' || second_split_value
        end,
        rule_set_version
    ) as count_key
from judged
order by count_key
