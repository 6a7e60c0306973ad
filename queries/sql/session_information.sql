-- session_information: the one session of this id and start, if the viewer may see it.
-- reads    scoped
-- params   session_id, own_start
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
from scoped
where (started_at = $own_start or $own_start is null)
    and session_id = $session_id
order by session_id
