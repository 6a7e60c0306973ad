-- sparkline_day: the lines of the last day: `day` by slice of the start, `open` by hour.
-- reads    filtered
-- params   now, day_after, hour_us, hours
with lasting as (
    -- What has ended and what goes on apart: each is found in few parts of the table, both in all.
    select
        channel,
        status,
        started_at,
        (epoch_us(ended_at) - epoch_us($day_after) + $hour_us - 1) // $hour_us as closed
    from filtered
    where started_at <= $now and ended_at > $day_after and status <> 'active'
    union all
    select
        channel,
        status,
        started_at,
        $hours + 1 as closed
    from filtered
    where started_at <= $now and status = 'active'
)
select
    'day' as line,
    channel,
    status,
    least((epoch_us(started_at) - epoch_us($day_after)) // $hour_us, $hours - 1) as place,
    0 as closed,
    count(*) as total
from filtered
where started_at >= $day_after
group by all
union all
select
    'open' as line,
    channel,
    status,
    (greatest(epoch_us(started_at) - epoch_us($day_after), 0) + $hour_us - 1) // $hour_us as place,
    closed,
    count(*) as total
from lasting
where place < closed -- else it was open at no full hour, or a clock ran backwards
group by all
order by line, channel, status, place, closed
