-- live_now: how many of the filtered sessions go on, are silent, are stuck, and those listed of them.
-- reads    filtered
-- params   now, silent_ms, agents, channels, limits_ms, next, is_silent, is_stuck, most
with limits as (
    select
        unnest($agents::varchar[]) as agent_id,
        unnest($channels::varchar[]) as channel,
        unnest($limits_ms::double[]) as limit_ms
),
lasting as (
    select
        session_id,
        external_id,
        agent_id,
        agent_name,
        channel,
        started_at,
        coalesce(last_message_at, started_at) as quiet_since,
        message_count,
        limit_ms,
        epoch_us($now) as now_us,
        epoch_us(coalesce(last_message_at, started_at)) + $silent_ms * 1000::bigint as silent_us,
        epoch_us(started_at) + limit_ms * 1000 as stuck_us
    from filtered
    left join limits using (agent_id, channel)
    where status = 'active'
),
going as materialized (
    select * from lasting
),
listed as (
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
    where (not $is_silent or silent_us <= now_us) and (not $is_stuck or stuck_us < now_us)
    order by quiet_since nulls last, session_id
    limit $most
)
select
    count(*) as going,
    count(*) filter (where silent_us <= now_us) as silent,
    count(*) filter (where stuck_us < now_us) as stuck,
    min(silent_us, $next) filter (where silent_us > now_us) as silent_next_us,
    min(stuck_us, $next) filter (where stuck_us >= now_us) as stuck_next_us,
    (
        select list(listed order by quiet_since nulls last, session_id)
        from listed
    ) as listed
from going
order by going
