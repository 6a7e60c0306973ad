-- export_sessions: the filtered sessions that start in a slice of time, newest first.
-- reads    filtered
-- params   slice_first, slice_last
select
    session_id,
    source,
    external_id,
    agent_id,
    agent_name,
    channel,
    type,
    status,
    end_reason,
    started_at,
    ended_at,
    duration_ms,
    first_response_ms,
    message_count,
    event_count,
    last_message_at,
    user_id,
    error,
    error_key,
    metadata,
    updated_at
from filtered
where started_at >= $slice_first and started_at <= $slice_last
order by started_at desc, session_id
