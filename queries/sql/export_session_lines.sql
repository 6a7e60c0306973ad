-- export_session_lines: some sessions as JSON without their turns, each by its place among them.
-- reads    held
-- params
select
    place,
    to_json({
        'session_id': session_id,
        'source': source,
        'external_id': external_id,
        'agent_id': agent_id,
        'agent_name': agent_name,
        'channel': channel,
        'type': type,
        'status': status,
        'end_reason': end_reason,
        'started_at': strftime(started_at, '%Y-%m-%dT%H:%M:%S.%fZ'),
        'ended_at': strftime(ended_at, '%Y-%m-%dT%H:%M:%S.%fZ'),
        'duration_ms': duration_ms,
        'first_response_ms': first_response_ms,
        'message_count': message_count,
        'event_count': event_count,
        'last_message_at': strftime(last_message_at, '%Y-%m-%dT%H:%M:%S.%fZ'),
        'user_id': user_id,
        'error': error,
        'error_key': error_key,
        'metadata': metadata::json,
        'updated_at': strftime(updated_at, '%Y-%m-%dT%H:%M:%S.%fZ')
    })::varchar as line
from held
order by place
