-- activity_untimed: the events without a time of the filtered sessions, after a place of the list.
-- reads    filtered, events
-- params   is_any, kinds, after_id, below_seq, most
select
    session_id,
    session_started_at,
    seq,
    "at",
    kind,
    name,
    detail
from events
where at_stored is null
    and ($is_any or kind in $kinds)
    and (session_id > $after_id or session_id = $after_id and seq < $below_seq)
    and session_id in (select session_id from filtered)
order by session_id, seq desc
limit $most
