-- card_counts: what the cards count by channel and status; `from_x` counts starts at or after x.
-- reads    filtered
-- params   after, before, previous_after, day_ago, two_days_ago, slices, slice_us
-- cells    after, before, previous_after, day_ago, two_days_ago, after + slices * slice_us
-- By slice of the range too: null outside of it, and where there are no $slices.
select
    channel,
    status,
    case
        when $slices > 0 and started_at >= $after and started_at < $before
            then least((epoch_us(started_at) - epoch_us($after)) // $slice_us, $slices - 1)
    end as place,
    count(*) as ever,
    count(started_at) as dated,
    count(*) filter (where started_at >= $after) as from_after,
    count(*) filter (where started_at >= $before) as from_before,
    count(*) filter (where started_at >= $previous_after) as from_previous,
    count(*) filter (where started_at >= $day_ago) as from_day_ago,
    count(*) filter (where started_at >= $two_days_ago) as from_two_days_ago
from filtered
group by channel, status, place
order by channel, status, place
