-- One row per offering: the unit under which Flanders counts it, in every year. Rows of different
-- institutions are joint when they share a gezamenlijke_code in a year, or name each other under
-- one code; who is joint with a partner of a partner, or was in another year, is the same unit, so
-- that windows and growth know an offering again. The unit bears the smallest id of its group.
with recursive

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

pairs as (
    select distinct
        mine.offering_id,
        theirs.offering_id as joint_offering_id
    from offerings as mine
    inner join offerings as theirs
        on
            mine.academic_year = theirs.academic_year
            and mine.joint_code = theirs.joint_code
            and mine.institution_id <> theirs.institution_id
    union
    select distinct
        mine.offering_id,
        theirs.offering_id as joint_offering_id
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
),

{{ reached() }},

joined as (
    select
        offering_id,
        min(reached_id) as flemish_unit_id
    from reached
    group by offering_id
)

select * from joined
