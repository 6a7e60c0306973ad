-- agent_names: the newest name of each agent that the viewer may see.
-- reads    scoped
-- params
with names as (
    select
        agent_id,
        agent_name,
        max(started_at) as newest_at
    from scoped
    group by agent_id, agent_name
),
ranked as (
    select
        agent_id,
        agent_name,
        row_number() over (
            partition by agent_id order by newest_at desc nulls last, agent_name
        ) as place
    from names
)
select
    agent_id,
    agent_name
from ranked
where place = 1
order by agent_id
