-- changes_by_value: the sessions of two periods by channel, agent, type and status.
-- reads    filtered
-- params   previous_after, after, before
with compared as (
    select
        channel,
        agent_id,
        type,
        status,
        started_at >= $after as is_now,
        status = 'failed' as is_counted
    from filtered
    where started_at >= $previous_after and started_at < $before
)
select
    channel,
    agent_id as agent,
    type,
    status,
    is_now,
    is_counted,
    count(*) as total
from compared
group by all
order by channel, agent, type, status, is_now, is_counted
