with

asked as (
    select
        cast(measure as varchar) as measure,
        cast(definition as varchar) as definition,
        cast(institution_id as varchar) as institution_id,
        cast(split as varchar) as split,
        cast(academic_year as varchar) as academic_year
),

known as (
    select
        case
            when
                asked.academic_year is null
                or exists (
                    select 1 from counts as c
                    where c.academic_year = asked.academic_year
                )
                then asked.academic_year
            else
                error(
                    'Onbekend jaar of venster | Unknown year or window; zie | see:'
                    || ' select distinct academic_year from counts'
                )
        end as academic_year,
        case
            when
                exists (
                    select 1 from measures as m
                    where m.measure = asked.measure
                )
                then asked.measure
            else error('Onbekende maat | Unknown measure; zie | see: from measures')
        end as measure,
        case
            when
                exists (
                    select 1 from definitions as d
                    where d.definition = asked.definition
                )
                then asked.definition
            else error('Onbekende lezing | Unknown definition; zie | see: from definitions')
        end as definition,
        case
            when
                exists (
                    select 1 from splits as s
                    where s.split = asked.split
                )
                then asked.split
            else error('Onbekende uitsplitsing | Unknown split; zie | see: from splits')
        end as split,
        case
            when
                exists (
                    select 1 from counts as c
                    where c.institution_id = asked.institution_id
                )
                then asked.institution_id
            else error('Onbekende instelling | Unknown institution; zie | see: from institutions')
        end as institution_id
    from asked
)

select
    cells.academic_year,
    cells.split_value,
    cells.lower,
    cells.upper,
    cells.status,
    cells.is_provisional,
    cells.institutions_reporting,
    cells.count_key
from counts as cells
inner join known
    on
        cells.measure = known.measure
        and cells.definition = known.definition
        and cells.split = known.split
        and cells.institution_id = known.institution_id
inner join build as published on cells.rule_set_version = published.rule_set_version
where
    cells.second_split is null
    and case
        when known.academic_year is null then not contains(cells.academic_year, '..')
        else cells.academic_year = known.academic_year
    end
order by cells.academic_year, cells.split_value
