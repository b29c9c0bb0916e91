-- One row per rule set, academic year, scope, part, learner and item: an enrolment. Flanders takes
-- the joint offering once.
with

placed as (
    select
        *,
        institution_id as scope,
        'none' as part,
        item as unit
    from recount.taken
    union all
    select
        *,
        '*' as scope,
        unnest(['none', 'institution_kind=' || institution_kind]) as part,
        coalesce(joint_item, item) as unit
    from recount.taken
)

select
    rule_set_version,
    academic_year,
    scope,
    part,
    learner,
    unit,
    max(columns('^by_'))
from placed
group by all
