"""The queries that find who is counted where, from the published record tables.

They state anew what the models of the cube compute (counting.md, Measures, Working status, Bounds),
so that a certificate does not rest on the cube alone: where both differ, nothing is certified.

Border: which populations are asked for is decided in ``populations.py``.
"""

# The columns of the temporary table ``lines`` by which the cube cuts.
CUTS = (
    "offering_kind",
    "type",
    "level",
    "mode",
    "ects_band",
    "workload_unit",
    "institution_kind",
    "lifecycle",
    "contract_type",
    "purpose",
    "working_status",
    "working_status_source",
)
# In a period a learner has the status of the first year with the best verdict.
STATUS_CUTS = {
    cut: f"first_value({cut}) over (partition by definition, period, place, {{kind}}, learner_key"
    " order by is_in desc, academic_year)"
    for cut in ("working_status", "working_status_source")
}

# One row per counted enrolment line and reading that it may count under.
LINES_SQL = """
    create or replace temp table lines as
    select
        enrolments.institution_id,
        institutions.kind as institution_kind,
        list_contains($panel, enrolments.institution_id) as is_in_panel,
        enrolments.academic_year,
        enrolments.learner_key,
        enrolments.learner_key_basis = 'national' as is_person_known,
        enrolments.purpose,
        enrolments.contract_type,
        enrolments.credits_ects,
        cases.definition,
        cases.verdict = 'in' as is_in,
        concat_ws(' ', cases.taken, enrolments.institution_id, case
            when cases.taken = 'programme' then enrolments.programme_code
            when cases.taken = 'component' then enrolments.component_code
            else enrolments.offering_id
        end) as own_item,
        case when offerings.offering_id is null then own_item
            else coalesce(offerings.flemish_unit_id, own_item)
        end as shared_item,
        case cases.taken
            when 'component' then 'opleidingsonderdeel'
            when 'programme' then 'programme'
            else coalesce(offerings.offering_kind, 'unknown')
        end as offering_kind,
        case when cases.taken in ('component', 'programme') then 'not_applicable'
            else coalesce(cast(offerings.type as varchar), 'unknown')
        end as type,
        coalesce(cast(offerings.vks_level as varchar), 'unknown') as level,
        coalesce(offerings.mode, 'unknown') as mode,
        case
            when offerings.workload_unit is null then 'unknown'
            when offerings.workload_unit <> 'ects' then 'hours'
            when offerings.workload_value < 3 then '<3'
            when offerings.workload_value <= 20 then '3-20'
            when offerings.workload_value < 60 then '20-60'
            else '60+'
        end as ects_band,
        coalesce(offerings.workload_unit, 'unknown') as workload_unit,
        case when cases.taken in ('component', 'programme') then 'not_applicable'
            else coalesce(offerings.lifecycle, 'unknown')
        end as lifecycle,
        learner_years.working_status,
        learner_years.working_status_source
    from enrolments
    inner join verdict_cases as cases
        on enrolments.case_id = cases.case_id
        and cases.rule_set_version = $rules
        and list_contains($definitions, cases.definition)
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
"""

# One row per population and unit; ``times`` is how often the population counts the unit. A learner
# without national number is counted among several institutions as possible only.
_MEMBERSHIPS = """
    insert into memberships
    with placed as (
        select lines.*, periods.period, lines.institution_id as place, true as is_certain
        from lines
        inner join periods on lines.academic_year = periods.academic_year
        where {{lines}}
        union all
        select lines.*, periods.period, '*' as place, {certain} as is_certain
        from lines
        inner join periods on lines.academic_year = periods.academic_year
        where {{lines}}
        union all
        select lines.*, periods.period, 'panel' as place, {certain} as is_certain
        from lines
        inner join periods on lines.academic_year = periods.academic_year
        where is_in_panel and {{lines}}
    ),

    cut as (
        select *, {{value}} as value, {{second_value}} as second_value
        from placed
    ),

    counted as (
        select
            definition, period, place, value, second_value,
            {unit} as unit,
            {counted} as counted_item,
            bool_or(is_in and is_certain) as is_lower
        from cut
        group by definition, period, place, value, second_value, unit, counted_item
    )

    select
        wanted.population,
        counted.unit,
        cast(count(*) as integer)
    from counted
    inner join wanted
        on counted.definition = wanted.definition
        and counted.period = wanted.period
        and counted.place = wanted.place
        and counted.value = wanted.value
        and counted.second_value = wanted.second_value
    where counted.is_lower or not wanted.is_lower
    group by wanted.population, counted.unit
"""
_UNITS = {
    "learners": ("is_person_known", "learner_key", "''"),
    "enrolments": (
        "true",
        "concat_ws(' ', learner_key, shared_item, academic_year)",
        "case when place in ('*', 'panel') then shared_item else own_item end",
    ),
    "contracts": (
        "true",
        "concat_ws(' ', institution_id, learner_key, academic_year, contract_type)",
        "''",
    ),
}
MEMBERSHIPS_SQL = {
    measure: _MEMBERSHIPS.format(certain=certain, unit=unit, counted=counted)
    for measure, (certain, unit, counted) in _UNITS.items()
}

SIGNATURES_SQL = """
    with units as (
        select
            unit,
            list(population order by population) as populations,
            list(times order by population) as every_times
        from memberships
        group by unit
    )

    select populations, every_times, cast(count(*) as bigint)
    from units
    group by populations, every_times
    order by populations, every_times
"""
