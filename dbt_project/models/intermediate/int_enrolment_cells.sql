-- One row per measure of enrolments, definition, period, institution, split and values: its bounds.
-- Only purpose regular; the split purpose shows every purpose apart and is no part of the total.
{%- set unit_of_enrolment = "concat_ws(' ', learner_key, item_id, academic_year)" %}
{%- set flemish_unit_of_enrolment = "concat_ws(' ', learner_key, flemish_item_id, academic_year)" %}
{%- set unit_of_contract =
    "concat_ws(' ', learner_key, institution_id, contract_type, academic_year)" %}
{%- set statuses = ['working_status', 'working_status_source'] %}
{%- set crossings = enrolment_crossings() + [('institution_kind', 'working_status')] %}

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
    {{ cells('countable', 'learners', 'learner_key', 'learner_key', 'count',
        enrolment_splits(), enrolment_crossings(), "learner_key_basis = 'national'") }}
    union all
    {{ cells('countable', 'enrolments', unit_of_enrolment, flemish_unit_of_enrolment, 'count',
        enrolment_splits() + statuses, crossings) }}
    union all
    {{ cells('contracted', 'contracts', unit_of_contract, unit_of_contract, 'count',
        ['institution_kind', 'contract_type'] + statuses, crossings) }}
),

purposes as (
    {{ cells('every_purpose', 'learners', 'learner_key', 'learner_key', 'count',
        ['purpose'], [], "learner_key_basis = 'national'") }}
    union all
    {{ cells('every_purpose', 'enrolments', unit_of_enrolment, flemish_unit_of_enrolment, 'count',
        ['purpose'], []) }}
    union all
    {{ cells('every_purpose', 'contracts', unit_of_contract, unit_of_contract, 'count',
        ['purpose'], []) }}
),

every_cell as (
    select * from wide
    union all
    select * from purposes
    where split = 'purpose'
),

by_definition as (
    {{ cells_by_definition('every_cell') }}
)

select * from by_definition
