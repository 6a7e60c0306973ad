-- facets: the filtered sessions by everything that the menus of the filter bar choose from.
-- reads    filtered
-- params
-- cells
select
    channel,
    status,
    type,
    agent_id as agent,
    count(*) as total
from filtered
group by all
order by channel, status, type, agent
