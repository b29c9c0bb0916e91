with

asked as (
    select
        cast(academic_year as varchar) as academic_year,
        cast(kind as varchar) as kind
)

select
    supplies.academic_year,
    units.name as institution,
    supplies.institution_id,
    supplies.kind,
    supplies.status
from coverage as supplies
cross join asked
inner join institutions as units on supplies.institution_id = units.institution_id
where
    supplies.status <> 'delivered'
    and supplies.academic_year = coalesce(asked.academic_year, supplies.academic_year)
    and supplies.kind = coalesce(asked.kind, supplies.kind)
order by supplies.academic_year, units.name, supplies.kind
