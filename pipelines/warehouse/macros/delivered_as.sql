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
),

sources as (
    select
        d.delivery_id,
        min(d.file_name) as file_name,
        min(d.stream) as supply_stream,
        min(d.received_on) as received_on
    from deliveries as d
    where d.kind = 'offerings'
    group by d.delivery_id
)

select
    offers.academic_year,
    offers.title,
    sources.file_name,
    offers.row_number,
    sources.supply_stream,
    sources.received_on,
    notes.rule_id,
    notes.message_nl
from offerings as offers
inner join known on offers.offering_id = known.offering_id
left join sources on offers.delivery_id = sources.delivery_id
left join rejected_rows as notes
    on
        offers.delivery_id = notes.delivery_id
        and offers.row_number = notes.row_number
        and notes.kind = 'offerings'
where offers.academic_year = coalesce(known.academic_year, offers.academic_year)
order by offers.academic_year, notes.rule_id
