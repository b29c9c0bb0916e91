with

asked as (
    select
        cast(academic_year as varchar) as academic_year,
        cast(kind as varchar) as kind
),

known as (
    select
        case
            when
                asked.academic_year is null
                or exists (
                    select 1 from coverage as c
                    where c.academic_year = asked.academic_year
                )
                then asked.academic_year
            else
                error(
                    'Onbekend jaar | Unknown year; zie | see:'
                    || ' select distinct academic_year from coverage'
                )
        end as academic_year,
        case
            when
                asked.kind is null
                or exists (
                    select 1 from coverage as c
                    where c.kind = asked.kind
                )
                then asked.kind
            else
                error(
                    'Onbekende soort | Unknown kind; zie | see: select distinct kind from coverage'
                )
        end as kind
    from asked
)

select
    supplies.academic_year,
    units.name as institution,
    supplies.institution_id,
    supplies.kind,
    supplies.status
from coverage as supplies
cross join known
inner join institutions as units on supplies.institution_id = units.institution_id
where
    supplies.status <> 'delivered'
    and supplies.academic_year = coalesce(known.academic_year, supplies.academic_year)
    and supplies.kind = coalesce(known.kind, supplies.kind)
order by supplies.academic_year, units.name, supplies.kind
