-- session_minutes: how many of the filtered sessions start in each minute, or in each cell.
-- reads    filtered
-- params
-- cells
select
    date_trunc('minute', started_at) as starts_at,
    count(*) as total
from filtered
where started_at is not null
group by starts_at
order by starts_at
