-- card_open: how many of the filtered sessions were open at a moment.
-- reads    filtered
-- params   day_ago
select
    count(*) as total
from filtered
where started_at <= $day_ago and (ended_at > $day_ago or status = 'active')
