-- heatmap: the filtered sessions by weekday and hour of their start in the zone, and the failed.
-- reads    filtered
-- params   tz
-- cells
-- A zone's clock is asked once for each quarter of an hour, for that is slow: since 2023 no zone has
-- changed its clocks in the middle of one, nor before, since 1973, of a minute.
with slots as (
    select
        case
            when started_at >= timestamp '2023-01-01'
                then make_timestamp(epoch_us(started_at) // 900000000 * 900000000)
            when started_at >= timestamp '1973-01-01' then date_trunc('minute', started_at)
            else started_at
        end as slot_at,
        status = 'failed' as is_failed,
        count(*) as total
    from filtered
    where started_at is not null
    group by slot_at, is_failed
),
shown as (
    select
        timezone($tz, timezone('UTC', slot_at)) as shown_at,
        is_failed,
        total
    from slots
)
select
    isodow(shown_at) as weekday,
    hour(shown_at) as hour,
    sum(total)::bigint as sessions,
    coalesce(sum(total) filter (where is_failed), 0)::bigint as failed
from shown
group by weekday, hour
having sum(total) <> 0
order by weekday, hour
