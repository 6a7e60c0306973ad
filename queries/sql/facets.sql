-- facets: the filtered sessions by everything that the menus choose from.
-- reads    filtered
-- params   not_before
-- cells    not_before
select
    channel,
    status,
    type,
    agent_id as agent,
    count(*) as total
from filtered
where started_at is null or started_at >= $not_before
group by channel, status, type, agent
order by channel, status, type, agent
