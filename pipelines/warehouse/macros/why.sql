with

asked as (
    select
        cast(offering_id as varchar) as offering_id,
        cast(academic_year as varchar) as academic_year
),

known as (
    select
        case
            when
                asked.academic_year is null
                or exists (
                    select 1 from offerings as o
                    where
                        o.offering_id = asked.offering_id
                        and o.academic_year = asked.academic_year
                )
                then asked.academic_year
            else error(
                'Geen aanbod in dat jaar | No offering in that year; zie | see:'
                || ' select offering_id, academic_year, title from offerings'
            )
        end as academic_year,
        case
            when
                exists (
                    select 1 from offerings as o
                    where o.offering_id = asked.offering_id
                )
                then asked.offering_id
            else error(
                'Onbekend aanbod | Unknown offering; zie | see:'
                || ' select offering_id, academic_year, title from offerings'
            )
        end as offering_id
    from asked
)

select
    verdicts.academic_year,
    offers.title,
    verdicts.definition,
    verdicts.verdict,
    verdicts.deciding_criterion,
    catalogue.name_nl,
    catalogue.name_en,
    criteria.outcome,
    criteria.evidence
from offering_verdicts as verdicts
inner join known on verdicts.offering_id = known.offering_id
inner join build as published on verdicts.rule_set_version = published.rule_set_version
inner join definitions as readings on verdicts.definition = readings.definition
inner join offerings as offers
    on
        verdicts.offering_id = offers.offering_id
        and verdicts.academic_year = offers.academic_year
left join rules as catalogue on verdicts.deciding_criterion = catalogue.rule_id
left join offering_criteria as criteria
    on
        verdicts.offering_id = criteria.offering_id
        and verdicts.academic_year = criteria.academic_year
        and verdicts.deciding_criterion = criteria.criterion_id
        and verdicts.rule_set_version = criteria.rule_set_version
where verdicts.academic_year = coalesce(known.academic_year, verdicts.academic_year)
order by verdicts.academic_year, readings.definition_order
