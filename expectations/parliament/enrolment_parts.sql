-- One row per rule set, academic year, scope, part and combination of readings: how many enrolments
-- (a learner and an item in a year) there are. Flanders takes the joint offering once; any other
-- item is the same enrolment in Flanders as in its institution.
with

held as (
    select
        rule_set_version,
        academic_year,
        institution_id,
        institution_kind,
        learner,
        item,
        joint_item,
        max(columns('^by_'))
    from recount.taken
    group by all
),

own as (
    select
        rule_set_version,
        academic_year,
        institution_id,
        institution_kind,
        joint_item is not null as is_joint,
        columns('^by_'),
        count(*) as amount
    from held
    group by all
),

joint as (
    select
        rule_set_version,
        academic_year,
        unnest(['none', 'institution_kind=' || institution_kind]) as part,
        learner,
        joint_item,
        columns('^by_')
    from held
    where joint_item is not null
),

joint_once as (
    select
        rule_set_version,
        academic_year,
        part,
        learner,
        joint_item,
        max(columns('^by_'))
    from joint
    group by all
)

select
    * exclude (institution_id, institution_kind, is_joint),
    institution_id as scope,
    'none' as part
from own
union all by name
select
    * exclude (institution_id, institution_kind, is_joint),
    '*' as scope,
    unnest(['none', 'institution_kind=' || institution_kind]) as part
from own
where not is_joint
union all by name
select
    rule_set_version,
    academic_year,
    '*' as scope,
    part,
    columns('^by_'),
    count(*) as amount
from joint_once
group by all
