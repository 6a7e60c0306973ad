-- session_messages: the messages of one session with a start, in order; period and start prune the read.
-- reads    messages
-- params   session_id, started_at, periods
select
    seq,
    sent_at,
    sender,
    content
from messages
where period in $periods
    and session_started_at = $started_at
    and session_id = $session_id
order by seq
