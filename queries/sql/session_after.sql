-- session_after: one row for each session after a place of the list, in its order.
-- reads    filtered
-- params   place, session_id, limit
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
where coalesce(-epoch_us(started_at), 9223372036854775807) > $place
    or coalesce(-epoch_us(started_at), 9223372036854775807) = $place
        and session_id > $session_id
order by started_at desc nulls last, session_id
limit $limit
