-- activity_newest: the newest of the filtered sessions that have events and start by a moment.
-- reads    filtered
-- params   until, most
select
    session_id,
    started_at
from filtered
where event_count > 0 and (started_at <= $until or started_at is null)
order by started_at desc nulls last, session_id
limit $most
