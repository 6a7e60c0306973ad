-- activity_sessions: what a list of events shows of those sessions that the filters leave.
-- reads    filtered
-- params   ids, first_start, last_start
select
    session_id,
    external_id,
    agent_id,
    agent_name,
    channel,
    started_at
from filtered
where session_id in $ids
    and ($first_start is null or started_at >= $first_start and started_at <= $last_start)
order by session_id
