-- One row per rule set, period, institution or '*', cut by working status (its source, or the
-- kind of institution beside it) and combination of verdicts: learners with their one status. In
-- a window a learner stands under the status of the first year with its best verdict, so lower
-- never exceeds upper; where verdict or status never changes that is the first year, for every
-- definition.
with

profiles as (
    select * from {{ ref('int_profiles') }}
),

-- The learners of a group of alike ones are counted at once.
countable as (
    select
        profiles.*,
        alike.period,
        alike.learner_number,
        alike.is_person_known,
        alike.learner_count
    from {{ ref('int_learners_alike') }} as alike
    inner join profiles on alike.profile_number = profiles.profile_number
    where alike.period <> '*' and profiles.purpose = 'regular'
),

bits as (
    select * from {{ ref('int_definition_bits') }}
),

learner_years as (
    select
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        learner_number,
        academic_year,
        is_person_known,
        working_status,
        working_status_source,
        max(learner_count) as learner_count,
        bit_or(verdict_bits) as verdict_bits
    from countable
    group by grouping sets (
        (
            rule_set_version, period, institution_id, learner_number, academic_year,
            is_person_known, working_status, working_status_source
        ),
        (
            rule_set_version, period, institution_kind, learner_number, academic_year,
            is_person_known, working_status, working_status_source
        ),
        (
            rule_set_version, period, learner_number, academic_year,
            is_person_known, working_status, working_status_source
        )
    )
),

scoped as (
    select
        *,
        cast(left(academic_year, 4) as integer) as start_year,
        coalesce(institution_id, institution_kind, '*') as scope
    from learner_years
    where verdict_bits <> 0
),

learners as (
    select
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        scope,
        learner_number,
        is_person_known,
        max(learner_count) as learner_count,
        bit_or(verdict_bits) as verdict_bits,
        bit_and(verdict_bits) = bit_or(verdict_bits)
        or (
            min(working_status) = max(working_status)
            and min(working_status_source) = max(working_status_source)
        ) as is_steady,
        {{ min_by('working_status', 'start_year') }} as working_status,
        {{ min_by('working_status_source', 'start_year') }} as working_status_source
    from scoped
    group by
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        scope,
        learner_number,
        is_person_known
),

-- Only where both verdict and status change in a window does the year depend on the definition.
changing as (
    select
        scoped.rule_set_version,
        scoped.period,
        scoped.institution_id,
        scoped.institution_kind,
        scoped.learner_number,
        scoped.is_person_known,
        scoped.learner_count,
        scoped.working_status,
        scoped.working_status_source,
        bits.definition,
        scoped.verdict_bits & (bits.may_bit | bits.in_bit) as verdict_bits,
        scoped.start_year
        + case when (scoped.verdict_bits & bits.in_bit) = 0 then 10000 else 0 end as best_first
    from scoped
    inner join learners
        on
            scoped.rule_set_version = learners.rule_set_version
            and scoped.period = learners.period
            and scoped.scope = learners.scope
            and scoped.learner_number = learners.learner_number
    cross join bits
    where not learners.is_steady and (scoped.verdict_bits & bits.may_bit) <> 0
),

changed as (
    select
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        is_person_known,
        max(learner_count) as learner_count,
        bit_or(verdict_bits) as verdict_bits,
        {{ min_by('working_status', 'best_first') }} as working_status,
        {{ min_by('working_status_source', 'best_first') }} as working_status_source
    from changing
    group by
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        is_person_known,
        learner_number,
        definition
),

placed as (
    select
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        is_person_known,
        learner_count,
        verdict_bits,
        working_status,
        working_status_source
    from learners
    where is_steady
    union all
    select
        rule_set_version,
        period,
        institution_id,
        institution_kind,
        is_person_known,
        learner_count,
        verdict_bits,
        working_status,
        working_status_source
    from changed
),

cut as (
    select
        *,
        case
            when institution_kind is null then 'working_status' else 'institution_kind'
        end as split,
        coalesce(institution_kind, working_status) as split_value,
        case when institution_kind is not null then 'working_status' end as second_split,
        case when institution_kind is not null then working_status end as second_split_value
    from placed
    union all
    select
        *,
        'working_status_source' as split,
        working_status_source as split_value,
        cast(null as string) as second_split,
        cast(null as string) as second_split_value
    from placed
    where institution_kind is null
),

tallied as (
    select
        rule_set_version,
        'learners' as measure,
        period,
        split,
        split_value,
        second_split,
        second_split_value,
        verdict_bits,
        cast(null as bigint) as weight,
        cast(sum(learner_count) as bigint) as units_count,
        cast(sum(learner_count) as bigint) as weightless_count,
        coalesce(institution_id, '*') as institution_id,
        institution_id is not null or is_person_known as counts_in_lower
    from cut
    group by
        rule_set_version,
        period,
        coalesce(institution_id, '*'),
        split,
        split_value,
        second_split,
        second_split_value,
        verdict_bits,
        institution_id is not null or is_person_known
)

select * from tallied
