-- session_messages_undated: the messages of one session without a start, in order.
-- reads    messages
-- params   session_id
select
    seq,
    sent_at,
    sender,
    content
from messages
where session_started_at is null
    and session_id = $session_id
order by seq
