-- changes_by_value: the sessions of two periods by channel, agent, type and status.
-- reads    filtered
-- params   previous_after, after, before
-- cells    previous_after, after, before
select
    channel,
    agent_id as agent,
    type,
    status,
    started_at >= $after as is_now,
    status = 'failed' as is_counted,
    count(*) as total
from filtered
where started_at >= $previous_after and started_at < $before
group by all
order by channel, agent, type, status, is_now, is_counted
