-- session_events_undated: the events of one session without a start, in order.
-- reads    events
-- params   session_id
select
    seq,
    "at",
    kind,
    name,
    detail
from events
where session_started_at is null
    and session_id = $session_id
order by seq
