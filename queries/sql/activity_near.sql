-- activity_near: the newest events with a time of some sessions, older than a place of the list.
-- reads    events
-- params   ids, periods, starts, is_any, kinds, older_than, after_id, below_seq, most
with near as (
    select *
    from events
    where period in $periods and session_started_at_stored in $starts::timestamptz[]
    union all
    select *
    from events
    where period in ('none', '') and session_started_at_stored is null
)
select
    session_id,
    session_started_at,
    seq,
    "at",
    kind,
    name,
    detail
from near
where list_contains($ids::varchar[], session_id)
    and ($is_any or kind in $kinds)
    and (
        "at" < $older_than
        or "at" = $older_than
            and (session_id > $after_id or session_id = $after_id and seq < $below_seq)
    )
order by "at" desc, session_id, seq desc
limit $most
