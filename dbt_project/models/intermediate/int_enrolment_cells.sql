-- One row per measure of enrolments, definition, period, institution, split and values: its bounds.
-- Only purpose regular; the split purpose shows every purpose apart and is no part of the total.
with

every_purpose as (
    select
        *,
        cast(null as integer) as weight
    from {{ ref('int_enrolments_countable') }}
),

countable as (
    select * from every_purpose
    where purpose = 'regular'
),

-- contracttype geen is no contract.
contracted as (
    select * from countable
    where contract_type <> 'none'
),

wide as (
    -- A learner with an institutional key alone may be the same person elsewhere: no part of the
    -- Flemish lower bound (counting.md, Measures).
    {{ cells('countable', 'learners', 'learner_key', 'learner_key', 'count', enrolment_splits(), enrolment_crossings(), "learner_key_basis = 'national'") }}
    union all
    {{ cells('countable', 'enrolments', "concat_ws(' ', learner_key, item_id, academic_year)", "concat_ws(' ', learner_key, flemish_item_id, academic_year)", 'count', enrolment_splits() + ['working_status', 'working_status_source'], enrolment_crossings() + [('institution_kind', 'working_status')]) }}
    union all
    {{ cells('contracted', 'contracts', "concat_ws(' ', learner_key, contract_type, academic_year)", "concat_ws(' ', learner_key, institution_id, contract_type, academic_year)", 'count', ['institution_kind', 'contract_type', 'working_status', 'working_status_source'], enrolment_crossings() + [('institution_kind', 'working_status')]) }}
    union all
    {{ purpose_cells('every_purpose', 'learners', 'learner_key', 'learner_key') }}
    union all
    {{ purpose_cells('every_purpose', 'enrolments', "concat_ws(' ', learner_key, item_id, academic_year)", "concat_ws(' ', learner_key, flemish_item_id, academic_year)") }}
),

by_definition as (
    {{ cells_by_definition('wide') }}
)

select * from by_definition
