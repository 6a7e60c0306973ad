-- session_page: one row for each session of a page, newest first.
-- reads    filtered
-- params   limit, offset
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
order by started_at desc nulls last, session_id
limit $limit offset $offset
