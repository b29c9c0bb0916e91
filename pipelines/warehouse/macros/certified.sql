with

asked as (
    select cast(count_key as varchar) as count_key
),

figures as (
    select
        c.count_key,
        c.lower,
        c.upper,
        c.status
    from counts as c
    union all
    select
        g.count_key,
        g.value as lower,
        null as upper,
        g.status
    from growth as g
),

known as (
    select
        case
            when
                exists (
                    select 1 from figures as f
                    where f.count_key = asked.count_key
                )
                then asked.count_key
            else
                error(
                    'Onbekende sleutel | Unknown key; zie | see: select count_key from counts'
                )
        end as count_key
    from asked
)

select
    figures.count_key,
    figures.lower,
    checks.observed as recounted_lower,
    figures.upper,
    checks.observed_upper as recounted_upper,
    figures.status,
    checks.success,
    checks.suite,
    checks.subject
from figures
inner join known on figures.count_key = known.count_key
left join check_results as checks on figures.count_key = checks.count_key
order by checks.suite, checks.subject
