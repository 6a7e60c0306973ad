-- live_events: the newest events and starts that happened not long ago in the filtered sessions.
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
),
told as (
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
    union all
    -- A session that begins with a word of its own, `connected`, needs no second line.
    select
        session_id,
        null as seq,
        started_at as "at",
        'started' as kind,
        '' as name,
        '' as detail,
        external_id,
        agent_name,
        channel
    from filtered
    where started_at >= $recently and not coalesce(list_contains(event_kinds, 'connected'), false)
)
select
    session_id,
    seq,
    "at",
    kind,
    name,
    detail,
    external_id,
    agent_name,
    channel
from told
order by "at" desc, session_id, seq desc nulls last
limit $most
