with

claims as (
    select * from {{ ref('claims') }}
),

counts as (
    select * from {{ ref('counts') }}
    where measure = 'offerings' and definition = 'label' and academic_year = '2023-2024'
),

rule_sets as (
    select * from {{ ref('rule_sets') }}
),

run as (
    select * from {{ source('delivered', 'run') }}
),

-- The claims carry no date of counting: the academic year that ran when the memo was written is
-- taken.
compared as (
    select
        claims.claim_id,
        claims.institution_id,
        claims.claim_nl,
        claims.claim_en,
        claims.claimed_on,
        claims.source,
        claims.claimed_lower,
        claims.claimed_upper,
        counts.count_key,
        totals.status,
        run.is_synthetic,
        rule_sets.rule_set_version,
        case
            when
                claims.counted_as = 'new' and counts.split is null and totals.status <> 'missing'
                then 0
            else counts.lower
        end as lower,
        case
            when
                claims.counted_as = 'new' and counts.split is null and totals.upper is not null
                then 0
            else counts.upper
        end as upper
    from claims
    cross join run
    cross join rule_sets
    left join counts as totals
        on
            claims.institution_id = totals.institution_id
            and rule_sets.rule_set_version = totals.rule_set_version
            and totals.split = 'none'
    left join counts
        on
            claims.institution_id = counts.institution_id
            and rule_sets.rule_set_version = counts.rule_set_version
            and (
                (claims.counted_as = 'stock' and counts.split = 'none')
                or (
                    claims.counted_as = 'new'
                    and counts.split = 'lifecycle'
                    and counts.split_value = 'new'
                )
            )
)

select
    claim_id,
    institution_id,
    claim_nl,
    claim_en,
    claimed_on,
    source,
    cast(claimed_lower as decimal(18, 2)) as claimed_lower,
    cast(claimed_upper as decimal(18, 2)) as claimed_upper,
    cast(lower as decimal(18, 2)) as lower,
    cast(upper as decimal(18, 2)) as upper,
    status,
    count_key,
    rule_set_version,
    case
        when is_synthetic or status is null or status = 'missing' then 'not_comparable'
        when upper is not null and upper < claimed_lower then 'differs'
        when claimed_upper is not null and lower > claimed_upper then 'differs'
        when upper is null and lower < claimed_lower then 'not_comparable'
        when status = 'partial' and lower < claimed_lower then 'not_comparable'
        else 'agrees'
    end as verdict
from compared
order by claim_id, rule_set_version
