-- One row per offering, academic year and rule set: how certain each reading is that it counts,
-- 2 for in, 1 for undetermined, 0 for out.
pivot (
    select
        offering_id,
        academic_year,
        rule_set_version,
        'by_' || definition as reading,
        case verdict when 'in' then 2 when 'undetermined' then 1 else 0 end as certainty
    from main.offering_verdicts
)
on reading in (
    'by_strict_eu', 'by_minister', 'by_scope_note', 'by_vlor', 'by_framework', 'by_label'
)
using max(certainty)
