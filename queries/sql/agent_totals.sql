-- agent_totals: the filtered sessions of each agent, most first.
-- reads    filtered
-- params
-- cells
select
    agent_id,
    count(*) as total
from filtered
group by agent_id
order by total desc, agent_id
