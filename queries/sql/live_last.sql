-- live_last: the beginning of the last message of each of some sessions; period and start prune the read.
-- reads    messages
-- params   ids, periods, starts, length
with near as (
    select *
    from messages
    where period in $periods and session_started_at_stored in $starts::timestamptz[]
    union all
    select *
    from messages
    where period in ('none', '') and session_started_at_stored is null
)
select
    session_id,
    max(seq) as seq,
    arg_max(sender, seq) as sender,
    arg_max(left(content, $length), seq) as content
from near
where list_contains($ids::varchar[], session_id)
group by session_id
order by session_id
