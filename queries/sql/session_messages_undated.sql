-- session_messages_undated: the messages of one session without a start, in order.
-- reads    messages
-- params   session_id, periods
select
    seq,
    sent_at,
    sender,
    content
from messages
where period in $periods
    and session_started_at is null
    and session_id = $session_id
order by seq
