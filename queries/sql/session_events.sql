-- session_events: the events of one session with a start, in order; the start prunes the read.
-- reads    events
-- params   session_id, started_at
select
    seq,
    "at",
    kind,
    name,
    detail
from events
where session_started_at = $started_at
    and session_id = $session_id
order by seq
