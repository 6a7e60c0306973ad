-- live_events: the newest events that happened not long ago in the filtered sessions.
-- reads    filtered, events
-- params   recently, most
with recent as (
    select
        session_id,
        seq,
        "at",
        kind,
        name,
        detail
    from events
    where "at" >= $recently
)
select
    recent.session_id,
    recent.seq,
    recent."at",
    recent.kind,
    recent.name,
    recent.detail,
    filtered.external_id,
    filtered.agent_name,
    filtered.channel
from recent
join filtered on filtered.session_id = recent.session_id
order by recent."at" desc, recent.session_id, recent.seq desc
limit $most
