-- out_of_order: how many sessions hold a message that was sent before the one that stands before it.
-- reads    filtered, messages
-- params   since
with spoken as (
    select
        session_id,
        sent_at,
        lag(sent_at ignore nulls) over (partition by session_id order by seq) as before_at
    from messages
    where session_started_at >= $since or session_started_at is null -- unknown in some folders
)
select count(distinct session_id) as sessions
from spoken
join filtered using (session_id)
where sent_at < before_at
