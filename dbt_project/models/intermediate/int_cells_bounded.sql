-- One row per measure, definition, period, institution or '*', split and values: the bounds
-- computed from the records that are there.
with

tallied as (
    {%- for model in [
        'int_offering_tallies',
        'int_component_tallies',
        'int_enrolment_tallies',
        'int_working_status_tallies',
    ] %}
    {% if not loop.first %}union all{% endif %}
    select
        rule_set_version,
        measure,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        verdict_bits,
        counts_in_lower,
        units_count,
        weight,
        weightless_count
    from {{ ref(model) }}
    {%- endfor %}
),

bits as (
    select * from {{ ref('int_definition_bits') }}
),

measures as (
    select * from {{ ref('measures') }}
),

amounts as (
    select
        measure,
        rule_set_version,
        period,
        institution_id,
        split,
        split_value,
        second_split,
        second_split_value,
        verdict_bits,
        counts_in_lower,
        measure = 'credits_taken' and weightless_count > 0 as is_open,
        case
            when measure in ('credits_offered', 'credits_taken') then coalesce(weight, 0)
            else units_count
        end as amount
    from tallied
),

bounded as (
    select
        amounts.rule_set_version,
        amounts.measure,
        bits.definition,
        amounts.period,
        amounts.institution_id,
        amounts.split,
        amounts.split_value,
        amounts.second_split,
        amounts.second_split_value,
        cast(
            sum(
                case
                    when
                        (amounts.verdict_bits & bits.in_bit) <> 0 and amounts.counts_in_lower
                        then amounts.amount
                    else 0
                end
            ) as decimal(18, 2)
        ) as lower,
        -- A counted line without ECTS leaves the upper bound of credits taken unknown.
        case
            when
                count(
                    case
                        when (amounts.verdict_bits & bits.may_bit) <> 0 and amounts.is_open then 1
                    end
                ) = 0
                then cast(
                    sum(
                        case
                            when (amounts.verdict_bits & bits.may_bit) <> 0 then amounts.amount
                            else 0
                        end
                    ) as decimal(18, 2)
                )
        end as upper
    from amounts
    cross join bits
    inner join measures
        on
            amounts.measure = measures.measure
            and {{ list_holds('measures.definitions', 'bits.definition') }}
    group by
        amounts.rule_set_version,
        amounts.measure,
        bits.definition,
        amounts.period,
        amounts.institution_id,
        amounts.split,
        amounts.split_value,
        amounts.second_split,
        amounts.second_split_value
)

select * from bounded
