-- activity_far: the events from a moment on that lie far from the starts of their sessions.
-- reads    events
-- params   ids, from_at, oldest, until, is_any, kinds, older_than, after_id, below_seq
with far as (
    select *
    from events
    where "at" >= $from_at and "at" <= $older_than
        and session_started_at <= $oldest
    union all
    select *
    from events
    where "at" >= $from_at and "at" <= $older_than
        and session_started_at > $until
    union all
    select *
    from events
    where "at" >= $from_at and "at" <= $older_than
        and period in ('none', '') and session_started_at is null
        and not list_contains($ids::varchar[], session_id)
)
select
    session_id,
    session_started_at,
    seq,
    "at",
    kind,
    name,
    detail
from far
where ($is_any or kind in $kinds)
    and (
        "at" < $older_than
        or "at" = $older_than
            and (session_id > $after_id or session_id = $after_id and seq < $below_seq)
    )
order by "at" desc, session_id, seq desc
