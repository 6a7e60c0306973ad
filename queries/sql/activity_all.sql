-- activity_all: the newest events with a time of the filtered sessions, wherever they lie.
-- reads    filtered, events
-- params   is_any, kinds, older_than, after_id, below_seq, most
select
    session_id,
    session_started_at,
    seq,
    "at",
    kind,
    name,
    detail
from events
where session_id in (select session_id from filtered)
    and ($is_any or kind in $kinds)
    and (
        "at" < $older_than
        or "at" = $older_than
            and (session_id > $after_id or session_id = $after_id and seq < $below_seq)
    )
order by "at" desc, session_id, seq desc
limit $most
