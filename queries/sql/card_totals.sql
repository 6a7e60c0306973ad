-- card_totals: how many there are by channel and status, have a start, and start in the last day.
-- reads    filtered
-- params   day_ago
-- cells    day_ago
select
    channel,
    status,
    count(*) as ever,
    count(started_at) as dated,
    count(*) filter (where started_at >= $day_ago) as from_day_ago
from filtered
group by channel, status
order by channel, status
