-- export_event_lines: the events of some sessions as JSON; the bounds prune the read.
-- reads    held, events
-- params   periods, slice_first, slice_last, first_id, last_id
select
    place,
    seq,
    concat(
        '{"seq":', seq,
        ',"at":', coalesce(strftime("at", '"%Y-%m-%dT%H:%M:%S.%fZ"'), 'null'),
        ',"kind":', coalesce(to_json(kind)::varchar, 'null'),
        ',"name":', coalesce(to_json(name)::varchar, 'null'),
        ',"detail":', coalesce(to_json(detail)::varchar, 'null'),
        '}'
    ) as line
from events
join held on held.session_id = events.session_id
where period in $periods
    and session_started_at >= $slice_first and session_started_at <= $slice_last
    and events.session_id >= $first_id and events.session_id <= $last_id
order by place, seq, line
