-- facets: the filtered sessions by everything that the menus of the filter bar choose from.
-- reads    filtered
-- params   not_before
select
    channel,
    status,
    type,
    agent_id as agent,
    count(*) as total
from filtered
where started_at is null or started_at >= $not_before
group by all
order by channel, status, type, agent
