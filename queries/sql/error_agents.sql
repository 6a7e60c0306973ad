-- error_agents: the agents that have most of the failed ones of the filtered sessions, by error.
-- reads    filtered
-- params   keys, agents
with counted as (
    select
        coalesce(error_key, '') as error_key,
        agent_id,
        count(*) as sessions
    from filtered
    where status = 'failed' and coalesce(error_key, '') in $keys
    group by 1, agent_id
),
ranked as (
    select
        error_key,
        agent_id,
        sessions,
        row_number() over (partition by error_key order by sessions desc, agent_id) as place
    from counted
)
select
    error_key,
    agent_id,
    sessions
from ranked
where place <= $agents
order by error_key, place
