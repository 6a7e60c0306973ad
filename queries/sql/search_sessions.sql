-- search_sessions: the filtered sessions that start in a slice of time, as their hits show them.
-- reads    filtered
-- params   slice_after, slice_before
select
    session_id,
    external_id,
    agent_name,
    channel,
    started_at
from filtered
where started_at >= $slice_after and started_at < $slice_before
order by started_at desc, session_id
