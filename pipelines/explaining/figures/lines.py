"""The enrolment lines behind a cell about persons, tallied again: per delivery and per rule.

The query is only written here; ``pipelines.answers.disclosure`` runs it, rounds what it finds and
says whether it agrees with the published bounds. Rules: counting.md, Measures, Working status.

Border: no result of the query passes through here, and no line or learner is ever listed.
"""

from collections.abc import Collection

from pipelines.answers.cells import FLANDERS
from pipelines.answers.disclosure import RecountQuery
from pipelines.explaining.figures.keys import CellKey, years_of

STATUS = "working_status"  # how both splits by working status begin
HISTORIES = "dho"  # a file per learner: its name would be a person, so they are one source

# The value of a line for a split that is not by working status; null for one that is.
CUT = """case {split}
                when 'offering_kind' then case cases.taken
                    when 'component' then 'opleidingsonderdeel'
                    when 'programme' then 'programme'
                    else coalesce(offerings.offering_kind, 'unknown')
                end
                when 'type' then case
                    when cases.taken in ('component', 'programme') then 'not_applicable'
                    else coalesce(cast(offerings.type as varchar), 'unknown')
                end
                when 'level' then coalesce(cast(offerings.vks_level as varchar), 'unknown')
                when 'mode' then coalesce(offerings.mode, 'unknown')
                when 'ects_band' then case
                    when offerings.workload_unit is null then 'unknown'
                    when offerings.workload_unit <> 'ects' then 'hours'
                    when offerings.workload_value < 3 then '<3'
                    when offerings.workload_value <= 20 then '3-20'
                    when offerings.workload_value < 60 then '20-60'
                    else '60+'
                end
                when 'workload_unit' then coalesce(offerings.workload_unit, 'unknown')
                when 'institution_kind' then institutions.kind
                when 'lifecycle' then case
                    when cases.taken in ('component', 'programme') then 'not_applicable'
                    else coalesce(offerings.lifecycle, 'unknown')
                end
                when 'contract_type' then enrolments.contract_type
                when 'purpose' then enrolments.purpose
            end"""
# Rows: part, place, name, lower, upper. Part ``total`` is the cell again; ``delivery`` has every
# source of the institutions and years in it, ``rule`` every rule that lets a line count somewhere
# in the file, so that a row says nothing by being there.
RECOUNT_SQL = """
    with sources as (
        select distinct
            enrolments.institution_id,
            enrolments.delivery_id,
            case
                when deliveries.stream = $histories then $histories else enrolments.delivery_id
            end as source_id
        from enrolments
        inner join institutions on enrolments.institution_id = institutions.institution_id
        left join deliveries
            on enrolments.delivery_id = deliveries.delivery_id and deliveries.kind = 'enrolments'
        where list_contains($years, enrolments.academic_year)
            and list_contains($institutions, enrolments.institution_id)
            and ($split <> 'institution_kind' or institutions.kind = $split_value)
    ),

    judged as (
        select
            enrolments.institution_id,
            enrolments.academic_year,
            enrolments.learner_key,
            enrolments.contract_type,
            enrolments.credits_ects,
            enrolments.delivery_id,
            enrolments.learner_key_basis = 'national' or not $is_together
                or $measure <> 'learners' as counts_in_lower,
            cases.verdict,
            cases.deciding_criterion as deciding,
            cases.verdict = 'in' as is_in,
            case when $measure = 'enrolments' then concat_ws(
                ' ',
                case when offerings.offering_id is null then enrolments.institution_id end,
                cases.taken,
                case
                    when cases.taken = 'programme' then coalesce(enrolments.programme_code, '')
                    when cases.taken = 'component' then coalesce(enrolments.component_code, '')
                    when $is_together
                        then coalesce(offerings.flemish_unit_id, enrolments.offering_id)
                    else enrolments.offering_id
                end
            ) end as item_id,
            learner_years.working_status,
            learner_years.working_status_source
        from enrolments
        inner join verdict_cases as cases
            on enrolments.case_id = cases.case_id
            and cases.definition = $definition
            and cases.rule_set_version = $rules
        inner join institutions on enrolments.institution_id = institutions.institution_id
        left join learner_years
            on enrolments.learner_key = learner_years.learner_key
            and enrolments.academic_year = learner_years.academic_year
        left join offerings
            on cases.taken = 'offering'
            and enrolments.offering_id = offerings.offering_id
            and enrolments.academic_year = offerings.academic_year
        where enrolments.is_counted
            and cases.verdict <> 'out'
            and list_contains($years, enrolments.academic_year)
            and list_contains($institutions, enrolments.institution_id)
            and (enrolments.purpose = 'regular' or $split = 'purpose')
            and (enrolments.contract_type <> 'none' or $measure <> 'contracts')
            -- A cut that is not by working status; the status of a learner is looked for inside it.
            and coalesce({cut}, $split_value) = $split_value
            and coalesce({second_cut}, $second_split_value, 'all')
            = coalesce($second_split_value, 'all')
    ),

    -- In a window a learner has the status of the first year with the best verdict; everything
    -- else has that of its own year.
    learner_statuses as (
        select
            learner_key,
            arg_min(working_status, rank) as working_status,
            arg_min(working_status_source, rank) as working_status_source
        from (
            select
                *,
                cast(left(academic_year, 4) as integer)
                + case when is_in then 0 else 10000 end as rank
            from judged
            where $by_status and $measure = 'learners'
        )
        group by learner_key
    ),

    statuses as (
        select
            judged.*,
            coalesce(learner_statuses.working_status, judged.working_status) as own_status,
            coalesce(learner_statuses.working_status_source, judged.working_status_source)
                as own_source
        from judged
        left join learner_statuses on judged.learner_key = learner_statuses.learner_key
    ),

    in_cell as (
        select
            statuses.*,
            sources.source_id,
            case $measure
                when 'learners' then learner_key
                when 'contracts'
                    then concat_ws(
                        ' ', statuses.institution_id, learner_key, academic_year, contract_type
                    )
                else concat_ws(' ', learner_key, item_id, academic_year)
            end as unit_id
        from statuses
        inner join sources
            on statuses.institution_id = sources.institution_id
            and statuses.delivery_id = sources.delivery_id
        where ($split <> 'working_status' or own_status = $split_value)
            and ($split <> 'working_status_source' or own_source = $split_value)
            and (coalesce($second_split, '') <> 'working_status'
                or own_status = $second_split_value)
    ),

    units as (
        select
            institution_id,
            source_id,
            bool_or(is_in) as is_in,
            bool_or(counts_in_lower) or source_id is not null as counts_in_lower,
            coalesce(sum(credits_ects) filter (where is_in), 0) as credits_in,
            sum(credits_ects) as credits,
            bool_or(credits_ects is null) as is_open
        from in_cell
        group by grouping sets ((unit_id), (institution_id, source_id, unit_id))
    ),

    amounts as (
        select
            institution_id,
            source_id,
            case
                when $measure = 'credits_taken' then sum(credits_in)
                else count(*) filter (where is_in and counts_in_lower)
            end as lower,
            case
                when $measure <> 'credits_taken' then count(*)
                when not bool_or(is_open) then sum(credits)
            end as upper
        from units
        group by institution_id, source_id
    ),

    rules as (
        select distinct verdict, coalesce(deciding_criterion, '') as deciding
        from verdict_cases
        where definition = $definition and rule_set_version = $rules and verdict <> 'out'
    ),

    ruled as (
        select verdict, coalesce(deciding, '') as deciding, count(*) as lines
        from in_cell
        group by all
    )

    select
        'total' as part, '' as place, '' as name, lower, upper
    from amounts
    where source_id is null
    union all
    select
        'delivery', known.institution_id, known.source_id,
        coalesce(amounts.lower, 0),
        case when amounts.source_id is null then 0 else amounts.upper end
    from (select distinct institution_id, source_id from sources) as known
    left join amounts
        on known.institution_id = amounts.institution_id and known.source_id = amounts.source_id
    union all
    select
        'rule', rules.verdict, rules.deciding, coalesce(ruled.lines, 0), coalesce(ruled.lines, 0)
    from rules
    left join ruled on rules.verdict = ruled.verdict and rules.deciding = ruled.deciding
    order by part, place, name
"""


RECOUNT_SQL = RECOUNT_SQL.replace("{cut}", CUT.replace("{split}", "$split")).replace(
    "{second_cut}", CUT.replace("{split}", "$second_split")
)


def recount_query(asked: CellKey, institutions: Collection[str]) -> RecountQuery | None:
    """Return the query that counts a cell about persons again; None for an overlap of parts.

    Args:
        asked: The cell.
        institutions: The institutions of the register.
    """
    if asked.is_overlap:
        return None
    cell = asked.cell
    return RecountQuery(
        sql=RECOUNT_SQL,
        values={
            "measure": cell.measure,
            "definition": cell.definition,
            "rules": asked.rules,
            "years": list(years_of(cell.year)),
            "institutions": list(asked.panel or _within(cell.institution, institutions)),
            "is_together": asked.is_for_several,
            "split": cell.split,
            "split_value": cell.split_value,
            "second_split": cell.second_split,
            "second_split_value": cell.second_split_value,
            "by_status": any(
                (one or "").startswith(STATUS) for one in (cell.split, cell.second_split)
            ),
            "histories": HISTORIES,
        },
    )


def _within(institution: str, institutions: Collection[str]) -> Collection[str]:
    return institutions if institution == FLANDERS else (institution,)
