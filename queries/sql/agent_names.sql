-- agent_names: the names of each agent of the filtered sessions, with the newest start of each.
-- reads    filtered
-- params   not_before
select
    agent_id,
    agent_name,
    max(started_at) as newest_at
from filtered
where started_at is null or started_at >= $not_before
group by agent_id, agent_name
order by agent_id, agent_name
