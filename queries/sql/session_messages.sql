-- session_messages: the messages of one session with a start, in order; the start prunes the read.
-- reads    messages
-- params   session_id, started_at
select
    seq,
    sent_at,
    sender,
    content
from messages
where session_started_at = $started_at
    and session_id = $session_id
order by seq
