-- session_agents: one row for each agent of the filtered sessions, with its newest name.
-- reads    filtered, scoped
-- params
with totals as (
    select
        agent_id,
        count(*) as total
    from filtered
    group by agent_id
),
names as (
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
    totals.agent_id,
    ranked.agent_name,
    totals.total
from totals
join ranked on ranked.agent_id = totals.agent_id and ranked.place = 1
order by totals.total desc, totals.agent_id
