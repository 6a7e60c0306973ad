-- health: how whole the sessions are, as counts of what is missing or odd.
-- reads    filtered
-- params
select
    count(*) as sessions,
    max(started_at) as newest_started_at,
    max(updated_at) as newest_updated_at,
    count(*) filter (where status = 'active') as active,
    count(*) filter (where started_at is null) as without_start,
    count(*) filter (where ended_at is null and status <> 'active') as without_end,
    count(*) filter (where ended_at < started_at) as skewed,
    count(*) filter (where message_count = 0) as without_messages
from filtered
