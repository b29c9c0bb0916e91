with

delivered as (
    select * from {{ source('delivered', 'positions') }}
),

named as (
    select
        learner_key,
        quarter,
        -- Anything but a leading 1, 2 or 3 is no position (deliveries.md, arbeidspositie).
        case left(position_code, 1)
            when '1' then 'working'
            when '2' then 'job_seeking'
            when '3' then 'not_active'
        end as working_status
    from delivered
)

select * from named
where working_status is not null
