-- export_message_lines: the messages of some sessions as JSON; the bounds prune the read.
-- reads    held, messages
-- params   periods, slice_first, slice_last, first_id, last_id
select
    place,
    seq,
    -- Joined texts: to_json of a struct takes three times as long.
    concat(
        '{"seq":', seq,
        ',"sent_at":', coalesce(strftime(sent_at, '"%Y-%m-%dT%H:%M:%S.%fZ"'), 'null'),
        ',"sender":', coalesce(to_json(sender)::varchar, 'null'),
        ',"content":', coalesce(to_json(content)::varchar, 'null'),
        '}'
    ) as line
from messages
join held on held.session_id = messages.session_id
where period in $periods
    and session_started_at >= $slice_first and session_started_at <= $slice_last
    and messages.session_id >= $first_id and messages.session_id <= $last_id
order by place, seq, line
