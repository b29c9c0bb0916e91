-- One row per offering, academic year, rule set and criterion for which course pages speak: the
-- page of the offering itself, or the pages of every component of its bundle. Only what a pattern
-- of the seed text_patterns finds counts; pages that contradict themselves or each other are none.
with

offerings as (
    select * from {{ ref('int_offerings_identified') }}
),

components as (
    select * from {{ ref('stg_components') }}
),

incomplete as (
    select * from {{ ref('stg_incomplete_bundles') }}
),

courses as (
    select * from {{ ref('stg_courses') }}
),

patterns as (
    select * from {{ ref('text_patterns') }}
),

-- Full qualifications are left out before any text is read: nothing depends on their pages.
judged as (
    select
        offering_id,
        institution_id,
        academic_year,
        source_code
    from offerings
    where kind_group <> 'full_qualification'
),

-- A bundle that lost a building block to screening is not judged by what is left.
bundled as (
    select
        judged.offering_id,
        judged.institution_id,
        judged.academic_year,
        components.component_code,
        count(*) over (partition by judged.offering_id, judged.academic_year) as component_count
    from judged
    inner join components
        on
            judged.offering_id = components.offering_id
            and judged.academic_year = components.academic_year
    left join incomplete
        on
            judged.offering_id = incomplete.offering_id
            and judged.academic_year = incomplete.academic_year
    where incomplete.offering_id is null
),

wanted as (
    select
        institution_id,
        academic_year,
        source_code as component_code
    from judged
    union
    select
        institution_id,
        academic_year,
        component_code
    from bundled
),

pages as (
    select
        courses.institution_id,
        courses.academic_year,
        courses.component_code,
        courses.page_text
    from courses
    inner join wanted
        on
            courses.institution_id = wanted.institution_id
            and courses.academic_year = wanted.academic_year
            and courses.component_code = wanted.component_code
    where courses.page_text is not null
),

matches as (
    select
        pages.institution_id,
        pages.academic_year,
        pages.component_code,
        patterns.rule_set_version,
        patterns.criterion_id,
        patterns.outcome,
        patterns.pattern_id,
        'cursuspagina ('
        || patterns.pattern_id
        || '): '
        || {{ found_words(regexp_extract('pages.page_text', 'patterns.pattern')) }} as evidence
    from pages
    inner join patterns on {{ regexp_matches('pages.page_text', 'patterns.pattern') }}
),

spoken as (
    select
        institution_id,
        academic_year,
        component_code,
        rule_set_version,
        criterion_id,
        case when min(outcome) = max(outcome) then min(outcome) else 'contradictory' end
            as outcome,
        {{ min_by('evidence', 'pattern_id') }} as evidence
    from matches
    group by institution_id, academic_year, component_code, rule_set_version, criterion_id
),

voices as (
    select
        judged.offering_id,
        judged.academic_year,
        spoken.rule_set_version,
        spoken.criterion_id,
        spoken.outcome,
        spoken.evidence,
        1 as voice_order
    from judged
    inner join spoken
        on
            judged.institution_id = spoken.institution_id
            and judged.academic_year = spoken.academic_year
            and judged.source_code = spoken.component_code
    union all
    select
        bundled.offering_id,
        bundled.academic_year,
        spoken.rule_set_version,
        spoken.criterion_id,
        spoken.outcome,
        {{ min_by('spoken.evidence', 'bundled.component_code') }} as evidence,
        2 as voice_order
    from bundled
    inner join spoken
        on
            bundled.institution_id = spoken.institution_id
            and bundled.academic_year = spoken.academic_year
            and bundled.component_code = spoken.component_code
    group by
        bundled.offering_id,
        bundled.academic_year,
        bundled.component_count,
        spoken.rule_set_version,
        spoken.criterion_id,
        spoken.outcome
    having count(*) = bundled.component_count
),

matched as (
    select
        offering_id,
        academic_year,
        rule_set_version,
        criterion_id,
        min(outcome) as outcome,
        {{ min_by('evidence', 'voice_order') }} as evidence
    from voices
    group by offering_id, academic_year, rule_set_version, criterion_id
    having min(outcome) = max(outcome) and min(outcome) <> 'contradictory'
)

select * from matched
