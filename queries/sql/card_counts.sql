-- card_counts: what the cards count, by channel and status; `from_x` counts starts at or after x.
-- reads    filtered
-- params   after, before, previous_after, day_ago, two_days_ago
-- cells    after, before, previous_after, day_ago, two_days_ago
select
    channel,
    status,
    count(*) as ever,
    count(started_at) as dated,
    count(*) filter (where started_at >= $after) as from_after,
    count(*) filter (where started_at >= $before) as from_before,
    count(*) filter (where started_at >= $previous_after) as from_previous,
    count(*) filter (where started_at >= $day_ago) as from_day_ago,
    count(*) filter (where started_at >= $two_days_ago) as from_two_days_ago
from filtered
group by channel, status
order by channel, status
