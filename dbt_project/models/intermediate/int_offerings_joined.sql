-- One row per offering and academic year: the unit under which Flanders counts it. Rows of
-- different institutions with one gezamenlijke_code, or naming each other under one code, are one
-- unit.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

by_code as (
    select
        academic_year,
        joint_code
    from offerings
    where joint_code is not null
    group by academic_year, joint_code
    having count(distinct institution_id) > 1
),

by_partner as (
    select
        mine.offering_id,
        mine.academic_year,
        least(mine.institution_id, min(theirs.institution_id)) as first_institution_id
    from offerings as mine
    inner join offerings as theirs
        on
            mine.academic_year = theirs.academic_year
            and mine.source_code = theirs.source_code
            and mine.institution_id <> theirs.institution_id
    where
        mine.joint_code is null
        and theirs.joint_code is null
        and {{ list_holds('mine.partners', 'theirs.institution_id') }}
        and {{ list_holds('theirs.partners', 'mine.institution_id') }}
    group by mine.offering_id, mine.academic_year, mine.institution_id
),

joined as (
    select
        offerings.offering_id,
        offerings.academic_year,
        case
            when by_code.joint_code is not null then 'joint:' || by_code.joint_code
            when by_partner.first_institution_id is not null
                then 'partners:' || by_partner.first_institution_id || ':' || offerings.source_code
            else offerings.offering_id
        end as flemish_unit_id
    from offerings
    left join by_code
        on
            offerings.academic_year = by_code.academic_year
            and offerings.joint_code = by_code.joint_code
    left join by_partner
        on
            offerings.offering_id = by_partner.offering_id
            and offerings.academic_year = by_partner.academic_year
)

select * from joined
