-- One row per rule set, period, scope, part and title of an institution without its campus, with
-- the most certain verdict of each reading. Only a place of campus_places is a campus.
with

titles as (
    select
        offering_id,
        academic_year,
        institution_id,
        case
            when
                lower(trim(regexp_extract(title, '\(([^()]*)\)\s*$', 1)))
                in (select place from rules.campus_places)
                then regexp_replace(title, '\s*\([^()]*\)\s*$', '')
            else title
        end as title
    from main.offerings
),

placed as (
    select
        certainties.* exclude (offering_id, academic_year),
        periods.period,
        titles.institution_id
        || ':' || lower(trim(regexp_replace(titles.title, '\s+', ' ', 'g'))) as unit,
        unnest([titles.institution_id, '*', '*']) as scope,
        unnest(['none', 'none', 'institution_kind=' || institutions.kind]) as part
    from titles
    inner join recount.offering_certainties as certainties using (offering_id, academic_year)
    inner join recount.periods as periods using (academic_year)
    inner join main.institutions as institutions using (institution_id)
)

select
    rule_set_version,
    period,
    scope,
    part,
    unit,
    max(columns('^by_'))
from placed
group by all
