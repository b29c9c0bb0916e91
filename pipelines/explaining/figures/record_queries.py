"""The queries that read the records behind a cell of a public measure, and their cuts and units.

They state anew, from the published tables, what the models of the cube compute: so a list that does
not add up to the published figure is a fault of one of both. Values are bound by name.

Border: what becomes of the rows is decided in ``records.py``.
"""

# One row per offering and year of the institutions and years of a cell, whatever it is cut by; also
# those that are out: they are part of a joint unit and may hold its largest credits, which the unit
# has in every part that it stands in.
OFFERINGS_SQL = """
    with records as (
        select
            offerings.offering_id as record_id,
            offerings.institution_id,
            offerings.academic_year,
            offerings.title,
            offerings.offering_kind,
            offerings.type,
            offerings.delivery_id,
            offerings.row_number,
            verdicts.verdict,
            verdicts.deciding_criterion as deciding,
            case
                when offerings.workload_unit = 'ects' and offerings.workload_source = 'stated'
                    then offerings.workload_value
            end as credits,
            coalesce(offerings.flemish_unit_id, offerings.offering_id) as shared_unit,
            offerings.institution_id || ':' || offerings.compared_title as title_unit,
            map {
                'offering_kind': coalesce(offerings.offering_kind, 'unknown'),
                'type': coalesce(cast(offerings.type as varchar), 'unknown'),
                'level': coalesce(cast(offerings.vks_level as varchar), 'unknown'),
                'mode': coalesce(offerings.mode, 'unknown'),
                'ects_band': case
                    when offerings.workload_unit is null then 'unknown'
                    when offerings.workload_unit <> 'ects' then 'hours'
                    when offerings.workload_value < 3 then '<3'
                    when offerings.workload_value <= 20 then '3-20'
                    when offerings.workload_value < 60 then '20-60'
                    else '60+'
                end,
                'workload_unit': coalesce(offerings.workload_unit, 'unknown'),
                'institution_kind': institutions.kind,
                'lifecycle': coalesce(offerings.lifecycle, 'unknown')
            } as cuts
        from offerings
        inner join offering_verdicts as verdicts
            on offerings.offering_id = verdicts.offering_id
            and offerings.academic_year = verdicts.academic_year
        inner join institutions on offerings.institution_id = institutions.institution_id
        where verdicts.definition = $definition
            and verdicts.rule_set_version = $rules
            and list_contains($years, offerings.academic_year)
            and ($is_together or list_contains($institutions, offerings.institution_id))
    )

    select
        *,
        max(credits) over (partition by shared_unit, academic_year) as shared_credits
    from records
    order by institution_id, academic_year desc, delivery_id, row_number, record_id
"""
# One row per component and year; of the programmes that hold it the first is named.
COMPONENTS_SQL = """
    with components as (
        select
            institution_id,
            academic_year,
            component_code,
            case
                when bool_or(is_integrative) then 'true'
                when count(is_integrative) > 0 then 'false'
                else 'unknown'
            end as is_integrative,
            arg_min(
                {
                    'title': component_title,
                    'programme': programme_name,
                    'credits': credits_ects,
                    'delivery_id': delivery_id,
                    'row_number': row_number
                },
                programme_code
            ) as first_place
        from programme_components
        where is_degree_programme
            and list_contains($years, academic_year)
            and ($is_together or list_contains($institutions, institution_id))
        group by institution_id, academic_year, component_code
    )

    select
        components.institution_id || ':' || components.component_code as record_id,
        components.institution_id,
        components.academic_year,
        coalesce(first_place.title, first_place.programme) as title,
        'opleidingsonderdeel' as offering_kind,
        cast(null as integer) as type,
        first_place.delivery_id as delivery_id,
        first_place.row_number as row_number,
        verdicts.verdict,
        components.is_integrative as deciding,
        first_place.credits as credits,
        first_place.credits as shared_credits,
        components.institution_id || ':' || components.component_code as shared_unit,
        '' as title_unit,
        map {'institution_kind': institutions.kind} as cuts
    from components
    inner join component_verdicts as verdicts
        on components.is_integrative = verdicts.is_integrative
        and verdicts.definition = $definition
        and verdicts.rule_set_version = $rules
    inner join institutions on components.institution_id = institutions.institution_id
    order by
        components.institution_id, components.academic_year desc, first_place.delivery_id,
        first_place.row_number, components.component_code
"""
