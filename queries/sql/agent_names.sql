-- agent_names: the names that agents have in the filtered sessions, and the newest start of each.
-- reads    filtered
-- params   not_before
select
    agent_id as agent,
    agent_name,
    max(started_at) as newest_at
from filtered
where started_at is null or started_at >= $not_before
group by agent, agent_name
order by agent, agent_name
