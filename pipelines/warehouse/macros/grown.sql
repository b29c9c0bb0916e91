with

asked as (
    select
        cast(measure as varchar) as measure,
        cast(definition as varchar) as definition,
        cast(from_year as varchar) as from_year,
        cast(to_year as varchar) as to_year,
        cast(institution_id as varchar) as institution_id
),

spans as (
    select
        g.measure,
        g.definition,
        g.institution_id,
        max(g.window_label) as window_label
    from growth as g
    cross join asked
    where
        g.measure = asked.measure
        and g.definition = asked.definition
        and g.institution_id = asked.institution_id
        and g.from_year = coalesce(asked.from_year, g.from_year)
        and g.to_year = coalesce(asked.to_year, g.to_year)
    group by g.measure, g.definition, g.institution_id
),

known as (
    select
        asked.definition,
        asked.institution_id,
        case
            when exists (select 1 from spans) then asked.measure
            else error(
                'Deze groei is niet berekend; zie | This growth was not computed; see:'
                || ' select distinct measure, definition, institution_id, from_year, to_year'
                || ' from growth'
            )
        end as measure,
        (select max(s.window_label) from spans as s) as window_label
    from asked
)

select
    terms.from_year,
    terms.to_year,
    terms.term,
    max(terms.value) filter (where terms.bound = 'lower') as lower,
    max(terms.value) filter (where terms.bound = 'upper') as upper,
    min(terms.status) filter (where terms.bound = 'lower') as status,
    min(terms.status) filter (where terms.bound = 'upper') as upper_status
from growth as terms
inner join known
    on
        terms.measure = known.measure
        and terms.definition = known.definition
        and terms.institution_id = known.institution_id
        and terms.window_label = known.window_label
inner join build as published on terms.rule_set_version = published.rule_set_version
group by terms.from_year, terms.to_year, terms.term
order by
    list_position(
        [
            'first', 'new', 'relabelled_in', 'reclassified_in', 'entered', 'stayed',
            'discontinued', 'reclassified_out', 'left', 'coverage', 'difference', 'last'
        ],
        terms.term
    )
