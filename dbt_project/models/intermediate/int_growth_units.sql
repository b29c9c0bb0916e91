-- One row per measure, rule set, span and institution, '*' or 'panel', and combination of what
-- units (Flemish offerings, learners) were in the first and the last year of the span: how many
-- units there are.
with

spans as (
    select * from {{ ref('int_growth_spans') }}
),

labels as (
    select
        offering_id,
        academic_year,
        coalesce(offering_kind, '') || ' ' || cast(is_labelled as string) as label_and_kind
    from {{ ref('int_offerings_identified') }}
),

profiles as (
    select * from {{ ref('int_profiles') }}
),

-- The learners of a group that are the same in every year are counted at once.
learners as (
    select
        profiles.*,
        alike.learner_number,
        alike.is_person_known,
        alike.learner_count
    from {{ ref('int_learners_alike') }} as alike
    inner join profiles on alike.profile_number = profiles.profile_number
    where alike.period = '*' and profiles.purpose = 'regular'
),

runs as (
    select distinct
        'offerings' as measure,
        'offerings' as kind,
        offerings.rule_set_version,
        offerings.academic_year,
        offerings.institution_id,
        offerings.offering_id as unit_id,
        offerings.flemish_unit_id,
        labels.label_and_kind,
        true as is_person_known,
        1 as unit_count,
        offerings.verdict_bits
    from {{ ref('int_offerings_countable') }} as offerings
    inner join labels
        on
            offerings.offering_id = labels.offering_id
            and offerings.academic_year = labels.academic_year
    where not offerings.is_window
    union all
    select
        'learners' as measure,
        'enrolments' as kind,
        rule_set_version,
        academic_year,
        institution_id,
        cast(learner_number as string) as unit_id,
        cast(learner_number as string) as flemish_unit_id,
        '' as label_and_kind,
        is_person_known,
        max(learner_count) as unit_count,
        bit_or(verdict_bits) as verdict_bits
    from learners
    group by rule_set_version, academic_year, institution_id, learner_number, is_person_known
),

panels as (
    select * from {{ ref('int_growth_panels') }}
),

scoped as (
    select
        runs.measure,
        runs.rule_set_version,
        spans.period,
        spans.institution_id as scope_id,
        runs.label_and_kind,
        runs.verdict_bits,
        runs.unit_count,
        case
            when spans.institution_id in ('*', 'panel') then runs.flemish_unit_id else runs.unit_id
        end as counted_id,
        spans.institution_id not in ('*', 'panel') or runs.is_person_known as counts_in_lower,
        runs.academic_year = spans.from_year as is_first_year,
        panels.institution_id is not null as is_in_panel
    from runs
    inner join spans
        on
            runs.kind = spans.kind
            and runs.academic_year in (spans.from_year, spans.to_year)
            and spans.institution_id in ('*', 'panel', runs.institution_id)
    left join panels
        on
            spans.kind = panels.kind
            and spans.period = panels.period
            and spans.institution_id = panels.scope_id
            and runs.institution_id = panels.institution_id
    where spans.institution_id <> 'panel' or panels.institution_id is not null
),

units as (
    select
        measure,
        rule_set_version,
        period,
        scope_id,
        counts_in_lower,
        max(unit_count) as unit_count,
        bit_or(case when is_first_year then verdict_bits else 0 end) as first_bits,
        bit_or(case when is_first_year then 0 else verdict_bits end) as last_bits,
        bit_or(
            case when is_first_year and is_in_panel then verdict_bits else 0 end
        ) as first_panel_bits,
        bit_or(
            case when not is_first_year and is_in_panel then verdict_bits else 0 end
        ) as last_panel_bits,
        max(case when is_first_year and is_in_panel then 1 else 0 end) as ran_first_in_panel,
        max(case when not is_first_year and is_in_panel then 1 else 0 end) as ran_last_in_panel,
        coalesce(
            {{ sorted_list("case when is_first_year and is_in_panel then label_and_kind end") }}
            <> {{ sorted_list(
                "case when not is_first_year and is_in_panel then label_and_kind end"
            ) }},
            false
        ) as is_relabelled
    from scoped
    group by measure, rule_set_version, period, scope_id, counts_in_lower, counted_id
),

combined as (
    select
        measure,
        rule_set_version,
        period,
        scope_id,
        counts_in_lower,
        first_bits,
        last_bits,
        first_panel_bits,
        last_panel_bits,
        ran_first_in_panel,
        ran_last_in_panel,
        is_relabelled,
        cast(sum(unit_count) as bigint) as units_count
    from units
    group by
        measure,
        rule_set_version,
        period,
        scope_id,
        counts_in_lower,
        first_bits,
        last_bits,
        first_panel_bits,
        last_panel_bits,
        ran_first_in_panel,
        ran_last_in_panel,
        is_relabelled
)

select * from combined
