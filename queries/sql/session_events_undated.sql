-- session_events_undated: the events of one session without a start, in order.
-- reads    events
-- params   session_id, periods
select
    seq,
    "at",
    kind,
    name,
    detail
from events
where period in $periods
    and session_started_at is null
    and session_id = $session_id
order by seq
