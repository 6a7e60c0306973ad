-- changes_by_hour: the sessions of two periods by weekday and hour of their start in the zone.
-- reads    filtered
-- params   tz, previous_after, after, before
-- cells    previous_after, after, before
with slots as (
    -- The clock is asked once for each quarter of an hour: why, is told in heatmap.
    select
        case
            when started_at >= timestamp '2020-01-01'
                then make_timestamp(epoch_us(started_at) // 900000000 * 900000000)
            when started_at >= timestamp '1973-01-01' then date_trunc('minute', started_at)
            else started_at
        end as slot_at,
        started_at >= $after as is_now,
        status = 'failed' as is_counted,
        count(*) as total
    from filtered
    where started_at >= $previous_after and started_at < $before
    group by all
),
shown as (
    select
        timezone($tz, timezone('UTC', slot_at)) as shown_at,
        is_now,
        is_counted,
        total
    from slots
)
select
    isodow(shown_at) as weekday,
    hour(shown_at) as hour,
    is_now,
    is_counted,
    sum(total)::bigint as total
from shown
group by all
having sum(total) <> 0
order by weekday, hour, is_now, is_counted
