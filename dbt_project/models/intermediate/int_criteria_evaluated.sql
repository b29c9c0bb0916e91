-- One row per offering, academic year, criterion and rule set: met, failed or not_evidenced, with
-- the evidence. Empty is always not_evidenced, never a default (classification.md, Criteria). A
-- stated column always wins; where it is empty, what course pages say counts (int_texts_matched).
-- The standard elements SE-1 to SE-11, EU-4 and EU-5 are reported and decide nothing.
{#- Criterion, and what its outcome and its evidence are called below. -#}
{% set criteria = [
    ('EU-1', 'record_outcome', 'record_evidence'),
    ('EU-2', 'assessment_outcome', 'assessment_evidence'),
    ('EU-3', 'need_outcome', 'need_evidence'),
    ('EU-4', 'ownership_outcome', 'ownership_evidence'),
    ('EU-5', 'permission', 'permission_evidence'),
    ('EU-6', 'quality_outcome', 'quality_evidence'),
    ('SE-1', 'never_delivered', 'no_evidence'),
    ('SE-2', 'title_outcome', 'title_evidence'),
    ('SE-3', 'region_outcome', 'region_evidence'),
    ('SE-4', 'awarder_outcome', 'awarder_evidence'),
    ('SE-5', 'never_delivered', 'no_evidence'),
    ('SE-6', 'outcomes_outcome', 'outcomes_evidence'),
    ('SE-7', 'workload_outcome', 'size_evidence'),
    ('SE-8', 'level_outcome', 'level_evidence'),
    ('SE-9', 'assessment_outcome', 'assessment_evidence'),
    ('SE-10', 'mode_outcome', 'mode_evidence'),
    ('SE-11', 'quality_outcome', 'quality_evidence'),
    ('FW-3', 'provider_outcome', 'provider_evidence'),
    ('FS-6', 'lifelong_outcome', 'kind_evidence'),
    ('FW-13', 'postgraduate_outcome', 'kind_evidence'),
    ('FW-12', 'selection_outcome', 'selection_evidence'),
    ('FW-18', 'size_outcome', 'size_evidence'),
    ('FW-21', 'mode_outcome', 'mode_evidence'),
    ('FW-22', 'outcomes_before_outcome', 'outcomes_before_evidence'),
    ('FW-23', 'level_outcome', 'level_evidence'),
    ('FW-26', 'assessment_before_outcome', 'assessment_before_evidence'),
    ('FW-27', 'framework_quality_outcome', 'framework_quality_evidence'),
    ('FW-28', 'framework_quality_outcome', 'framework_quality_evidence'),
] %}
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

register as (
    select * from {{ ref('institution_register') }}
),

texts as (
    select
        offering_id,
        academic_year,
        rule_set_version,
        max(case when criterion_id = 'EU-2' then outcome end) as assessment_outcome,
        max(case when criterion_id = 'EU-2' then evidence end) as assessment_evidence,
        max(case when criterion_id = 'EU-4' then outcome end) as ownership_outcome,
        max(case when criterion_id = 'EU-4' then evidence end) as ownership_evidence,
        max(case when criterion_id = 'FW-21' then outcome end) as mode_outcome,
        max(case when criterion_id = 'FW-21' then evidence end) as mode_evidence
    from {{ ref('int_texts_matched') }}
    group by offering_id, academic_year, rule_set_version
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
        texts.assessment_evidence as assessment_text,
        texts.mode_evidence as mode_text,
        texts.ownership_evidence,
        register.institution_id is not null as is_registered,
        -- No column says who holds the record; only a page can.
        coalesce(texts.ownership_outcome, 'not_evidenced') as ownership_outcome,
        case
            when offerings.mode is not null then 'met'
            else coalesce(texts.mode_outcome, 'not_evidenced')
        end as mode_outcome,
        case
            when offerings.assessment is null
                then coalesce(texts.assessment_outcome, 'not_evidenced')
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
    left join register on offerings.institution_id = register.institution_id
    left join texts
        on
            offerings.offering_id = texts.offering_id
            and offerings.academic_year = texts.academic_year
            and sizes.rule_set_version = texts.rule_set_version
),

worded as (
    select
        *,
        coalesce('evaluatievorm: ' || assessment, assessment_text) as assessment_evidence,
        'kwaliteitszorg: ' || quality_assurance as quality_evidence,
        coalesce('leervorm: ' || mode, mode_text) as mode_evidence,
        case
            when learning_outcomes is not null then 'leerresultaten: ingevuld'
            else 'leerresultaten: leeg'
        end as stated_outcomes,
        'soort: ' || offering_kind as kind_evidence,
        'instelling: ' || institution_id as provider_evidence,
        'vks_niveau (' || level_source || '): ' || cast(vks_level as string) as level_evidence,
        'omvang ('
        || size_source
        || '): '
        || cast(size_value as string)
        || ' '
        || size_unit as size_evidence
    from described
),

judged as (
    select
        *,
        -- No delivery names the learner on the record or the date of issue.
        'not_evidenced' as never_delivered,
        -- Alone or combined: a permission that nothing can contradict.
        'met' as permission,
        'mogelijkheid, geen voorwaarde' as permission_evidence,
        cast(null as string) as no_evidence,
        case
            when kind_group = 'full_qualification' or certificate = 'none' then 'failed'
            when learning_outcomes is not null and certificate is not null then 'met'
            else 'not_evidenced'
        end as record_outcome,
        case
            when kind_group = 'full_qualification' then kind_evidence
            when certificate = 'none' then 'attest: none'
            when learning_outcomes is not null or certificate is not null
                then stated_outcomes || '; attest: ' || coalesce(certificate, 'leeg')
        end as record_evidence,
        case when needs is not null then 'met' else 'not_evidenced' end as need_outcome,
        'behoefte: ' || needs as need_evidence,
        case when title is not null then 'met' else 'not_evidenced' end as title_outcome,
        'titel: ' || title as title_evidence,
        case when is_registered then 'met' else 'not_evidenced' end as region_outcome,
        case when is_registered then 'register: BE-VLG' end as region_evidence,
        case when institution_id is not null then 'met' else 'not_evidenced' end as awarder_outcome,
        provider_evidence || coalesce(', partners: ' || partners, '') as awarder_evidence,
        case when learning_outcomes is not null then 'met' else 'not_evidenced' end
            as outcomes_outcome,
        case when learning_outcomes is not null then 'leerresultaten: ingevuld' end
            as outcomes_evidence,
        -- A sum of building blocks is a check, not a statement: elective pools inflate it.
        case when size_source = 'stated' then 'met' else 'not_evidenced' end as workload_outcome,
        case when vks_level is not null then 'met' else 'not_evidenced' end as level_outcome,
        case when is_registered then 'met' else 'failed' end as provider_outcome,
        case kind_group
            when 'lifelong_learning' then 'met'
            when 'unknown' then 'not_evidenced'
            else 'failed'
        end as lifelong_outcome,
        case kind_group
            when 'postgraduate' then 'failed'
            when 'unknown' then 'not_evidenced'
            else 'met'
        end as postgraduate_outcome,
        case
            when not is_purposeful_selection then 'failed'
            when is_purposeful_selection or is_labelled then 'met'
            else 'not_evidenced'
        end as selection_outcome,
        case
            when is_purposeful_selection then 'doelbewuste_selectie: J'
            when not is_purposeful_selection then 'doelbewuste_selectie: N'
            when is_labelled then 'label: ' || label_raw
        end as selection_evidence,
        case
            when not is_outcomes_communicated then 'failed'
            when learning_outcomes is not null and is_outcomes_communicated then 'met'
            else 'not_evidenced'
        end as outcomes_before_outcome,
        case
            when not is_outcomes_communicated then 'leerresultaten_vooraf: N'
            when is_outcomes_communicated then stated_outcomes || '; leerresultaten_vooraf: J'
            when learning_outcomes is not null
                then stated_outcomes || '; leerresultaten_vooraf: leeg'
        end as outcomes_before_evidence,
        case
            when assessment_outcome = 'failed' or not is_assessment_communicated then 'failed'
            when assessment_outcome = 'met' and is_assessment_communicated then 'met'
            else 'not_evidenced'
        end as assessment_before_outcome,
        case
            when assessment_outcome = 'failed' then assessment_evidence
            when not is_assessment_communicated then 'evaluatie_vooraf: N'
            when is_assessment_communicated
                then
                    coalesce(assessment_evidence, 'evaluatievorm: leeg') || '; evaluatie_vooraf: J'
            when assessment_outcome = 'met'
                then assessment_evidence || '; evaluatie_vooraf: leeg'
        end as assessment_before_evidence,
        -- The framework itself places the offer of the 18 under internal assurance and review.
        case when quality_outcome = 'failed' then 'failed' else 'met' end
            as framework_quality_outcome,
        coalesce(quality_evidence, provider_evidence) as framework_quality_evidence
    from worded
),

evaluated as (
    {% for criterion_id, outcome, evidence in criteria %}
    select
        offering_id,
        academic_year,
        rule_set_version,
        '{{ criterion_id }}' as criterion_id,
        {{ outcome }} as outcome,
        {{ evidence }} as evidence
    from judged
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from evaluated
