-- facets: the filtered sessions by everything that the menus choose from, and the newest of each.
-- reads    filtered
-- params   not_before
select
    channel,
    status,
    type,
    agent_id as agent,
    agent_name,
    count(*) as total,
    max(started_at) as newest_at
from filtered
where started_at is null or started_at >= $not_before
group by all
order by channel, status, type, agent, agent_name
