-- out_of_order: how many sessions hold a message that was sent before the one that stands before it.
-- reads    filtered, messages
-- params   after
with spoken as (
    select
        session_id,
        sent_at,
        lag(sent_at ignore nulls) over (partition by session_id order by seq) as before_at
    from messages
    where session_started_at >= $after or session_started_at is null -- unknown in some folders
)
select count(*) as sessions
from filtered
where session_id in (select session_id from spoken where sent_at < before_at)
