-- session_events: the events of one session with a start, in order; period and start prune the read.
-- reads    events
-- params   session_id, started_at, periods
select
    seq,
    "at",
    kind,
    name,
    detail
from events
where period in $periods
    and session_started_at = $started_at
    and session_id = $session_id
order by seq
