-- search_hours: how much filtered sessions of each hour hold, newest first; those without a start last.
-- reads    filtered
-- params
select
    date_trunc('hour', started_at) as hour,
    min(started_at) as oldest,
    max(started_at) as newest,
    (count(*) + sum(message_count))::bigint as weight
from filtered
group by hour
order by hour desc nulls last
