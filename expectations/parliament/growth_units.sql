-- One row per measure of growth, rule set, window, scope, reading and way of counting: how certain
-- units (an offering, Flemish where scopes are wider than an institution; a learner) count in the
-- first and the last year, there and at the institutions that reported both; whether they ran
-- there; whether their label or kind changed; and how many units that are.
with

ran as (
    select
        'offerings' as measure,
        'offerings' as kind,
        certainties.* exclude (offering_id),
        offerings.institution_id,
        offerings.offering_id as own_unit,
        offerings.flemish_unit_id as flemish_unit,
        true as is_known,
        coalesce(offerings.offering_kind, '') || ' ' || offerings.is_labelled as called
    from main.offerings as offerings
    inner join recount.offering_certainties as certainties using (offering_id, academic_year)
    union all by name
    select
        'learners' as measure,
        'enrolments' as kind,
        rule_set_version,
        academic_year,
        institution_id,
        cast(learner as varchar) as own_unit,
        cast(learner as varchar) as flemish_unit,
        is_known,
        max(columns('^by_'))
    from recount.contracts
    group by all
),

placed as (
    select
        ran.*,
        spans.window_label,
        spans.scope,
        spans.is_steady,
        ran.academic_year = spans.from_year as is_first,
        case when spans.scope in ('*', 'panel') then ran.flemish_unit else ran.own_unit end as unit,
        spans.scope not in ('*', 'panel') or ran.is_known as is_certain
    from ran
    inner join recount.growth_spans as spans
        on
            ran.kind = spans.kind
            and ran.institution_id = spans.institution_id
            and ran.academic_year in (spans.from_year, spans.to_year)
),

-- The four certainties of a reading as the digits of one number: first and last year, and both again
-- at the institutions that reported both.
units as (
    select
        measure,
        rule_set_version,
        window_label,
        scope,
        unit,
        is_certain,
        bool_or(is_first and is_steady) as ran_first,
        bool_or(not is_first and is_steady) as ran_last,
        list_sort(list_distinct(list(called) filter (is_first and called is not null)))
        is distinct from list_sort(
            list_distinct(list(called) filter (not is_first and called is not null))
        ) as is_renamed,
        1000 * coalesce(max(case when is_first then columns('^by_') end), 0)
        + 100 * coalesce(max(case when not is_first then columns('^by_') end), 0)
        + 10 * coalesce(max(case when is_first and is_steady then columns('^by_') end), 0)
        + coalesce(max(case when not is_first and is_steady then columns('^by_') end), 0) as "\0"
    from placed
    group by all
),

alike as (
    select
        * exclude (unit),
        count(*) as amount
    from units
    group by all
),

judged as (
    unpivot alike on columns('^by_') into name definition value certainties
)

select
    measure,
    replace(definition, 'by_', '') as definition,
    rule_set_version,
    window_label,
    scope,
    is_certain,
    certainties // 1000 as first_certainty,
    certainties // 100 % 10 as last_certainty,
    certainties // 10 % 10 as first_steady,
    certainties % 10 as last_steady,
    ran_first,
    ran_last,
    is_renamed,
    amount
from judged
