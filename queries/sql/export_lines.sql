-- export_lines: some sessions as JSON with their turns, newest first; their bounds prune the read.
-- reads    held, messages, events
-- params   periods, slice_first, slice_last, first_id, last_id, line_end
with said as (
    -- Sorted as structs, first by seq: a tenth faster than by a sorting aggregate.
    select
        session_id,
        list_sort(list({
            'seq': seq,
            'sent_at': strftime(sent_at, '%Y-%m-%dT%H:%M:%S.%fZ'),
            'sender': sender,
            'content': content
        })) as listed
    from messages
    where period in $periods
        and session_started_at >= $slice_first and session_started_at <= $slice_last
        and session_id >= $first_id and session_id <= $last_id
        and session_id in (select session_id from held)
    group by session_id
),
happened as (
    select
        session_id,
        list_sort(list({
            'seq': seq,
            'at': strftime("at", '%Y-%m-%dT%H:%M:%S.%fZ'),
            'kind': kind,
            'name': name,
            'detail': detail
        })) as listed
    from events
    where period in $periods
        and session_started_at >= $slice_first and session_started_at <= $slice_last
        and session_id >= $first_id and session_id <= $last_id
        and session_id in (select session_id from held)
    group by session_id
)
select
    to_json({
        'session_id': held.session_id,
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
        'updated_at': strftime(updated_at, '%Y-%m-%dT%H:%M:%S.%fZ'),
        'messages': coalesce(said.listed, []),
        'events': coalesce(happened.listed, [])
    })::varchar || $line_end as line
from held
left join said on said.session_id = held.session_id
left join happened on happened.session_id = held.session_id
order by started_at desc, held.session_id
