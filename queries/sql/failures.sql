-- failures: the filtered sessions that failed not long ago, newest first.
-- reads    filtered
-- params   recently, most
select
    session_id,
    external_id,
    error,
    channel,
    type,
    agent_id as agent
from filtered
where status = 'failed' and coalesce(ended_at, last_message_at, started_at) >= $recently
order by coalesce(ended_at, last_message_at, started_at) desc, session_id
limit $most
