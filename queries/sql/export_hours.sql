-- export_hours: how many filtered sessions start in each hour, newest first.
-- reads    filtered
-- params
select
    date_trunc('hour', started_at) as hour,
    count(*) as total
from filtered
group by hour
order by hour desc nulls last
