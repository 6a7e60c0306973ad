-- live_sessions: the filtered sessions that go on, or those of them that are silent or stuck, longest silent first.
-- reads    filtered
-- params   now, silent_ms, agents, channels, limits_ms, is_silent, is_stuck, most
with limits as (
    select
        unnest($agents::varchar[]) as agent_id,
        unnest($channels::varchar[]) as channel,
        unnest($limits_ms::double[]) as limit_ms
),
going as (
    select
        session_id,
        external_id,
        agent_id,
        agent_name,
        channel,
        started_at,
        coalesce(last_message_at, started_at) as quiet_since,
        message_count,
        limit_ms
    from filtered
    left join limits using (agent_id, channel)
    where status = 'active'
)
select
    session_id,
    external_id,
    agent_id,
    agent_name,
    channel,
    started_at,
    quiet_since,
    message_count,
    limit_ms
from going
where (not $is_silent or epoch_us(quiet_since) + $silent_ms * 1000::bigint <= epoch_us($now))
    and (not $is_stuck or epoch_us(started_at) + limit_ms * 1000 < epoch_us($now))
order by quiet_since nulls last, session_id
limit $most
