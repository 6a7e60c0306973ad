-- sessions_events: the first events of each of some sessions, in order; the starts prune the read.
-- reads    events
-- params   session_ids, first_start, last_start, is_undated, most
select
    session_id,
    seq,
    "at",
    kind,
    name,
    detail
from events
where session_id in $session_ids
    and (
        session_started_at >= $first_start and session_started_at <= $last_start
        or session_started_at is null and $is_undated
    )
qualify row_number() over (partition by session_id order by seq) <= $most
order by session_id, seq
