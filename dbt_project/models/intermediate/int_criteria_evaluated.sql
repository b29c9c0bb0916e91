-- One row per offering, academic year, criterion and rule set: met, failed or not_evidenced, with
-- the evidence. Empty is always not_evidenced, never a default (classification.md, Criteria).
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

sizes as (
    select * from {{ ref('int_offerings_sized') }}
),

levels as (
    select * from {{ ref('int_levels_decided') }}
),

no_assessment_words as (
    select * from {{ ref('no_assessment_words') }}
),

described as (
    select
        offerings.*,
        sizes.rule_set_version,
        sizes.workload_value as size_value,
        sizes.workload_unit as size_unit,
        sizes.workload_source as size_source,
        sizes.size_outcome,
        levels.vks_level,
        levels.level_source,
        case
            when offerings.assessment is null then 'not_evidenced'
            when no_assessment_words.assessment_word is not null then 'failed'
            else 'met'
        end as assessment_outcome,
        case
            when offerings.quality_assurance is null then 'not_evidenced'
            when offerings.quality_assurance = 'none' then 'failed'
            else 'met'
        end as quality_outcome
    from offerings
    inner join sizes
        on
            offerings.offering_id = sizes.offering_id
            and offerings.academic_year = sizes.academic_year
    inner join levels
        on
            offerings.offering_id = levels.offering_id
            and offerings.academic_year = levels.academic_year
    left join no_assessment_words
        on lower(trim(offerings.assessment)) = no_assessment_words.assessment_word
),

evaluated as (
    select
        offering_id,
        academic_year,
        rule_set_version,
        'EU-1' as criterion_id,
        case
            when kind_group = 'full_qualification' or certificate = 'none' then 'failed'
            when learning_outcomes is not null and certificate is not null then 'met'
            else 'not_evidenced'
        end as outcome,
        case
            when kind_group = 'full_qualification' then 'soort: ' || offering_kind
            when certificate is not null then 'attest: ' || certificate
        end as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'EU-2' as criterion_id,
        assessment_outcome as outcome,
        'evaluatievorm: ' || assessment as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'EU-3' as criterion_id,
        case when needs is not null then 'met' else 'not_evidenced' end as outcome,
        'behoefte: ' || needs as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'EU-6' as criterion_id,
        quality_outcome as outcome,
        'kwaliteitszorg: ' || quality_assurance as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-3' as criterion_id,
        'met' as outcome,
        'instelling: ' || institution_id as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FS-6' as criterion_id,
        case kind_group
            when 'lifelong_learning' then 'met'
            when 'unknown' then 'not_evidenced'
            else 'failed'
        end as outcome,
        'soort: ' || offering_kind as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-13' as criterion_id,
        case kind_group
            when 'postgraduate' then 'failed'
            when 'unknown' then 'not_evidenced'
            else 'met'
        end as outcome,
        'soort: ' || offering_kind as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-12' as criterion_id,
        case
            when not is_purposeful_selection then 'failed'
            when is_purposeful_selection or is_labelled then 'met'
            else 'not_evidenced'
        end as outcome,
        case
            when is_purposeful_selection then 'doelbewuste_selectie: J'
            when not is_purposeful_selection then 'doelbewuste_selectie: N'
            when is_labelled then 'label: ' || label_raw
        end as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-18' as criterion_id,
        size_outcome as outcome,
        'omvang ('
        || size_source
        || '): '
        || cast(size_value as varchar)
        || ' '
        || size_unit as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-21' as criterion_id,
        case when mode is not null then 'met' else 'not_evidenced' end as outcome,
        'leervorm: ' || mode as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-22' as criterion_id,
        case
            when not is_outcomes_communicated then 'failed'
            when learning_outcomes is not null and is_outcomes_communicated then 'met'
            else 'not_evidenced'
        end as outcome,
        case
            when is_outcomes_communicated then 'leerresultaten_vooraf: J'
            when not is_outcomes_communicated then 'leerresultaten_vooraf: N'
        end as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-23' as criterion_id,
        case when vks_level is not null then 'met' else 'not_evidenced' end as outcome,
        'vks_niveau (' || level_source || '): ' || cast(vks_level as varchar) as evidence
    from described
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        'FW-26' as criterion_id,
        case
            when assessment_outcome = 'failed' or not is_assessment_communicated then 'failed'
            when assessment_outcome = 'met' and is_assessment_communicated then 'met'
            else 'not_evidenced'
        end as outcome,
        case
            when assessment_outcome = 'failed' then 'evaluatievorm: ' || assessment
            when is_assessment_communicated then 'evaluatie_vooraf: J'
            when not is_assessment_communicated then 'evaluatie_vooraf: N'
        end as evidence
    from described
    {% for criterion in ['FW-27', 'FW-28'] %}
    union all
    select
        offering_id,
        academic_year,
        rule_set_version,
        '{{ criterion }}' as criterion_id,
        -- The framework itself places the offer of the 18 under internal assurance and review.
        case when quality_outcome = 'failed' then 'failed' else 'met' end as outcome,
        coalesce('kwaliteitszorg: ' || quality_assurance, 'aanbod van een van de instellingen')
            as evidence
    from described
    {% endfor %}
)

select * from evaluated
